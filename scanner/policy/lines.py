"""Where things stand in a TOML document: its decoder tells no lines, and who wrote the file wants to be led to one.

For documents that were decoded already, so whatever is odd here is none of our business: the nearest line that is
known is given. Grammar: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Place = tuple[str | int, ...]

_KEY = re.compile(r"\s*(?:\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)'|([A-Za-z0-9_-]+))\s*")
_PIECE = re.compile(
    r"""
      \"{3} (?: [^"\\] | \\. | "(?!"") )*+ \"{3,5}
    | '{3} (?: [^'] | '(?!'') )*+ '{3,5}
    | " (?: [^"\\\n] | \\. )*+ "
    | ' [^'\n]*+ '
    | \# [^\n]*+
    | [\[\]{}] | \n | ,
    | [^"'\#\[\]{}\n,]++
    | .
    """,
    re.DOTALL | re.VERBOSE,
)


class Lines:
    """Place in the decoded document (keys, and numbers of array elements) → line."""

    def __init__(self, text: str) -> None:
        self._found: dict[Place, int] = {}
        self._read(text.replace("\r\n", "\n"))

    def of(self, place: Sequence[str | int]) -> int:
        """The line of what stands there, or of what it stands in."""
        key = tuple(place)
        while key and key not in self._found:
            key = key[:-1]
        return self._found.get(key, 1)

    def _read(self, text: str) -> None:
        position, line = 0, 1
        table: Place = ()
        counts: dict[Place, int] = {}
        while position < len(text):
            if text[position].isspace():
                line += text[position] == "\n"
                position += 1
            elif text[position] == "#":
                position = _line_end(text, position)
            elif text[position] == "[":
                several = text.startswith("[[", position)
                names, _ = _keys(text, position + 1 + several)
                table = _resolved(names, counts, several=several)
                self._found.setdefault(table, line)
                position = _line_end(text, position)
            else:
                names, after = _keys(text, position)
                place = (*table, *names)
                self._found.setdefault(place, line)
                end = self._value(text, after + 1, place, line)
                line += text.count("\n", position, end)
                position = max(end, position + 1)

    def _value(self, text: str, begin: int, place: Place, line: int) -> int:
        """Step over a value, and note where the elements of an array stand."""
        depth, number, fresh = 0, 0, False
        position = begin
        while position < len(text):
            match = _PIECE.match(text, position)
            assert match is not None
            piece = match[0]
            if piece == "\n" and depth == 0:
                return position
            if fresh and not piece.isspace() and piece[0] not in "#]":
                self._found.setdefault((*place, number), line)
                fresh = False
            if piece in ("[", "{"):
                fresh = fresh or (depth == 0 and piece == "[")
                depth += 1
            elif piece in ("]", "}"):
                depth -= 1
            elif piece == "," and depth == 1:
                number, fresh = number + 1, True
            line += piece.count("\n")
            position = match.end()
        return position


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _keys(text: str, position: int) -> tuple[tuple[str, ...], int]:
    """The names of a dotted key, and where it ends."""
    names: list[str] = []
    while (match := _KEY.match(text, position)) is not None:
        names.append(next(group for group in match.groups() if group is not None))
        position = match.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    return tuple(names), position


def _resolved(names: tuple[str, ...], counts: dict[Place, int], *, several: bool) -> Place:
    """The place that a header means: an array of tables is meant by its last element."""
    place: Place = ()
    for number, name in enumerate(names):
        place = (*place, name)
        if several and number == len(names) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place
