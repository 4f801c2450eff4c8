"""Searches the text of files for every textual indicator at once, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from scanner.display import line as safe
from scanner.matching.files import borders, views
from scanner.matching.files.automaton import Automaton, Hits
from scanner.matching.files.patterns import LONGEST, Pattern
from scanner.matching.files.sign import Manner, Sign
from scanner.matching.files.views import View
from scanner.model.campaign import IndicatorType
from scanner.model.component import Location

KEPT = 4 * LONGEST + 2_048
"""Bytes of a piece that are looked at again with the next one: the longest indicator, in any spelling."""
_EXCERPT = 60
_HARMLESS_SCHEME = re.compile(rb"(?:hxxps?|h\*\*ps?|meow)://[^\s\"'<>]*\Z")


class TextSearch:
    """All patterns, ready to be looked for in any number of files."""

    def __init__(self, patterns: list[Pattern]) -> None:
        self.patterns = patterns
        self.automaton = _automaton(tuple(pattern.text for pattern in patterns))

    def whole(self, path: str, data: bytes) -> tuple[Sign, ...]:
        """What a file holds that is here in one piece."""
        lower = data.lower()
        hits, wide = self.automaton.search(lower), self.automaton.wide(lower)
        if hits is None and not wide:
            return ()
        text = FileText(self, path)
        text.judge(data, lower, hits, wide, first=True, last=True)
        return text.signs()

    def file(self, path: str) -> FileText:
        """The search of one file, to be fed with its pieces."""
        return FileText(self, path)


class FileText:
    """The search of one file; of each indicator its first place is kept."""

    def __init__(self, search: TextSearch, path: str) -> None:
        self._search = search
        self._path = path
        self._kept = b""
        self._lines = 0
        """Line breaks before what is kept."""
        self._begins = True
        """Whether what is kept begins the file."""
        self._found: dict[tuple[IndicatorType, str], Sign] = {}

    def feed(self, piece: bytes, *, last: bool) -> None:
        """Search the next piece. `last` where nothing follows it: an indicator may end there."""
        stretch = self._kept + piece if self._kept else piece
        lower = stretch.lower()
        hits, wide = self._search.automaton.search(lower), self._search.automaton.wide(lower)
        if hits is not None or wide:
            self.judge(stretch, lower, hits, wide, first=self._begins, last=last)
        if not last:
            self._kept = stretch[-KEPT:]
            self._begins = self._begins and len(stretch) <= KEPT
            self._lines += stretch.count(b"\n", 0, len(stretch) - len(self._kept))

    def signs(self) -> tuple[Sign, ...]:
        """What was found so far."""
        return tuple(self._found.values())

    def judge(
        self, stretch: bytes, lower: bytes, hits: Hits | None, wide: Sequence[int], *, first: bool, last: bool
    ) -> None:
        """Keep what of the hits stands by itself, in this spelling of the stretch and in the others."""
        if hits is not None:
            plain = views.plain(stretch)
            for number, begin in hits.texts:
                self._judge(number, begin, plain, lower, stretch, first, last)
            for view in views.respelled(stretch, hits.marks):
                self._view(view, stretch, first, last)
        spread = views.wide(stretch, wide)
        if spread is not None:
            inside = self._view(spread, stretch, first, last)
            for view in () if inside is None else views.respelled(spread.text, inside.marks):
                back = view._replace(
                    origins=[spread.origin(at) for at in view.origins],
                    ends=[spread.origin(at - 1) + spread.scale for at in view.ends],
                    scale=spread.scale,
                )
                self._view(back, stretch, first, last)

    def _view(self, view: View, stretch: bytes, first: bool, last: bool) -> Hits | None:
        folded = view.text.lower()
        hits = self._search.automaton.search(folded)
        for number, begin in () if hits is None else hits.texts:
            self._judge(number, begin, view, folded, stretch, first, last)
        return hits

    def _judge(
        self, number: int, begin: int, view: View, folded: bytes, stretch: bytes, first: bool, last: bool
    ) -> None:
        pattern = self._search.patterns[number]
        what = (pattern.type, pattern.key)
        end = begin + len(pattern.text)
        text = view.text
        if what in self._found and (view.defanged or self._found[what].manner is not Manner.DEFANGED):
            return
        if min(view.room(begin, end, len(stretch), first=first, last=last)) < borders.LOOK:
            return  # what stands beside it is not here: it is met again, or was already
        if not text.startswith(pattern.tail, end - len(pattern.tail)) or not pattern.border(folded, begin, end):
            return
        harmless = view.defanged or _HARMLESS_SCHEME.search(folded, max(0, begin - 64), begin) is not None
        self._found[what] = Sign(
            type=pattern.type,
            key=pattern.key,
            manner=Manner.DEFANGED if harmless else Manner.TEXT,
            location=Location(self._path, self._lines + stretch.count(b"\n", 0, view.origin(begin)) + 1),
            value=text[begin:end].decode("utf-8", "replace"),
            excerpt=_excerpt(text, begin, end),
        )


@lru_cache(maxsize=1)
def _automaton(texts: tuple[bytes, ...]) -> Automaton:
    """Kept for the next tree: both sides of a change, say. Making one takes a tenth of a second."""
    return Automaton(texts, views.MARKS)


def _excerpt(text: bytes, begin: int, end: int) -> str:
    """The line around it, as much as is worth showing, made safe."""
    left = max(begin - _EXCERPT, text.rfind(b"\n", 0, begin) + 1, 0)
    stop = text.find(b"\n", end)
    right = min(end + _EXCERPT, len(text) if stop < 0 else stop)
    return safe(text[left:right].decode("utf-8", "replace").strip(), limit=200)
