"""PHP: what Composer installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.errors import InputError
from scanner.model.component import Component, Problem
from scanner.model.delivered_files import Recognised
from scanner.model.ecosystem import full_name
from scanner.parsers import composer_installed
from scanner.parsers.source import Source

FILES = r"(?:^|/)composer/installed\.json\Z"


def read(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield each package; it owns its folder beside Composer's own."""
    for path, data in kept.items():
        vendor = path.removesuffix("composer/installed.json")
        try:
            for item in composer_installed.parse(Source(path=path, data=data)):
                if isinstance(item, Component) and item.purl is not None:
                    yield Recognised(component=item, root=f"{vendor}{full_name(item.purl)}")
        except InputError as error:
            yield Problem(where=path, what=error.what, hint=error.hint)
