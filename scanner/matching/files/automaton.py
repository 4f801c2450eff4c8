"""Thousands of texts sought at once: one Aho-Corasick automaton over a short, rare piece of each.

A. Aho and M. Corasick, "Efficient string matching", CACM 18 (1975). Searching for eight telling bytes of each text
and comparing the rest where they are met finds the same, with a table a tenth as large: it stays in the processor's
cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from scanner.matching.files import fragments

_WIDE_FRAGMENT = 5
# What UTF-16 looks like in bytes: signs as they are typed become `p`, zeros stay, and all else is of no use to it.
_SHAPE = bytes(0 if not byte else ord("p") if chr(byte) in "\t\n\r" or 32 <= byte < 127 else 1 for byte in range(256))
_LEAST_WIDE = b"p\0p\0p\0"
"""Shorter runs hold no indicator: none has fewer than four signs, of which the last may miss its zero."""
_WIDE_RUN = re.compile(rb"p\0p\0p\0(?:p\0)*")
_MANY_RUNS = 256


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
        places: dict[bytes, dict[int, list[int]]] = {}
        wide = {_widened(mark): None for mark in marks}
        for number, (at, fragment) in enumerate(fragments.choose(self._texts)):
            wide[_widened(fragment[:_WIDE_FRAGMENT])] = None
            places.setdefault(fragment, {}).setdefault(at, []).append(number)
        # (where the fragment stands in them, texts, their numbers): all texts of one place are compared in one call.
        self._places = [
            tuple((at, tuple(self._texts[number] for number in numbers), numbers) for at, numbers in by_place.items())
            for by_place in places.values()
        ]
        self._machine = BytesAhoCorasick([*places, *marks], implementation=Implementation.DFA)
        # On its own: text, which is most of a tree, does not pay for what stands in binaries only.
        self._wide = BytesAhoCorasick(list(wide), implementation=Implementation.DFA)

    def search(self, view: bytes) -> Hits | None:
        """Everything that is met in `view`; `None` where that is nothing."""
        met = self._machine.find_matches_as_indexes(view, overlapping=True)
        if not met:
            return None
        hits = Hits([], [])
        places, first_mark = self._places, len(self._places)
        for index, start, _ in met:
            if index >= first_mark:
                hits.marks.append((index - first_mark, start))
                continue
            for at, texts, _ in places[index]:
                if start >= at and view.startswith(texts, start - at):
                    hits.texts.extend(self._met(view, index, start))
                    break
        return hits

    def _met(self, view: bytes, index: int, start: int) -> list[tuple[int, int]]:
        """(number, where it begins) of the texts that stand around a fragment, by number."""
        return sorted(
            (number, start - at)
            for at, texts, numbers in self._places[index]
            if start >= at
            for number, text in zip(numbers, texts, strict=True)
            if view.startswith(text, start - at)
        )

    def wide(self, view: bytes) -> list[int]:
        """Where something is written in UTF-16 that may be one of the texts, or holds a mark."""
        if b"\0" not in view:
            return []
        shape = view.translate(_SHAPE)
        if _LEAST_WIDE not in shape:
            return []
        # A program holds little such text, if any: the rest of it need not be searched again.
        runs = [run.span() for run in islice(_WIDE_RUN.finditer(shape), _MANY_RUNS)]
        if len(runs) == _MANY_RUNS:
            return list(self._met_wide(view, runs[0][0], len(view)))
        return [place for begin, end in runs for place in self._met_wide(view, begin, end)]

    def _met_wide(self, view: bytes, begin: int, end: int) -> Iterator[int]:
        for _, start, _ in self._wide.find_matches_as_indexes(view[begin:end], overlapping=True):
            yield begin + start


def _widened(text: bytes) -> bytes:
    return b"".join(bytes((byte, 0)) for byte in text)
