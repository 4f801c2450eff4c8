"""Thousands of texts sought at once: one Aho-Corasick automaton over a short, rare piece of each.

A. Aho and M. Corasick, "Efficient string matching", CACM 18 (1975). Searching for the rarest ten bytes of each text
and comparing the rest where they are met finds the same, with a table a tenth as large: it stays in the processor's
cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_FRAGMENT = 10
_MOST_SHARED = 8
"""Texts that may share a fragment: each costs a comparison wherever the fragment is met."""
# From frequent to rare, in source code and prose folded to lower case.
_FREQUENT = b" etaoisnrlcdupmfhgb.,_-\"'()=/yv:;0k1\nw2x3jq4\t[]{}z56789<>*#@+!$%&?|\\^~`"
_RANK = [len(_FREQUENT)] * 256
for _rank, _byte in enumerate(_FREQUENT):
    _RANK[_byte] = _rank


class Automaton:
    """Finds texts, and marks: short sequences of which only the places are wanted."""

    def __init__(self, texts: Sequence[bytes], marks: Sequence[bytes]) -> None:
        # Imported when a tree is searched: a scan of one lockfile does without.
        from ahocorasick_rs import BytesAhoCorasick, Implementation

        self._texts = tuple(texts)
        places: dict[bytes, list[tuple[int, int]]] = {}
        for number, text in enumerate(self._texts):
            at, fragment = _rarest(text)
            if len(places.get(fragment, ())) >= _MOST_SHARED:
                at, fragment = 0, text
            places.setdefault(fragment, []).append((number, at))
        self._marks = len(marks)
        self._places = list(places.values())
        self._machine = BytesAhoCorasick([*marks, *places], implementation=Implementation.DFA)

    def search(self, view: bytes) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """([(number of a text, where it begins)], [(number of a mark, where it begins)]) in `view`."""
        texts: list[tuple[int, int]] = []
        marks: list[tuple[int, int]] = []
        for index, start, _ in self._machine.find_matches_as_indexes(view, overlapping=True):
            if index < self._marks:
                marks.append((index, start))
                continue
            for number, at in self._places[index - self._marks]:
                begin = start - at
                if begin >= 0 and view.startswith(self._texts[number], begin):
                    texts.append((number, begin))
        return texts, marks

    def texts(self, view: bytes) -> Iterator[tuple[int, int]]:
        """(number of a text, where it begins) in `view`, marks left aside."""
        yield from self.search(view)[0]


def _rarest(text: bytes) -> tuple[int, bytes]:
    """(place, fragment): the window with the rarest bytes. The first ones count most: there most searches end."""
    if len(text) <= _FRAGMENT:
        return 0, text
    ranks = [_RANK[byte] for byte in text]

    def rarity(at: int) -> int:
        return 3 * ranks[at] + 2 * ranks[at + 1] + sum(ranks[at + 2 : at + _FRAGMENT])

    at = max(range(len(text) - _FRAGMENT + 1), key=rarity)
    return at, text[at : at + _FRAGMENT]
