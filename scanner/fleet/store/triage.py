"""Findings as people see and decide them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from scanner.errors import UsageError
from scanner.fleet.store import keys, told
from scanner.fleet.store.database import Database, Row
from scanner.fleet.store.values import Decision, Event, Question, Stored
from scanner.model.finding import State
from scanner.model.ruling import SILENCING, Ruling

_COLUMNS = """f.target, t.address, f.body, f.first, coalesce(f.last, t.checked), f.gone, f.reopened,
 coalesce(f.owner, t.owner), f.decision, f.decided_by, f.decided_at, f.reason, f.expires,
 f.decided_state"""
_STANDS = f"(coalesce(f.decision <> '{Ruling.WITHDRAWN}', false) and (f.expires is null or f.expires > ?))"
_WORDS = ", ".join(f"'{word}'" for word in sorted(SILENCING))
# As `Stored.at` says it: with an end that is to come, and on a finding that is no surer than it was.
SILENCED = f"""(coalesce(f.suppressed > ?, false) or (coalesce(f.decision in ({_WORDS}) and f.expires > ?, false)
 and (f.decided_state is null or f.decided_state in (f.state, 'certain') or f.state = 'near-miss')))"""


def asked(database: Database, question: Question, *, after: tuple[int, str] | None, limit: int) -> tuple[Stored, ...]:
    """Findings by target and id, `limit` of them behind `after` (the target and id of the last one seen)."""
    behind, values = ("true", ()) if after is None else ("(f.target, f.id) > (?, ?)", after)
    return paged(database, question, behind, values, order="f.target, f.id", limit=limit)


def paged(
    database: Database, question: Question, behind: str, values: Sequence[Any], *, order: str, limit: int
) -> tuple[Stored, ...]:
    """Findings in an order of our own words, behind a condition of our own words."""
    where, asked_ = conditions(question)
    rows = database.rows(
        # `cross`: SQLite would begin with the targets, and sort all of it.
        f"select {_COLUMNS} from finding f cross join target t"
        f" where t.id = f.target and {' and '.join((behind, *where))} order by {order} limit ?",
        (*values, *asked_, limit),
    )
    return tuple(map(_stored, rows))


def one(database: Database, target: int, finding: str) -> Stored:
    """One finding. Raises `UsageError` where there is none."""
    where = ("f.target = ? and f.id = ?", (target, finding))
    found = paged(database, Question(open=None), *where, order="f.id", limit=1)
    if not found:
        raise _missing(database, target, finding)
    return found[0]


def count(database: Database, question: Question) -> int:
    """How many there are."""
    where, values = conditions(question)
    query = f"select count(*) from finding f where {' and '.join(where) or 'true'}"
    ((number,),) = database.rows(query, values)
    return int(number)


def assign(database: Database, target: int, finding: str, owner: str | None) -> None:
    """Say who looks after a finding; `None`: whoever answers for the target."""
    with database.write():
        if not database.run("update finding set owner = ? where target = ? and id = ?", (owner, target, finding)):
            raise _missing(database, target, finding)


def decide(database: Database, decision: Decision) -> None:
    """Note what somebody decided. Earlier decisions stay readable, also one of the same moment."""
    of = (decision.target, decision.finding)
    expires = None if decision.expires is None else keys.stamp(decision.expires)
    what, reason, by = (keys.text(one) for one in (decision.what, decision.reason, decision.by))
    with database.write():
        # Two people at once: the second waits here for the first.
        held = f"select 1 from finding where target = ? and id = ?{database.words['for_update']}"
        if not database.rows(held, of):
            raise _missing(database, *of)
        _note(database, of, keys.stamp(decision.at), by, what, reason, expires)


def withdraw(database: Database, target: int, *, by: str, reason: str, now: datetime) -> int:
    """Take back what silences findings of a target, those that are gone included; how many. Inside of a transaction."""
    at = keys.stamp(now)
    rows = database.rows(
        f"select id from finding where target = ? and decision in ({_WORDS}) and expires > ? order by id"
        + database.words["for_update"],
        (target, at),
    )
    for (id_,) in rows:
        _note(database, (target, id_), at, by, Ruling.WITHDRAWN, reason, None)
    return len(rows)


def _note(
    database: Database, of: tuple[int, str], at: int, by: str, what: str, reason: str, expires: int | None
) -> None:
    at = _free(database, of, at)
    database.run(
        "update finding set decision = ?, decided_by = ?, decided_at = ?, reason = ?, expires = ?,"
        " decided_state = state where target = ? and id = ?",
        (what, by, at, reason, expires, *of),
    )
    database.run(
        "insert into decision (target, finding, at, decided_by, what, reason, expires) values (?, ?, ?, ?, ?, ?, ?)",
        (*of, at, by, what, reason, expires),
    )


def _free(database: Database, of: tuple[int, str], at: int) -> int:
    """The first microsecond of which no decision is: the later of two at once is told after the other."""
    taken = {
        one
        for (one,) in database.rows("select at from decision where target = ? and finding = ? and at >= ?", (*of, at))
    }
    while at in taken:
        at += 1
    return at


def decisions(database: Database, *, target: int | None, finding: str | None, limit: int) -> tuple[Decision, ...]:
    """The newest decisions first: of all targets, of one, or of one finding."""
    where, values = ["true"], list[Any]()
    for column, value in (("target", target), ("finding", finding)):
        if value is not None:
            where.append(f"{column} = ?")
            values.append(value)
    rows = database.rows(
        "select target, finding, at, decided_by, what, reason, expires from decision"
        f" where {' and '.join(where)} order by at desc, target, finding limit ?",
        (*values, limit),
    )
    return tuple(
        Decision(
            target=row[0], finding=row[1], at=keys.moment(row[2]), by=row[3], what=row[4], reason=row[5],
            expires=keys.moment_or_none(row[6]),
        )
        for row in rows
    )  # fmt: skip


def events(database: Database, *, target: int | None, since: datetime | None, limit: int) -> tuple[Event, ...]:
    """What happened to findings, oldest first."""
    where, values = ["at >= ?"], list[Any]((0 if since is None else keys.stamp(since),))
    if target is not None:
        where.append("target = ?")
        values.append(target)
    rows = database.rows(
        f"select target, finding, at, what from event where {' and '.join(where)}"
        " order by at, target, finding, what limit ?",
        (*values, limit),
    )
    return tuple(Event(target=row[0], finding=row[1], at=keys.moment(row[2]), what=row[3]) for row in rows)


def conditions(question: Question) -> tuple[list[str], list[Any]]:
    """Of rows `f` of the table of findings: the conditions, and the values that they wait for."""
    where: list[str] = []
    values: list[Any] = []
    for column, value in (
        ("f.target =", question.target),
        ("f.class =", None if question.class_ is None else question.class_.value),
        ("f.severity >=", None if question.least is None else int(question.least)),
        ("f.state =", None if question.state is None else question.state.value),
        ("f.campaign =", question.campaign),
        ("f.package =", None if question.package is None else keys.bounded(question.package)),
        ("coalesce(f.owner, (select a.owner from target a where a.id = f.target)) =", question.owner),
    ):
        if value is not None:
            where.append(f"{column} ?")
            values.append(value)
    if question.label is not None:
        where.append("exists (select 1 from label l where l.target = f.target and l.label = ?)")
        values.append(question.label)
    if question.open is not None:
        where.append("f.gone is null" if question.open else "f.gone is not null")
    for condition, wanted in ((_STANDS, question.decided), (SILENCED, question.silenced)):
        if wanted is not None:
            if question.now is None:
                raise UsageError("whether a decision counts depends on the moment", hint="Question(now=…)")
            where.append(condition if wanted else f"not {condition}")
            values += [keys.stamp(question.now)] * condition.count("?")
    if not question.near_misses:
        where.append("f.state <> ?")
        values.append(State.NEAR_MISS.value)
    for condition, moment in (("f.first >= ?", question.since), ("f.first < ?", question.before)):
        if moment is not None:
            where.append(condition)
            values.append(keys.stamp(moment))
    if question.text is not None:
        part = f"%{keys.literally(keys.text(question.text).lower())}%"
        # One text of the three: to fold and search each by itself takes three times as long.
        where.append("lower(f.title || ' ' || coalesce(f.package, '') || ' ' || f.path) like ? escape '!'")
        values.append(part)
    return where, values


def _stored(row: Row) -> Stored:
    return Stored(
        target=row[0],
        address=row[1],
        finding=told.unpack(bytes(row[2])),
        first=keys.moment(row[3]),
        last=keys.moment(row[4]),
        gone=keys.moment_or_none(row[5]),
        reopened=row[6],
        owner=row[7],
        decision=row[8],
        decided_by=row[9],
        decided_at=keys.moment_or_none(row[10]),
        reason=row[11],
        expires=keys.moment_or_none(row[12]),
        decided_state=None if row[13] is None else State(row[13]),
    )


def _missing(database: Database, target: int, finding: str) -> UsageError:
    return UsageError(f"target {target} has no finding {finding}", where=database.where)
