"""Evidence: the file and line, what is said of it, and the code; what differs is laid side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.model.component import Location
from scanner.model.finding import Evidence
from scanner.reports import telling
from scanner.reports.html.markup import NOTHING, Markup, code, items, tag

_LINES, _WIDE = 40, 400
_HUNK = re.compile(r"@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@")


class Side(NamedTuple):
    """One line of one side."""

    number: int | None
    text: str


class Row(NamedTuple):
    """The same place on both sides."""

    old: Side | None
    new: Side | None
    changed: bool


def show(evidence: Sequence[Evidence], most: int) -> Markup:
    """Each place once, with everything that is said of it."""
    places: dict[tuple[Location, str | None], list[str]] = {}
    for one in evidence:
        places.setdefault((one.location, one.excerpt), []).append(one.value)
    shown = [_figure(*place, said) for place, said in list(places.items())[:most]]
    if len(places) > most:
        shown.append(tag("p", f"and {len(places) - most:,} more places (--format json has all)", class_="note"))
    return tag("div", *shown, class_="evidence") if shown else NOTHING


def _figure(location: Location, excerpt: str | None, said: Sequence[str]) -> Markup:
    at = tag("span", code(telling.at(location), limit=2_000), class_="place")
    told = items(dict.fromkeys(said), class_="said")
    if not excerpt or not excerpt.strip():
        return tag("figure", tag("figcaption", at, told))
    lines = excerpt.strip("\n").split("\n")
    found = _difference(lines, location.line) if _is_difference(lines) else _code(lines, location.line)
    return tag("figure", tag("figcaption", at, told), found)


def _is_difference(lines: Sequence[str]) -> bool:
    return len(lines[0]) > 1 and (
        _HUNK.match(lines[0]) is not None or (all(one[:1] in ("+", "-") for one in lines) and "" not in lines)
    )


def _code(lines: Sequence[str], first: int | None) -> Markup:
    # Of a single line the blanks in front are no news.
    shown = [lines[0].strip()] if len(lines) == 1 else lines[:_LINES]
    rows = [_line(None if first is None else first + number, one) for number, one in enumerate(shown)]
    return tag("pre", *rows, class_="code", tabindex="0")


def _line(number: int | None, shown: str) -> Markup:
    mark = tag("span", "" if number is None else str(number), class_="number", aria_hidden="true")
    return tag("code", mark, tag("span", _expanded(shown)), class_="line")


def _difference(lines: Sequence[str], first: int | None) -> Markup:
    rows = list(_rows(lines[:_LINES], first))
    if all(row.old is None for row in rows):
        body = [tag("tr", _cell(row.new, "new")) for row in rows]
        head = tag("tr", tag("th", "Here; before, or in the release, there is no such file", scope="col"))
        return _table([head], body, "diff one")
    body = [
        tag("tr", _cell(row.old, "old" if row.changed else "same"), _cell(row.new, "new" if row.changed else "same"))
        for row in rows
    ]
    head = tag("tr", tag("th", "As it was, or as released", scope="col"), tag("th", "As it is here", scope="col"))
    return _table([head], body, "diff two")


def _table(head: Sequence[Markup], body: Sequence[Markup], class_: str) -> Markup:
    return tag("table", tag("thead", *head), tag("tbody", *body), class_=class_)


def _cell(side: Side | None, kind: str) -> Markup:
    if side is None:
        return tag("td", class_="none")
    sign = {"old": "−", "new": "+"}.get(kind, "")
    number = tag("span", "" if side.number is None else str(side.number), class_="number", aria_hidden="true")
    mark = tag("span", sign, class_="sign")
    return tag("td", tag("div", number, mark, tag("code", _expanded(side.text))), class_=kind)


def _expanded(shown: str) -> str:
    """A tabulator is shown as blanks; everything else that is not seen is made visible further down."""
    return shown.expandtabs(4)[:_WIDE] or " "


def _rows(lines: Sequence[str], first: int | None) -> Iterator[Row]:
    """Lines as `diff -u` writes them → rows of two sides: what is taken away stands beside what comes instead."""
    old_at = new_at = first
    olds: list[Side] = []
    news: list[Side] = []
    for one in (*lines, "@@"):
        mark, rest = one[:1], one[1:]
        if mark == "-":
            olds.append(Side(old_at, rest))
            old_at = _next(old_at)
            continue
        if mark == "+":
            news.append(Side(new_at, rest))
            new_at = _next(new_at)
            continue
        for number in range(max(len(olds), len(news))):
            yield Row(
                olds[number] if number < len(olds) else None, news[number] if number < len(news) else None, changed=True
            )
        olds, news = [], []
        if mark == "@":
            hunk = _HUNK.match(one)
            if hunk is not None:
                old_at, new_at = int(hunk[1]), int(hunk[2])
            continue
        yield Row(Side(old_at, rest), Side(new_at, rest), changed=False)
        old_at, new_at = _next(old_at), _next(new_at)


def _next(number: int | None) -> int | None:
    return None if number is None else number + 1
