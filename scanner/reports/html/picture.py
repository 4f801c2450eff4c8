"""The time line: when a campaign was seen, and when we were exposed to it, drawn to one scale.

Everything is placed in percent, so that the picture takes the width it is given and its letters keep their size; a
style attribute would be refused by the page's own policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from scanner.display import line
from scanner.reports.html.markup import Markup, tag

_LANE, _TOP, _AXIS = 40, 8, 26
_STEPS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_TICKS = 5
_LABEL = 46
"""Characters that fit beside each other on a telephone."""
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Lane(NamedTuple):
    """One bar with its label."""

    label: str
    kind: str
    """One of ours: campaign, exposed."""
    first: date
    last: date
    marks: tuple[date, ...] = ()


def day(said: str | None, *, end: bool = False) -> date | None:
    """A date, or a part of one ("2026-03", "2026"); with `end`, the last day of it."""
    parts = (said or "")[:10].split("-")
    try:
        year, month, number = (int(part) for part in (*parts, *["1"] * (3 - len(parts))))
        first = date(year, month, number)
        if not end or len(parts) == 3:
            return first
        return _months_on(first, 1 if len(parts) == 2 else 12) - timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def draw(lanes: Sequence[Lane], now: date | None, *, id_: str, title: str) -> Markup:
    """The picture, with its text alternative."""
    known = [*(lane.first for lane in lanes), *(lane.last for lane in lanes), *([] if now is None else [now])]
    least, most = min(known), max(known)
    margin = max(3, (most - least).days // 16)
    begin, end = least.toordinal() - margin, most.toordinal() + margin

    def x(when: float) -> str:
        return f"{(when - begin) / (end - begin) * 100:.2f}%"

    height = _TOP + len(lanes) * _LANE + _AXIS
    base = height - _AXIS
    parts: list[Markup] = [
        tag("title", title, id=f"{id_}-title"),
        tag("desc", "; ".join(map(_said, lanes)) + ("" if now is None else f"; this scan: {now}") + ".",
            id=f"{id_}-desc"),
    ]  # fmt: skip
    for at, label in _ticks(least, most):
        share = (at - begin) / (end - begin)
        anchor = "start" if share < 0.06 else "end" if share > 0.94 else "middle"
        parts.append(tag("line", class_="tick", x1=x(at), x2=x(at), y1="0", y2=str(base)))
        parts.append(tag("text", label, class_="date", x=x(at), y=str(height - 8), text_anchor=anchor))
    parts.append(tag("line", class_="axis", x1="0", x2="100%", y1=str(base), y2=str(base)))
    windows = [lane for lane in lanes if lane.kind == "campaign"]
    parts += [
        tag("rect", class_="window", x=x(one.first.toordinal()), y="0", width=_width(one, begin, end), height=str(base))
        for one in windows
    ]
    for number, lane in enumerate(lanes):
        top = _TOP + number * _LANE
        # A label stands over the beginning of its bar, or ends where the bar does when there is no room to the right.
        share = (lane.first.toordinal() - begin) / (end - begin)
        where, anchor = ("0", "start") if share < 0.55 else ("100%", "end")
        if share < 0.3:
            where = x(lane.first.toordinal())
        label = line(lane.label, limit=_LABEL)
        parts.append(tag("text", label, class_="label", x=where, y=str(top + 11), text_anchor=anchor))
        parts.append(
            tag("rect", class_=f"bar {lane.kind}", x=x(lane.first.toordinal()), y=str(top + 17), rx="3", height="12",
                width=_width(lane, begin, end))
        )  # fmt: skip
        parts += [
            tag("circle", class_="mark", cx=x(one.toordinal() + 0.5), cy=str(top + 23), r="4.5")
            for one in dict.fromkeys(lane.marks)
        ]
    if now is not None:
        at_now = x(now.toordinal() + 0.5)
        parts.append(tag("line", class_="now", x1=at_now, x2=at_now, y1="0", y2=str(base)))
    return tag("svg", *parts, class_="timeline", role="img", width="100%", height=str(height),
               aria_labelledby=f"{id_}-title {id_}-desc")  # fmt: skip


def _said(lane: Lane) -> str:
    span = str(lane.first) if lane.first == lane.last else f"{lane.first} to {lane.last}"
    return f"{lane.label}: {span}"


def _width(lane: Lane, begin: int, end: int) -> str:
    return f"{max(0.6, (lane.last.toordinal() + 1 - lane.first.toordinal()) / (end - begin) * 100):.2f}%"


def _ticks(least: date, most: date) -> Iterator[tuple[int, str]]:
    """A few days, months or years, evenly."""
    span = (most - least).days
    for step in _STEPS:
        if span // step <= _TICKS:
            for number in range(least.toordinal(), most.toordinal() + 1, step):
                at = date.fromordinal(number)
                yield number, f"{at.day} {_NAMES[at.month - 1]}"
            return
    step = next((one for one in _MONTHS if span / 30.4 / one <= _TICKS), _MONTHS[-1])
    for at in _firsts(least, most, step):
        yield at.toordinal(), str(at.year) if step >= 12 else f"{_NAMES[at.month - 1]} {at.year}"


def _firsts(least: date, most: date, step: int) -> Iterable[date]:
    month = least.year * 12 + least.month - 1
    month += -month % step
    while month // 12 <= most.year:
        at = date(month // 12, month % 12 + 1, 1)
        if least <= at <= most:
            yield at
        month += step


def _months_on(when: date, count: int) -> date:
    month = when.year * 12 + when.month - 1 + count
    return date(month // 12, month % 12 + 1, 1)
