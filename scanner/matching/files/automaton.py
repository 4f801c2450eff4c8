"""Thousands of texts sought at once: one Aho-Corasick automaton over a short, rare piece of each.

A. Aho and M. Corasick, "Efficient string matching", CACM 18 (1975). Searching for the rarest eight bytes of each text
and comparing the rest where they are met finds the same, with a table a tenth as large: it stays in the processor's
cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_FRAGMENT = 8
_WIDE_FRAGMENT = 5
_MOST_SHARED = 8
"""Texts that may share a fragment: each costs a comparison wherever the fragment is met."""
# From frequent to rare, in source code and prose folded to lower case.
_FREQUENT = b" etaoisnrlcdupmfhgb.,_-\"'()=/yv:;0k1\nw2x3jq4\t[]{}z56789<>*#@+!$%&?|\\^~`"
_RANKS = bytes(_FREQUENT.index(byte) if byte in _FREQUENT else len(_FREQUENT) for byte in range(256))


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
        for number, text in enumerate(self._texts):
            at, fragment = _rarest(text)
            wide[_widened(fragment[:_WIDE_FRAGMENT])] = None
            if len(places.get(fragment, ())) >= _MOST_SHARED:
                at, fragment = 0, text
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


def _rarest(text: bytes) -> tuple[int, bytes]:
    """(place, fragment): the window that begins with the rarest bytes, for there most searches end."""
    if len(text) <= _FRAGMENT:
        return 0, text
    ranks = text[: len(text) - _FRAGMENT + 4].translate(_RANKS)
    scores = [8 * a + 4 * b + 2 * c + d for a, b, c, d in zip(ranks, ranks[1:], ranks[2:], ranks[3:], strict=False)]
    at = scores.index(max(scores))
    return at, text[at : at + _FRAGMENT]
