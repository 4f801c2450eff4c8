"""Finds the lines on which components stand.

Parsers of JSON and TOML know no lines, but leave a `needle`: text that stands on the line as the file writes it.
Components come in document order, so that the needles of a whole file are found in one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from scanner.errors import InputError
from scanner.model.component import Component, Location
from scanner.shape import encoding

_RESTARTS = 2_000
_NEAR = 16 * 1024
"""Where the next component stands nearly always: a search that is told so begins without tables of the needle."""


class Locations(Sequence[Location]):
    """Each component's location with its line where that can be found, in the same order.

    The needles are looked for at once, in one pass over `data` when they come in order. Out of order, the pass starts
    again from the top, but no more than a bounded number of times: after that lines stay unknown. Line breaks are
    counted only up to what is asked for; who asks in order has each part of the document counted once.
    """

    def __init__(self, data: bytes, components: Sequence[Component]) -> None:
        try:
            self._document = encoding.utf8(data, where="")
        except InputError:
            self._document = data
        self._components = components
        self._places = _places(self._document, components)
        self._counted = 0, 1
        """An offset, and the line there."""

    def __len__(self) -> int:
        return len(self._components)

    @overload
    def __getitem__(self, index: int) -> Location: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Location]: ...
    def __getitem__(self, index: int | slice) -> Location | Sequence[Location]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        location, place = self._components[index].location, self._places[index]
        if place < 0:
            return location
        begin, line = self._counted
        if place < begin:
            begin, line = 0, 1
        line += self._document.count(b"\n", begin, place)
        self._counted = place, line
        return Location(location.path, line, location.needle)


def _places(document: bytes, components: Sequence[Component]) -> list[int]:
    """The offset of each component's needle; -1 where it has none, has a line already, or is not found."""
    places: list[int] = []
    place, restarts = 0, 0
    for component in components:
        location = component.location
        if location.line is not None or not location.needle:
            places.append(-1)
            continue
        needle = location.needle.encode("utf-8", "surrogatepass")
        found = document.find(needle, place, place + _NEAR)
        if found < 0:
            found = document.find(needle, place)
        if found < 0 and restarts < _RESTARTS:
            restarts += 1
            found = document.find(needle)
        if found >= 0:
            place = found
        places.append(found)
    return places
