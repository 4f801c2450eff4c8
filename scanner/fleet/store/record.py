"""Recording a snapshot: all of it or nothing, by the one who holds the lease, and the same one only once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from scanner.errors import UsageError
from scanner.fleet.store import contents, findings, keys, spans, targets
from scanner.fleet.store.database import Database, Row
from scanner.fleet.store.errors import StaleLeaseError
from scanner.fleet.store.values import Covered, Held, Lease, Recorded, Snapshot

_Result = tuple[Lease, Snapshot]
_Told = Recorded | StaleLeaseError | UsageError
_TOGETHER = 100_000
"""Components that are sought and inserted together: meanwhile each takes some hundred bytes of memory."""


class _Look(NamedTuple):
    """A snapshot that is to be recorded."""

    target: int
    number: int
    snapshot: Snapshot
    taken: int
    before: int | None
    """When the target was looked at last."""


def record(database: Database, held: Lease, snapshot: Snapshot) -> Recorded:
    """Store a snapshot and work out what changed since the one before it.

    The same revision, tool and intelligence as in the last snapshot: nothing is written but when somebody looked.
    Raises `StaleLeaseError` where somebody else holds the target, `UsageError` where the snapshot is older than the
    last one, or where a source came without its components and is not stored.
    """
    with database.write():
        (told,) = _record(database, [(held, snapshot)])
        if not isinstance(told, Recorded):
            raise told
        return told


def record_all(database: Database, results: Sequence[_Result]) -> tuple[_Told, ...]:
    """Record several in one transaction, which is several times faster; what is refused leaves the others alone.

    What they hold is sought and inserted together: once, however many of them hold it, and in the order of its keys,
    each of which would cost a page of its own otherwise. While this writes no other may: each of two such writers
    would soon wait for a name that the other has just added.
    """
    told: list[_Told] = []
    with database.write(alone=True):
        for some in _together(results):
            told.extend(_record(database, some))
    return tuple(told)


def _together(results: Sequence[_Result]) -> Iterator[Sequence[_Result]]:
    """Never two of one target: the second is judged by what the first left behind."""
    some: list[_Result] = []
    seen, components = set[int](), 0
    for held, snapshot in results:
        if held.target in seen or components > _TOGETHER:
            yield some
            some, seen, components = [], set(), 0
        some.append((held, snapshot))
        seen.add(held.target)
        components += sum(len(source.components or ()) for source in snapshot.sources)
    yield some


def _record(database: Database, results: Sequence[_Result]) -> Sequence[_Told]:
    """Record snapshots of different targets. Which of them are refused is known before anything is written."""
    ids = contents.ids(database, (key for _, snapshot in results for key in map(_key, snapshot.sources)))
    rows = {row[0]: row for row in _states(database, results)}
    new: dict[contents.Source, Held] = {}
    told: list[_Told | _Look] = []
    for held, snapshot in results:
        one = _admitted(database, held, snapshot, rows.get(held.target), ids.keys() | new.keys())
        if isinstance(one, _Look):
            new |= {_key(one): one for one in snapshot.sources if one.components is not None and _key(one) not in ids}
        told.append(one)
    if new:
        ids |= contents.store(database, new)
    looks = [one for one in told if isinstance(one, _Look)]
    changes = _moved(database, looks, ids) if looks else {}
    return [_recorded(one, changes[one.target]) if isinstance(one, _Look) else one for one in told]


def _key(source: Held) -> contents.Source:
    return source.content, source.reader


def _states(database: Database, results: Sequence[_Result]) -> list[Row]:
    """How each target stands. Nobody else may change that until we are done."""
    return database.join(
        "select id, token, number, revision, tool, intelligence, checked from target"
        " where id in (select n.target from {given} n) order by id" + database.words["for_update"],
        "new_look",
        [(held.target,) for held, _ in results],
    )


def _admitted(
    database: Database, held: Lease, snapshot: Snapshot, row: Row | None, stored: Collection[contents.Source]
) -> _Told | _Look:
    """What is to be recorded, or what became of it already."""
    taken = keys.stamp(snapshot.taken)
    if row is None or row[1] != held.token:
        return targets.stale(database, held)
    _, _, number, *last, checked = row
    if checked is not None and checked > keys.stamp(snapshot.taken + keys.AHEAD):
        return UsageError(
            f"it was looked at on {keys.moment(checked):%Y-%m-%d}, which is to come: a clock was wrong then, or is now",
            where=f"target {held.target}",
            hint="where this clock is right: pratique fleet remove, and add it anew",
        )
    if last == [snapshot.revision, snapshot.tool, snapshot.intelligence]:
        database.run(
            "update target set checked = ?, failures = 0, failure = null, not_before = 0 where id = ?",
            (max(taken, checked), held.target),
        )
        return Recorded(number=number, new=False)
    if checked is not None and taken <= checked:
        return UsageError(
            f"a snapshot of {snapshot.taken} comes after one of {keys.moment(checked)}",
            where=f"target {held.target}",
        )
    for source in snapshot.sources:
        if source.components is None and _key(source) not in stored:
            return UsageError("its components are not in the store: it has to be read", where=source.path)
    return _Look(held.target, number + 1, snapshot, taken, checked)


def _moved(
    database: Database, looks: Sequence[_Look], ids: Mapping[contents.Source, int]
) -> dict[int, findings.Changes]:
    """Write what snapshots change of their targets, all of them by the same statements."""
    coverages = _coverages(database, {_encoded(one.snapshot.coverage) for one in looks})
    database.fill(
        "looked",
        ("target", "number", "revision", "taken", "tool", "intelligence", "coverage", "partial", "previous"),
        [
            (target, number, told.revision, taken, told.tool, told.intelligence,
             coverages[_encoded(told.coverage)], int(told.partial), before)
            for target, number, told, taken, before in looks
        ],
    )  # fmt: skip
    spans.move(
        database,
        ((look.target, keys.bounded(one.path), ids[_key(one)]) for look in looks for one in look.snapshot.sources),
        ((look.target, keys.bounded(path)) for look in looks for path in look.snapshot.unread),
        partial=any(look.snapshot.partial for look in looks),
    )
    changes = findings.move(
        database,
        ((look.target, one) for look in looks for one in look.snapshot.findings),
        {look.target: look.taken for look in looks},
    )
    columns = "target, number, revision, taken, tool, intelligence, coverage"
    database.run(f"insert into snapshot ({columns}) select {columns} from looked")
    database.run(
        "update target set number = l.number, revision = l.revision, tool = l.tool, intelligence = l.intelligence,"
        " taken = l.taken, checked = l.taken, failures = 0, failure = null, not_before = 0"
        " from looked l where target.id = +l.target"
    )
    database.empty("unread", "looked")
    return changes


def _recorded(look: _Look, changes: findings.Changes) -> Recorded:
    return Recorded(
        number=look.number,
        new=True,
        introduced=tuple(changes.introduced),
        gone=tuple(changes.gone),
        reopened=tuple(changes.reopened),
        surer=tuple(changes.surer),
    )


def _encoded(coverage: Covered) -> bytes:
    return msgspec.json.encode(coverage)


def _coverages(database: Database, encoded: Collection[bytes]) -> dict[bytes, int]:
    """Their rows: what is the same from night to night, or from target to target, is stored once."""
    ids: dict[bytes, int] = {}
    for body in sorted(encoded):
        digest = blake2b(body, digest_size=16).digest()
        database.run(
            "insert into coverage (digest, body) values (?, ?) on conflict (digest) do nothing", (digest, body)
        )
        ((ids[body],),) = database.rows("select id from coverage where digest = ?", (digest,))
    return ids
