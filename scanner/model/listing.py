"""An indicator list as it was read: what each line means, and which lines mean nothing to us."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

import msgspec

from scanner.model.campaign import Actor, Campaign, Indicator, IndicatorType
from scanner.model.component import Problem


class Line(msgspec.Struct, frozen=True, gc=False):
    """What one line, or one record, of a list was understood to say."""

    number: int
    """Of the line, or of the record where the format has no lines; counted from 1."""
    text: str


class ListReading(msgspec.Struct, frozen=True, kw_only=True):
    """One list. Indicators are kept whole; remarks and problems are told up to a bound, and counted."""

    id: str
    """Under which its indicators are filed, as `Indicator.campaign`."""
    name: str
    kind: str
    title: str | None = None
    """The name that the list gives itself, or the campaign that it describes."""
    actor: Actor | None = None
    """Who is behind it according to the list."""
    indicators: tuple[Indicator, ...] = ()
    numbers: Sequence[int] = ()
    """For each indicator its line or record."""
    remarks: tuple[Line, ...] = ()
    """Lines that were understood and hold nothing to look for: a heading, a withdrawn record."""
    problems: tuple[Problem, ...] = ()
    total: int = 0
    """Lines or records, without comments and blank ones."""
    understood: int = 0
    not_understood: int = 0
    """Those with a problem: what could not be understood, and what was refused because it would accuse everybody."""
    comments: int = 0

    def lines(self) -> Iterator[Line | Problem]:
        """What each line was understood to say, or the problem with it, in order."""
        found: Iterator[tuple[int, int, Line | Problem]] = heapq.merge(
            ((number, 0, Line(number, told(one))) for one, number in zip(self.indicators, self.numbers, strict=True)),
            ((line.number, 1, line) for line in self.remarks),
            ((problem.line or self.total, 2, problem) for problem in self.problems),
            key=lambda item: item[:2],
        )
        return (item for _, _, item in found)

    def campaign(self) -> Campaign:
        """The list as the store takes it."""
        return Campaign(
            id=self.id, name=self.title or self.name.rpartition("/")[2], actor=self.actor, indicators=self.indicators
        )


def told(indicator: Indicator) -> str:
    """An indicator in words: `package pkg:npm/axios versions 1.14.1, 0.30.4`."""
    text = f"{indicator.type} {indicator.value}"
    if indicator.type in (IndicatorType.PACKAGE, IndicatorType.PRODUCT):
        text += f" {which_versions(indicator)}"
    return text if indicator.alone else f"{text} (proves nothing alone)"


def which_versions(indicator: Indicator) -> str:
    """The bad versions of a package or product in words."""
    if indicator.hint:
        return "no versions given"
    if indicator.versions is None:
        good = ", ".join(indicator.excluded)
        return f"every version but {good}" if good else "every version"
    parts = list(indicator.versions[:_SHOWN])
    if len(indicator.versions) > _SHOWN:
        parts.append(f"and {len(indicator.versions) - _SHOWN} more")
    if indicator.range is not None:
        low, _, high = indicator.range.partition("..")
        parts.append(" ".join(filter(None, (_bound("from", ">", "above", low), _bound("to", "<", "below", high)))))
    return ("version " if len(parts) == 1 else "versions ") + ", ".join(parts)


_SHOWN = 12


def _bound(inclusive: str, mark: str, exclusive: str, text: str) -> str:
    if not text:
        return ""
    return f"{exclusive} {text[1:]}" if text.startswith(mark) else f"{inclusive} {text}"
