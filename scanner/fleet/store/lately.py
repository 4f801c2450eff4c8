"""What happened last, and how far it reached: what an overview wants to know, without reading every finding."""

from __future__ import annotations

from itertools import groupby

from scanner.fleet.store import keys, triage
from scanner.fleet.store.database import Database
from scanner.fleet.store.summaries import News, Reach
from scanner.fleet.store.values import Question
from scanner.model.finding import FindingClass, Severity, State

_CLASSES = tuple(one.value for one in FindingClass)
_STATES = tuple(one.value for one in State)


def reach(database: Database, question: Question, *, most: int | None) -> Reach:
    """How many findings there are, and in how many targets; of more than `most`, only that there are more."""
    where, values = triage.conditions(question)
    limited = ("", ()) if most is None else (" limit ?", (most + 1,))
    ((findings, targets),) = database.rows(
        "select count(*), count(distinct found.target) from"
        f" (select f.target from finding f where {' and '.join(where) or 'true'}{limited[0]}) found",
        (*values, *limited[1]),
    )
    more = most is not None and findings > most
    return Reach(findings=most if more and most is not None else findings, targets=targets, more=more)


def targets(database: Database, question: Question) -> int:
    """In how many targets there is one: of what most targets have, this looks at a few findings of each only."""
    where, values = triage.conditions(question)
    ((number,),) = database.rows(
        # An id above nothing: SQLite seeks by target and id then, and not through all open findings of a class.
        "select count(*) from target t where exists (select 1 from finding f where f.target = t.id and f.id > ''"
        f" and {' and '.join(where) or 'true'})",
        values,
    )
    return int(number)


def news(database: Database, *, target: int | None, events: int) -> tuple[News, ...]:
    """The last events, newest first; those of one target at one moment are one, told by the gravest finding."""
    narrowed, values = ("", ()) if target is None else (" where target = ?", (target,))
    rows = database.rows(
        "select e.at, e.target, e.what, t.address, f.id, f.class, f.state, f.severity, f.title"
        f" from (select target, finding, at, what from event{narrowed} order by at desc limit ?) e"
        " join finding f on f.target = e.target and f.id = e.finding join target t on t.id = e.target"
        " order by e.at desc, e.target, e.what",
        (*values, events),
    )
    told: list[News] = []
    for (at, id_, what, address), group in groupby(rows, key=lambda row: tuple(row[:4])):
        found = sorted(group, key=lambda row: (_CLASSES.index(row[5]), _STATES.index(row[6]), -row[7], row[4]))
        worst = found[0]
        told.append(
            News(
                at=keys.moment(at),
                target=id_,
                address=address,
                what=what,
                count=len(found),
                finding=worst[4],
                class_=FindingClass(worst[5]),
                state=State(worst[6]),
                severity=Severity(worst[7]),
                title=worst[8],
            )
        )
    return tuple(told)
