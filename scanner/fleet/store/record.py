"""Recording a snapshot: all of it or nothing, by the one who holds the lease, and the same one only once."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from scanner.errors import UsageError
from scanner.fleet.store import contents, findings, keys, spans, targets
from scanner.fleet.store.database import Database, first
from scanner.fleet.store.errors import StaleLeaseError
from scanner.fleet.store.values import Covered, Lease, Recorded, Snapshot


def record(database: Database, held: Lease, snapshot: Snapshot) -> Recorded:
    """Store a snapshot and work out what changed since the one before it.

    The same revision, tool and intelligence as in the last snapshot: nothing is written but when somebody looked.
    Raises `StaleLeaseError` where somebody else holds the target, `UsageError` where the snapshot is older than the
    last one, or where a source came without its components and is not stored.
    """
    with database.write():
        return _record(database, held, snapshot)


def record_all(
    database: Database, results: Sequence[tuple[Lease, Snapshot]]
) -> tuple[Recorded | StaleLeaseError | UsageError, ...]:
    """Record several in one transaction, which is several times faster; what is refused leaves the others alone.

    An index of keys in no order costs a page for nearly each key, but only once for each transaction. While this
    writes no other may: each of two such writers would soon wait for a name that the other has just added.
    """
    told: list[Recorded | StaleLeaseError | UsageError] = []
    with database.write(alone=True):
        for held, snapshot in results:
            database.run("savepoint one")
            try:
                told.append(_record(database, held, snapshot))
            except (StaleLeaseError, UsageError) as error:
                database.run("rollback to savepoint one")
                told.append(error)
            database.run("release savepoint one")
    return tuple(told)


def _record(database: Database, held: Lease, snapshot: Snapshot) -> Recorded:
    taken = keys.stamp(snapshot.taken)
    row = first(
        database.rows(
            "select token, number, revision, tool, intelligence, checked from target where id = ?"
            + database.words["for_update"],
            (held.target,),
        )
    )
    if row is None or row[0] != held.token:
        raise targets.stale(database, held)
    _, number, *last, checked = row
    if last == [snapshot.revision, snapshot.tool, snapshot.intelligence]:
        _checked(database, held, max(taken, checked))
        return Recorded(number=number, new=False)
    if checked is not None and taken <= checked:
        raise UsageError(
            f"a snapshot of {snapshot.taken} comes after one of {keys.moment(checked)}",
            where=f"target {held.target}",
        )
    number += 1
    ids = contents.store(database, snapshot.sources)
    placed = [(keys.bounded(one.path), id_) for one, id_ in zip(snapshot.sources, ids, strict=True)]
    spans.move(database, held.target, placed, taken, checked, unread=snapshot.unread, partial=snapshot.partial)
    changes = findings.move(database, held.target, snapshot, taken, checked)
    database.empty("unread")
    coverage = _coverage(database, snapshot.coverage)
    database.run(
        "insert into snapshot (target, number, revision, taken, tool, intelligence, coverage)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (held.target, number, snapshot.revision, taken, snapshot.tool, snapshot.intelligence, coverage),
    )
    database.run(
        "update target set number = ?, revision = ?, tool = ?, intelligence = ?, taken = ? where id = ?",
        (number, snapshot.revision, snapshot.tool, snapshot.intelligence, taken, held.target),
    )
    _checked(database, held, taken)
    return Recorded(
        number=number, new=True, introduced=changes.introduced, gone=changes.gone, reopened=changes.reopened
    )


def _checked(database: Database, held: Lease, at: int) -> None:
    database.run(
        "update target set checked = ?, failures = 0, failure = null, not_before = 0 where id = ?", (at, held.target)
    )


def _coverage(database: Database, coverage: Covered) -> int:
    """Its row: what is the same from night to night is stored once."""
    body = msgspec.json.encode(coverage)
    digest = blake2b(body, digest_size=16).digest()
    database.run("insert into coverage (digest, body) values (?, ?) on conflict (digest) do nothing", (digest, body))
    ((id_,),) = database.rows("select id from coverage where digest = ?", (digest,))
    return int(id_)
