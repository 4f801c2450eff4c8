"""npm: `package.json` with name and version, wherever it lies: a folder may be called as it likes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.errors import InputError
from scanner.model.component import Component, Location, Problem
from scanner.model.delivered_files import Recognised
from scanner.parsers import npm, npm_json

FILES = r"(?:^|/)package\.json\Z"
_INSTALLED = re.compile(r"(?:^|/)node_modules/(?:@[^/]+/)?[^/]+/package\.json\Z")
_PACKED = re.compile(r"!/package/package\.json\Z")


def read(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield each package. What is private was never published: it is the product's own."""
    for path, data in kept.items():
        try:
            document, _ = npm_json.decode(data, path)
        except InputError:  # a fixture, a template: it installs nothing
            continue
        if not isinstance(document, dict):
            continue
        inside = _PACKED.search(path)
        packed, installed = inside is not None, _INSTALLED.search(path) is not None
        for reading in npm_json.readings(document):
            name, version = reading.get("name"), reading.get("version")
            if not isinstance(name, str) or not isinstance(version, str) or not name or not version:
                continue
            own = not (packed or installed) and reading.get("private") is True
            root = path.rpartition("/")[0] if inside is None else path[: inside.start()]
            yield Recognised(
                component=Component(
                    name=name, version=version, purl=npm.purl(name, version), location=Location(path)
                ),
                root=root,
                archive=packed,
                part=own,
                copy=not (packed or installed or own),
            )  # fmt: skip
