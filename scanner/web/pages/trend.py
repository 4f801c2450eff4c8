"""The picture of the last days: what came, what went, and what stood open, drawn without script or style."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.fleet.store.summaries import Day
from scanner.reports.html.markup import Markup, join, tag

_WIDTH, _HEIGHT, _LEFT, _FOOT = 640, 214, 56, 26
_BARS = 64
"""Height of the part below, for what came and went."""


def draw(days: Sequence[Day]) -> Markup:
    """The picture, with a title and a sentence for those who do not see it. A table beside it has the numbers."""
    step = (_WIDTH - _LEFT - 6) / max(1, len(days))
    most_open = _round(max((day.open for day in days), default=0))
    most_moved = _round(max((max(day.introduced + day.reopened, day.gone) for day in days), default=0))
    base = _HEIGHT - _FOOT - _BARS - 14
    middle = _HEIGHT - _FOOT - _BARS / 2

    def x(number: float) -> str:
        return f"{_LEFT + (number + 0.5) * step:.1f}"

    def y(open_: int) -> str:
        return f"{8 + (base - 8) * (1 - open_ / most_open):.1f}"

    parts: list[Markup] = []
    for value in (most_open, most_open // 2, 0) if most_open > 1 else (most_open, 0):
        parts.append(tag("line", class_="axis" if value == 0 else "grid", x1=str(_LEFT), x2=str(_WIDTH), y1=y(value),
                         y2=y(value)))  # fmt: skip
        parts.append(tag("text", f"{value:,}", x=str(_LEFT - 8), y=f"{float(y(value)) + 4:.1f}", text_anchor="end"))
    points = " ".join(f"{x(number)},{y(day.open)}" for number, day in enumerate(days))
    if days:
        parts.append(tag("polygon", class_="area", points=f"{x(0)},{base} {points} {x(len(days) - 1)},{base}"))
        parts.append(tag("polyline", class_="open", points=points))
        parts.append(tag("circle", class_="last", cx=x(len(days) - 1), cy=y(days[-1].open), r="4"))
    parts.append(tag("line", class_="axis", x1=str(_LEFT), x2=str(_WIDTH), y1=str(middle), y2=str(middle)))
    for number, day in enumerate(days):
        came, went = day.introduced + day.reopened, day.gone
        for class_, count in (("came", came), ("went", went)):
            if count:
                height = max(2.0, (_BARS / 2 - 2) * count / most_moved)
                top = middle - height if class_ == "came" else middle
                parts.append(tag("rect", class_=class_, x=f"{float(x(number)) - step * 0.32:.1f}", y=f"{top:.1f}",
                                 width=f"{step * 0.64:.1f}", height=f"{height:.1f}"))  # fmt: skip
    for at, number in _labels(len(days)):
        parts.append(tag("text", days[number].day[5:], x=x(number), y=str(_HEIGHT - 4), text_anchor=at))
    parts.append(tag("text", f"+{most_moved:,}", x=str(_LEFT - 8), y=f"{middle - _BARS / 2 + 12:.1f}",
                     text_anchor="end"))  # fmt: skip
    parts.append(tag("text", f"−{most_moved:,}", x=str(_LEFT - 8), y=f"{middle + _BARS / 2:.1f}", text_anchor="end"))
    head = [tag("title", "Findings, day by day", id="trend-title"), tag("desc", said(days), id="trend-desc")]
    return tag("svg", join(head), join(parts), class_="trend", role="img", viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
               aria_labelledby="trend-title trend-desc")  # fmt: skip


def said(days: Sequence[Day]) -> str:
    """The same in a sentence."""
    if not days:
        return "Nothing happened yet."
    came = sum(day.introduced + day.reopened for day in days)
    went = sum(day.gone for day in days)
    return (
        f"In {len(days)} days {came:,} findings came or came back and {went:,} went; "
        f"{days[0].open:,} stood open at the end of the first day, {days[-1].open:,} stand open now."
    )


def _round(most: int) -> int:
    """The next number that reads well on an axis, 1 at least."""
    size = 1
    while True:
        for factor in (1, 2, 4, 5, 10):
            if most <= factor * size:
                return factor * size
        size *= 10


def _labels(count: int) -> list[tuple[str, int]]:
    if count < 2:
        return [("middle", 0)] if count else []
    return [("middle", round(part * (count - 1) / 4)) for part in range(4)] + [("end", count - 1)]
