"""When it went on, as a picture of characters: one row a campaign, one column for some months.

ASCII only: the width of box characters hangs on the terminal's language, and a report is read in mails and logs too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import msgspec

_SPAN = 48
"""Columns for time, at most."""
_LEAST = 12


class Row(msgspec.Struct, frozen=True):
    """What is drawn on one line. Dates are ISO, or the first part of one."""

    label: str
    first: str | None
    last: str | None
    mark: str = ""
    """Stands between label and picture."""


def draw(rows: Sequence[Row], width: int = 100) -> list[str]:
    """A line of years, then a line for each row, none longer than `width`; rows without a date have a label only."""
    spans = [_months(row) for row in rows]
    known = [span for span in spans if span is not None]
    mark = min(8, max((cells(row.mark) for row in rows), default=0))
    label = min(width // 2 - 2 - mark, max((cells(row.label) for row in rows), default=0))
    margin = label + 2 + (mark + 2 if mark else 0)
    if not known:
        return [_head(row, label, mark) + "(no date)" for row in rows]
    begin = min(first for first, _ in known) // 12 * 12
    end = max(last for _, last in known) // 12 * 12 + 12
    step = -(-(end - begin) // max(_LEAST, min(_SPAN, width - margin)))
    columns = -(-(end - begin) // step)
    january = {(month - begin) // step for month in range(begin, end, 12)}
    lines = [" " * margin + _years(begin, end, step, columns)]
    for row, span in zip(rows, spans, strict=True):
        if span is None:
            lines.append(_head(row, label, mark) + "(no date)")
            continue
        on = range((span[0] - begin) // step, (span[1] - begin) // step + 1)
        bar = "".join("#" if at in on else ":" if at in january else "." for at in range(columns))
        lines.append(_head(row, label, mark) + bar)
    return lines


def cells(text: str) -> int:
    """Columns that a terminal gives the text: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def fitted(text: str, width: int) -> str:
    """The text in exactly that many columns: filled up, or cut off with a `~`."""
    if cells(text) > width:
        while text and cells(text) > width - 1:
            text = text[:-1]
        text += "~"
    return text + " " * (width - cells(text))


def _head(row: Row, label: int, mark: int) -> str:
    return fitted(row.label, label) + "  " + (fitted(row.mark, mark) + "  " if mark else "")


def _years(begin: int, end: int, step: int, columns: int) -> str:
    line = [" "] * columns
    free = 0
    for month in range(begin, end, 12):
        at = (month - begin) // step
        if at >= free and at + 4 <= columns:
            line[at : at + 4] = f"{month // 12:04d}"
            free = at + 5
    return "".join(line).rstrip()


def _months(row: Row) -> tuple[int, int] | None:
    """Months since the year 0, both inclusive: "2026" is all of it, "2026-03" one."""
    first, last = row.first or row.last, row.last or row.first
    if first is None or last is None:
        return None
    begin = int(first[:4]) * 12 + (int(first[5:7]) - 1 if len(first) >= 7 else 0)
    end = int(last[:4]) * 12 + (int(last[5:7]) - 1 if len(last) >= 7 else 11)
    return begin, max(begin, end)
