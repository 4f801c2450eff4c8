"""Findings page by page, in the order in which people want them.

A page begins behind the key of the last row that was seen, which an index seeks: the thousandth page costs what the
first costs. Severities and classes are a few words each, so that "the gravest first" is a few questions, each in the
order of one index, and most pages are full after the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.fleet.store import cursors, keys, triage
from scanner.fleet.store.database import Database
from scanner.fleet.store.values import Order, Page, Question, Stored
from scanner.model.finding import FindingClass, Severity

_CLASSES = tuple(FindingClass)
"""The order of their declaration is that of their weight."""


def findings(database: Database, question: Question, *, order: Order, after: str | None, limit: int) -> Page:
    """`limit` findings behind a cursor. Raises `UsageError` for a cursor that is none of this order."""
    seek = _worst if order is Order.WORST else _newest
    found: list[tuple[Stored, tuple[Any, ...]]] = []
    with database.read():
        for one in seek(database, question, after, limit + 1):
            found.append(one)
            if len(found) > limit:
                break
    more = len(found) > limit and limit > 0
    return Page(
        findings=tuple(stored for stored, _ in found[:limit]),
        next=cursors.written(order.value, *found[limit - 1][1]) if more else None,
    )


def _worst(
    database: Database, question: Question, after: str | None, limit: int
) -> Iterator[tuple[Stored, tuple[Any, ...]]]:
    begin = None if after is None else cursors.read(after, Order.WORST.value, int, str, int, str)
    left = limit
    for severity in sorted(Severity, reverse=True):
        for class_ in _CLASSES:
            rank = (-severity, _CLASSES.index(class_))
            if begin is not None and rank < (-begin[0], _rank(begin[1])):
                continue
            if severity < (question.least or 0) or question.class_ not in (None, class_):
                continue
            behind, values = "f.class = ? and f.severity = ?", [class_.value, int(severity)]
            if begin is not None and rank == (-begin[0], _rank(begin[1])):
                behind += " and (f.target, f.id) > (?, ?)"
                values += begin[2:]
            found = triage.paged(database, question, behind, values, order="f.target, f.id", limit=left)
            for one in found:
                yield one, (int(severity), class_.value, one.target, one.finding.id)
            left -= len(found)


def _rank(class_: str) -> int:
    return next((number for number, one in enumerate(_CLASSES) if one == class_), len(_CLASSES))


def _newest(
    database: Database, question: Question, after: str | None, limit: int
) -> Iterator[tuple[Stored, tuple[Any, ...]]]:
    behind, values = "true", list[Any]()
    if after is not None:
        behind = "(f.first, f.target, f.id) < (?, ?, ?)"
        values += cursors.read(after, Order.NEWEST.value, int, int, str)
    order = "f.first desc, f.target desc, f.id desc"
    for one in triage.paged(database, question, behind, values, order=order, limit=limit):
        yield one, (keys.stamp(one.first), one.target, one.finding.id)
