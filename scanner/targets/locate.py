"""Finds the lines on which components stand.

Parsers of JSON and TOML know no lines, but leave a `needle`: text that stands on the line as the file writes it.
Components come in document order, so that the needles of a whole file are found in one pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.errors import InputError
from scanner.model.component import Component, Location
from scanner.shape import encoding


def locations(data: bytes, components: Iterable[Component]) -> Iterator[Location]:
    """Yield each component's location with its line where that can be found, in the same order.

    Costs one pass over `data` when the needles come in order. Out of order, it starts again from the top, but no more
    than a bounded number of times: after that lines stay unknown.
    """
    try:
        document = encoding.utf8(data, where="")
    except InputError:
        document = data
    place, line, restarts = 0, 1, 0
    for component in components:
        location = component.location
        if location.line is not None or not location.needle:
            yield location
            continue
        needle = location.needle.encode("utf-8", "surrogatepass")
        found = document.find(needle, place)
        if found < 0 and restarts < _RESTARTS:
            restarts += 1
            found = document.find(needle)
        if found < 0:
            yield location
            continue
        line = line + document.count(b"\n", place, found) if found >= place else 1 + document.count(b"\n", 0, found)
        place = found
        yield Location(location.path, line, location.needle)


_RESTARTS = 2_000
