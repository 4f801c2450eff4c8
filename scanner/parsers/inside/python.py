"""Python: installed distributions, wheels and source distributions, by their core metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.errors import InputError
from scanner.model.component import Component, Problem
from scanner.model.delivered_files import Recognised
from scanner.parsers import python_dist_info
from scanner.parsers.source import Source
from scanner.shape import record_csv

FILES = r"\.dist-info/(?:METADATA|RECORD)\Z|\.egg-info/PKG-INFO\Z|!/[^/!]+/PKG-INFO\Z"
_METADATA = ("/METADATA", "/PKG-INFO")
_SDIST = re.compile(r"!/[^/!]+/PKG-INFO\Z")
_WHEEL = re.compile(r"!/[^/!]+\.dist-info/METADATA\Z")


def read(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield each distribution; an installed one owns what its RECORD names."""
    for path, data in kept.items():
        if not path.endswith(_METADATA):
            continue
        packed = (_WHEEL if ".dist-info/" in path else _SDIST).search(path)
        folder = path.rpartition("/")[0]
        try:
            items = list(python_dist_info.parse(Source(path=path, data=data, sibling=kept.get)))
        except InputError as error:
            yield Problem(where=path, what=error.what, hint=error.hint)
            continue
        for item in items:
            if isinstance(item, Component):
                yield Recognised(
                    component=item,
                    root=folder if packed is None else path[: packed.start()],
                    archive=packed is not None,
                    owned=frozenset(_owned(folder, kept)) if packed is None else frozenset(),
                )


def _owned(folder: str, kept: Mapping[str, bytes]) -> Iterator[str]:
    site = folder.rpartition("/")[0]
    record = kept.get(f"{folder}/RECORD")
    if record is not None:
        try:
            yield from (f"{site}/{row.path}" for row in record_csv.rows(record))
        except InputError:  # it owns what was read of it
            return
