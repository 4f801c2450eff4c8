"""What is looked at, who answers for it, who is looking at it now, and what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET, UnsetType

from scanner.errors import UsageError
from scanner.fleet.store import keys
from scanner.fleet.store.database import Database, Row, first
from scanner.fleet.store.errors import StaleLeaseError
from scanner.fleet.store.values import Due, Lease, Target, Why

_COLUMNS = """t.id, t.address, t.kind, t.owner, t.every, t.added, t.revision, t.tool, t.intelligence, t.taken,
 t.checked, t.worker, t.leased, t.failures, t.failure, t.not_before"""


def add(
    database: Database,
    address: str,
    *,
    kind: str,
    now: datetime,
    owner: str | None,
    every: int | None,
    labels: Collection[str],
) -> Target:
    """Add a target. One that is there already keeps what is said of it, and gets the further labels."""
    with database.write():
        id_ = place(database, address, kind=kind, now=now, owner=owner, every=every)
        put_labels(database, id_, labels)
        return get(database, id_)


def place(database: Database, address: str, *, kind: str, now: datetime, owner: str | None, every: int | None) -> int:
    """The number of the target at an address; made where there is none. Inside of a transaction."""
    address = keys.text(address)
    database.run(
        # A forgotten target's number may be given again: who looks at that one still must not record it as this one.
        "insert into target (address, kind, owner, every, added, token) values (?, ?, ?, ?, ?, ?)"
        " on conflict (address) do nothing",
        (address, kind, owner, every, keys.stamp(now), keys.stamp(now)),
    )
    ((id_,),) = database.rows("select id from target where address = ?", (address,))
    return int(id_)


def get(database: Database, id_: int) -> Target:
    """One target. Raises `UsageError` where there is none of that number."""
    found = such(database, "where t.id = ?", (id_,))
    if not found:
        raise UsageError(f"there is no target {id_}", where=database.where)
    return found[0]


def listed(
    database: Database, *, label: str | None, owner: str | None, address: str | None, after: int, limit: int
) -> tuple[Target, ...]:
    """Targets by number, those that fit; `address` is any part of it."""
    where, values = ["t.id > ?"], list[Any]((after,))
    if label is not None:
        where.append("exists (select 1 from label l where l.target = t.id and l.label = ?)")
        values.append(label)
    if owner is not None:
        where.append("t.owner = ?")
        values.append(owner)
    if address is not None:
        where.append("lower(t.address) like ? escape '!'")
        values.append(f"%{keys.literally(address.lower())}%")
    return such(database, f"where {' and '.join(where)} order by t.id limit ?", (*values, limit))


def change(database: Database, id_: int, *, owner: str | UnsetType | None, every: int | UnsetType | None) -> Target:
    """Say anew who answers for a target, and how often it is looked at. What is not said stays as others said it."""
    with database.write():
        for column, value in (("owner", owner), ("every", every)):
            if value is not UNSET:
                database.run(f"update target set {column} = ? where id = ?", (value, id_))
        return get(database, id_)


def label(database: Database, id_: int, *, add: Collection[str], remove: Collection[str]) -> Target:
    with database.write():
        get(database, id_)
        for one in sorted(remove):
            database.run("delete from label where target = ? and label = ?", (id_, one))
        put_labels(database, id_, add)
        return get(database, id_)


def remove(database: Database, id_: int) -> None:
    """Forget a target and all that it ever held. What only it held is deleted by the next retention."""
    with database.write():
        get(database, id_)
        for table in ("label", "snapshot", "span", "finding", "event", "decision", "exposure", "notice_target"):
            database.run(f"delete from {table} where target = ?", (id_,))
        # What a listing names still is kept in mind: it is not to be added again tonight.
        database.run("delete from listed where target = ? and gone is not null", (id_,))
        database.run("update listed set target = null where target = ?", (id_,))
        database.run("delete from target where id = ?", (id_,))


def lease(database: Database, id_: int, worker: str, *, until: datetime, now: datetime) -> Lease | None:
    """The right to record a target; `None` while somebody else has it.

    Each lease has a newer token than all before it, so that whoever held an older one cannot write any more.
    """
    with database.write():
        rows = database.rows(
            "update target set token = token + 1, worker = ?, leased = ?"
            " where id = ? and (leased is null or leased <= ? or leased > ?) returning token",
            (worker, keys.stamp(until), id_, keys.stamp(now), keys.stamp(now + keys.AHEAD)),
        )
        row = first(rows)
        if row is None:
            get(database, id_)
            return None
        return Lease(id_, row[0])


def renew(database: Database, held: Lease, *, until: datetime) -> None:
    """Hold it for longer. Raises `StaleLeaseError` where somebody else has it."""
    with database.write():
        touched = database.run(
            "update target set leased = ? where id = ? and token = ? and leased is not null",
            (keys.stamp(until), held.target, held.token),
        )
        if not touched:
            raise stale(database, held)


def release(database: Database, held: Lease) -> None:
    """Give it back; where somebody else has it by now, nothing happens. The token is worth nothing afterwards."""
    with database.write():
        database.run(
            "update target set leased = null, worker = null, token = token + 1 where id = ? and token = ?",
            (held.target, held.token),
        )


def failed(database: Database, held: Lease, what: str, *, again: datetime) -> int:
    """Note that looking at a target failed, and give it back; how often in a row that has happened."""
    with database.write():
        rows = database.rows(
            "update target set failures = failures + 1, failure = ?, not_before = ?, leased = null, worker = null,"
            " token = token + 1 where id = ? and token = ? returning failures",
            (keys.text(what), keys.stamp(again), held.target, held.token),
        )
        row = first(rows)
        if row is None:
            raise stale(database, held)
        return int(row[0])


def stale(database: Database, held: Lease) -> StaleLeaseError:
    return StaleLeaseError(
        f"target {held.target} is no longer leased to this worker",
        where=database.where,
        hint="throw the result away: whoever holds it now will deliver",
    )


def due(database: Database, *, now: datetime, intelligence: str, limit: int) -> tuple[Due, ...]:
    """Targets that nobody holds and that are to be looked at, those that have waited longest first."""
    at, ahead = keys.stamp(now), keys.stamp(now + keys.AHEAD)
    found = such(
        database,
        "where t.every is not null and (t.leased is null or t.leased <= ? or t.leased > ?)"
        " and (t.not_before <= ? or t.not_before > ?)"
        " and (t.checked is null or t.checked + t.every * 1000000 <= ? or t.checked > ? or t.intelligence <> ?)"
        " order by coalesce(t.checked, 0), t.id limit ?",
        (at, ahead, at, ahead, at, ahead, intelligence, limit),
    )
    return tuple(Due(target, _why(target, now)) for target in found)


def _why(target: Target, now: datetime) -> Why:
    if target.checked is None:
        return Why.NEW
    late = target.every is not None and target.checked + timedelta(seconds=target.every) <= now
    late |= target.checked > now + keys.AHEAD
    return Why.TIME if late else Why.INTELLIGENCE


def such(database: Database, where: str, values: Iterable[Any]) -> tuple[Target, ...]:
    """Targets by a condition in our own words, with their labels."""
    rows = database.rows(f"select {_COLUMNS} from target t {where}", tuple(values))
    labels: dict[int, set[str]] = {}
    for begin in range(0, len(rows), 500):
        ids = [row[0] for row in rows[begin : begin + 500]]
        marks = ",".join("?" * len(ids))
        for id_, one in database.rows(f"select target, label from label where target in ({marks})", ids):
            labels.setdefault(id_, set()).add(one)
    return tuple(_target(row, frozenset(labels.get(row[0], ()))) for row in rows)


def _target(row: Row, labels: frozenset[str]) -> Target:
    return Target(
        id=row[0],
        address=row[1],
        kind=row[2],
        owner=row[3],
        every=row[4],
        labels=labels,
        added=keys.moment(row[5]),
        revision=row[6],
        tool=row[7],
        intelligence=row[8],
        taken=keys.moment_or_none(row[9]),
        checked=keys.moment_or_none(row[10]),
        worker=row[11],
        leased=keys.moment_or_none(row[12]),
        failures=row[13],
        failure=row[14],
        not_before=keys.moment_or_none(row[15] or None),
    )


def put_labels(database: Database, id_: int, labels: Collection[str]) -> None:
    """Inside of a transaction."""
    for one in sorted(labels):
        database.run(
            "insert into label (target, label) values (?, ?) on conflict (label, target) do nothing",
            (id_, keys.bounded(one)),
        )
