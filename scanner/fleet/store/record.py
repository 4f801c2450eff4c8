"""Recording a snapshot: all of it or nothing, by the one who holds the lease, and the same one only once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from scanner.errors import UsageError
from scanner.fleet.store import contents, findings, keys, spans, targets
from scanner.fleet.store.database import Database, first
from scanner.fleet.store.errors import StaleLeaseError
from scanner.fleet.store.values import Covered, Held, Lease, Recorded, Snapshot

_Result = tuple[Lease, Snapshot]
_Told = Recorded | StaleLeaseError | UsageError
_TOGETHER = 100_000
"""Components that are sought and inserted together: meanwhile each takes some hundred bytes of memory."""


class _Look(NamedTuple):
    """A snapshot that is to be recorded."""

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
    new: dict[contents.Source, Held] = {}
    looks: list[_Told | _Look] = []
    for held, snapshot in results:
        look = _admitted(database, held, snapshot, ids.keys() | new.keys())
        if isinstance(look, _Look):
            new |= {_key(one): one for one in snapshot.sources if one.components is not None and _key(one) not in ids}
        looks.append(look)
    if new:
        ids |= contents.store(database, new)
    return [
        _moved(database, held.target, look, ids) if isinstance(look, _Look) else look
        for (held, _), look in zip(results, looks, strict=True)
    ]


def _key(source: Held) -> contents.Source:
    return source.content, source.reader


def _admitted(
    database: Database, held: Lease, snapshot: Snapshot, stored: Collection[contents.Source]
) -> _Told | _Look:
    """What is to be recorded, or what became of it already."""
    taken = keys.stamp(snapshot.taken)
    row = first(
        database.rows(
            "select token, number, revision, tool, intelligence, checked from target where id = ?"
            + database.words["for_update"],
            (held.target,),
        )
    )
    if row is None or row[0] != held.token:
        return targets.stale(database, held)
    _, number, *last, checked = row
    if last == [snapshot.revision, snapshot.tool, snapshot.intelligence]:
        _checked(database, held.target, max(taken, checked))
        return Recorded(number=number, new=False)
    if checked is not None and taken <= checked:
        return UsageError(
            f"a snapshot of {snapshot.taken} comes after one of {keys.moment(checked)}",
            where=f"target {held.target}",
        )
    for source in snapshot.sources:
        if source.components is None and _key(source) not in stored:
            return UsageError("its components are not in the store: it has to be read", where=source.path)
    return _Look(number + 1, snapshot, taken, checked)


def _moved(database: Database, target: int, look: _Look, ids: Mapping[contents.Source, int]) -> Recorded:
    """Write what a snapshot changes of its target."""
    number, snapshot, taken, before = look
    placed = [(keys.bounded(one.path), ids[_key(one)]) for one in snapshot.sources]
    spans.move(database, target, placed, taken, before, unread=snapshot.unread, partial=snapshot.partial)
    changes = findings.move(database, target, snapshot, taken, before)
    database.empty("unread")
    coverage = _coverage(database, snapshot.coverage)
    database.run(
        "insert into snapshot (target, number, revision, taken, tool, intelligence, coverage)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (target, number, snapshot.revision, taken, snapshot.tool, snapshot.intelligence, coverage),
    )
    database.run(
        "update target set number = ?, revision = ?, tool = ?, intelligence = ?, taken = ? where id = ?",
        (number, snapshot.revision, snapshot.tool, snapshot.intelligence, taken, target),
    )
    _checked(database, target, taken)
    return Recorded(
        number=number, new=True, introduced=changes.introduced, gone=changes.gone, reopened=changes.reopened
    )


def _checked(database: Database, target: int, at: int) -> None:
    database.run(
        "update target set checked = ?, failures = 0, failure = null, not_before = 0 where id = ?", (at, target)
    )


def _coverage(database: Database, coverage: Covered) -> int:
    """Its row: what is the same from night to night is stored once."""
    body = msgspec.json.encode(coverage)
    digest = blake2b(body, digest_size=16).digest()
    database.run("insert into coverage (digest, body) values (?, ?) on conflict (digest) do nothing", (digest, body))
    ((id_,),) = database.rows("select id from coverage where digest = ?", (digest,))
    return int(id_)
