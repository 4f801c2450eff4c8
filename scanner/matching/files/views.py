"""One stretch of a file in the spellings in which an indicator may stand in it.

As it is; as UTF-16 (every other byte is zero); with escapes undone (`https:\\/\\/`, `%2f`, `evil\\.com`); and with what
people write so that nobody clicks on it (`evil[.]com`). The latter two are made only around marks that the automaton
met, so that ordinary text is searched once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MARKS = (
    b"\\/", b"\\.", b"%2f", b"\\u002f", b"\\x2f", b"%40", b"\\u0040", b"\\x40",
    b"[.]", b"(.)", b"{.}", b"[dot]", b"(dot)", b"{dot}", b"[@]", b"[at]", b"(at)", b"[:]", b"[://]", b"[/]",
)  # fmt: skip
_ESCAPES = 8
"""How many of the marks are escapes, which machines undo; the others are made by people, for people."""
_REACH = 400
"""Bytes around a mark that are looked at again."""
_PLENTY = 1 << 30

_WIDE_STEP = 2_400
_WIDE_BEFORE = re.compile(rb"(?:[\t\n\r -~]\0)*\Z")
_WIDE = re.compile(rb"(?:[\t\n\r -~]\0)+[\t\n\r -~]?")
_UNESCAPE = re.compile(rb"\\([/.])|%(2f|40)|\\(?:u00|x)(2f|40)", re.IGNORECASE)
_SIGNS = {b"2f": b"/", b"40": b"@"}
_DOTS = re.compile(rb"\[(?:\.|dot)\]|\((?:\.|dot)\)|\{(?:\.|dot)\}", re.IGNORECASE)
_ATS = re.compile(rb"\[(?:@|at)\]|\(at\)", re.IGNORECASE)
_SLASHES = re.compile(rb"\[(://|:|/)\]")


class View(NamedTuple):
    """A spelling of a stretch, in pieces, and the way back to the bytes that it was made of."""

    text: bytes
    """The pieces, a zero byte between two."""
    starts: Sequence[int]
    """Where each piece begins in `text` …"""
    origins: Sequence[int]
    """… and in the stretch …"""
    ends: Sequence[int]
    """… and where it ends there."""
    scale: int = 1
    cut: bool = False
    """Whether pieces begin and end anywhere, rather than where the text does."""
    defanged: bool = False

    def origin(self, at: int) -> int:
        """About where in the stretch this place of the text is: exact enough for a line."""
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + (at - self.starts[piece]) * self.scale

    def room(self, begin: int, end: int, size: int, *, first: bool, last: bool) -> tuple[int, int]:
        """(bytes before `begin`, bytes after `end`) that may be looked at; many where the text itself ends there.

        `first` and `last` say whether the stretch, of `size` bytes, begins and ends its file.
        """
        piece = bisect_right(self.starts, begin) - 1
        after = self.starts[piece + 1] - 1 if piece + 1 < len(self.starts) else len(self.text)
        # A stretch may begin or end between the two bytes of a character.
        at_begin, at_end = self.origins[piece] < self.scale, self.ends[piece] > size - self.scale
        torn_begin = not first if at_begin else self.cut
        torn_end = not last if at_end else self.cut
        return begin - self.starts[piece] if torn_begin else _PLENTY, after - end if torn_end else _PLENTY


def plain(stretch: bytes) -> View:
    """The stretch as it is."""
    return View(stretch, (0,), (0,), (len(stretch),))


def wide(stretch: bytes, places: Sequence[int]) -> View | None:
    """The UTF-16 text of either byte order around these places, as far as it is ASCII; `None` without a place."""
    pieces: list[tuple[int, int, bytes]] = []
    for at in places:
        if pieces and at < pieces[-1][1] and (at - pieces[-1][0]) % 2 == 0:
            continue
        run = _WIDE.match(stretch, _wide_begin(stretch, at))
        if run is not None:
            pieces.append((*run.span(), run[0].replace(b"\0", b"")))
    return _joined(pieces, scale=2) if pieces else None


def _wide_begin(stretch: bytes, at: int) -> int:
    """Where the UTF-16 text begins that goes on at this place."""
    while True:
        before = _WIDE_BEFORE.search(stretch, max(0, at - _WIDE_STEP), at)
        begin = at if before is None else before.start()
        if at - begin < _WIDE_STEP:
            return begin
        at = begin


def respelled(stretch: bytes, marks: Sequence[tuple[int, int]]) -> Iterator[View]:
    """The surroundings of marks with escapes undone, and with harmless spellings undone."""
    if not marks:
        return
    escaped = [at for mark, at in marks if mark < _ESCAPES]
    if escaped:
        spans = _around(escaped, len(stretch))
        yield _joined([(begin, end, _unescape(stretch[begin:end])) for begin, end in spans], cut=True)
    harmless = [at for mark, at in marks if mark >= _ESCAPES]
    if harmless:
        spans = _around(harmless, len(stretch))
        yield _joined([(begin, end, _refang(stretch[begin:end])) for begin, end in spans], cut=True, defanged=True)


def _around(places: Sequence[int], size: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for at in places:
        begin, end = max(0, at - _REACH), min(size, at + _REACH)
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return spans


def _joined(
    pieces: Sequence[tuple[int, int, bytes]], *, scale: int = 1, cut: bool = False, defanged: bool = False
) -> View:
    """One text of pieces, each with its span in the stretch; there is at least one."""
    starts: list[int] = []
    at = 0
    for _, _, piece in pieces:
        starts.append(at)
        at += len(piece) + 1
    begins, ends, texts = zip(*pieces, strict=True)
    return View(b"\0".join(texts), starts, begins, ends, scale, cut, defanged)


def _unescape(text: bytes) -> bytes:
    return _UNESCAPE.sub(lambda found: found[1] or _SIGNS[(found[2] or found[3]).lower()], text)


def _refang(text: bytes) -> bytes:
    """As `model.observable.refang` does for one indicator."""
    return _SLASHES.sub(rb"\1", _ATS.sub(b"@", _DOTS.sub(b".", _unescape(text))))
