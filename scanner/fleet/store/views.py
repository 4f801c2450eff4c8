"""Findings page by page, in the order in which people want them.

A page begins behind the key of the last row that was seen, which an index seeks: the thousandth page costs what the
first costs. Severities and classes are a few words each, so that "the gravest first" is a few questions, each in the
order of one index, and most pages are full after the first of them. A part of a text has no index: there one question
reads all, and sorts the keys of what fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.fleet.store import cursors, keys, triage
from scanner.fleet.store.database import Database
from scanner.fleet.store.summaries import Order, Page
from scanner.fleet.store.values import Question, Stored
from scanner.model.finding import FindingClass, Severity

_CLASSES = tuple(FindingClass)
"""The order of their declaration is that of their weight."""
_RANK = f"case f.class {' '.join(f'when {one.value!r} then {number}' for number, one in enumerate(_CLASSES))} end"
_Key = tuple[int, str, int, str]
"""Severity, class, target, id."""


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
    begin: Any = None if after is None else cursors.read(after, Order.WORST.value, int, str, int, str)
    seek = _by_rank if question.text is None else _by_reading
    for one in seek(database, question, begin, limit):
        yield one, (int(one.finding.severity), one.finding.class_.value, one.target, one.finding.id)


def _by_rank(database: Database, question: Question, begin: _Key | None, limit: int) -> Iterator[Stored]:
    for severity in sorted(Severity, reverse=True):
        for class_ in _CLASSES:
            rank = (-severity, _rank(class_))
            first = None if begin is None else (-begin[0], _rank(begin[1]))
            if first is not None and rank < first:
                continue
            if severity < (question.least or 0) or question.class_ not in (None, class_):
                continue
            behind, values = "f.class = ? and f.severity = ?", [class_.value, int(severity)]
            if begin is not None and rank == first:
                behind += " and (f.target, f.id) > (?, ?)"
                values += begin[2:]
            found = triage.paged(database, question, behind, values, order="f.target, f.id", limit=limit)
            yield from found
            limit -= len(found)
            if limit <= 0:
                return


def _by_reading(database: Database, question: Question, begin: _Key | None, limit: int) -> Iterator[Stored]:
    where, values = triage.conditions(question)
    key = f"-f.severity, {_RANK}, f.target, f.id"
    if begin is not None:
        where.append(f"({key}) > (?, ?, ?, ?)")
        values += (-begin[0], _rank(begin[1]), *begin[2:])
    for target, id_ in database.rows(
        f"select f.target, f.id from finding f where {' and '.join(where)} order by {key} limit ?", (*values, limit)
    ):
        yield triage.one(database, target, id_)


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
