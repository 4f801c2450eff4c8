"""Thousands of texts sought at once: one Aho-Corasick automaton over a short, rare piece of each.

A. Aho and M. Corasick, "Efficient string matching", CACM 18 (1975). Searching for eight telling bytes of each text
and comparing the rest where they are met finds the same, with a table a tenth as large: it stays in the processor's
cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scanner.matching.files import fragments

_WIDE_FRAGMENT = 5


class Hits(NamedTuple):
    """What one search met, each list in order of place."""

    texts: list[tuple[int, int]]
    """(number of a text, where it begins)."""
    marks: list[tuple[int, int]]
    """(number of a mark, where it begins)."""


class Automaton:
    """Finds texts, and marks: short sequences of which only the places are wanted."""

    def __init__(self, texts: Sequence[bytes], marks: Sequence[bytes]) -> None:
        # Imported when a tree is searched: a scan of one lockfile does without.
        from ahocorasick_rs import BytesAhoCorasick, Implementation

        self._texts = tuple(texts)
        places: dict[bytes, list[tuple[int, int]]] = {}
        wide = {_widened(mark): None for mark in marks}
        for number, (at, fragment) in enumerate(fragments.choose(self._texts)):
            wide[_widened(fragment[:_WIDE_FRAGMENT])] = None
            places.setdefault(fragment, []).append((number, at))
        self._places = list(places.values())
        self._machine = BytesAhoCorasick([*places, *marks], implementation=Implementation.DFA)
        # On its own: text, which is most of a tree, does not pay for what stands in binaries only.
        self._wide = BytesAhoCorasick(list(wide), implementation=Implementation.DFA)

    def search(self, view: bytes) -> Hits | None:
        """Everything that is met in `view`; `None` where that is nothing."""
        met = self._machine.find_matches_as_indexes(view, overlapping=True)
        if not met:
            return None
        hits = Hits([], [])
        for index, start, _ in met:
            if index >= len(self._places):
                hits.marks.append((index - len(self._places), start))
                continue
            for number, at in self._places[index]:
                begin = start - at
                if begin >= 0 and view.startswith(self._texts[number], begin):
                    hits.texts.append((number, begin))
        return hits

    def wide(self, view: bytes) -> list[int]:
        """Where something is written in UTF-16 that may be one of the texts, or holds a mark."""
        if b"\0" not in view:
            return []
        return [start for _, start, _ in self._wide.find_matches_as_indexes(view, overlapping=True)]


def _widened(text: bytes) -> bytes:
    return b"".join(bytes((byte, 0)) for byte in text)
