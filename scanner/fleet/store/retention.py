"""How long what is over is kept. What is there now is never deleted, however old."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from scanner.errors import UsageError
from scanner.fleet.store import keys
from scanner.fleet.store.database import Database
from scanner.fleet.store.summaries import Swept


class _UndoneError(Exception):
    """Takes back a transaction that was only to be tried."""


def keep(database: Database, *, now: datetime, days: int | None, snapshots: int | None, dry_run: bool = False) -> Swept:
    """Delete snapshots that are older than `days` and not among the last `snapshots` of their target.

    With them goes what ended before the oldest snapshot that is left: spans, and findings that are gone and on which
    nothing stands decided until a day to come; then contents and components that nobody holds any more. Decisions
    stay. Nobody else writes meanwhile. `dry_run`: all of it is taken back, so that what is told is what would go.
    """
    if days is None and snapshots is None:
        raise UsageError("say how many days or how many snapshots are to be kept")
    if (days is not None and days < 0) or (snapshots is not None and snapshots < 1):
        raise UsageError("at least one snapshot is kept, and no negative number of days")
    old, values = _old(now, days, snapshots)
    with suppress(_UndoneError), database.write(alone=True):
        deleted = database.run(f"delete from snapshot where {old}", values)
        spans = database.run(_ended("span"))
        # What was decided until a day is to hold until then, also on what went and comes back.
        undecided = "(expires is null or expires <= ?)"
        findings = database.rows(f"{_ended('finding')} and {undecided} returning target, id", (keys.stamp(now),))
        for target, id_ in findings:
            database.run("delete from event where target = ? and finding = ?", (target, id_))
        sources, components = _orphans(database)
        swept = Swept(snapshots=deleted, spans=spans, findings=len(findings), sources=sources, components=components)
        if dry_run:
            raise _UndoneError
    return swept


def _old(now: datetime, days: int | None, snapshots: int | None) -> tuple[str, tuple[Any, ...]]:
    """A snapshot goes when everything that was asked for lets it go; the last one never does."""
    number = "(select t.number from target t where t.id = snapshot.target)"
    where, values = [f"number <= {number} - ?"], list[Any]((snapshots or 1,))
    if days is not None:
        where.append("taken < ?")
        values.append(keys.stamp(now - timedelta(days=days)))
    return " and ".join(where), tuple(values)


def _ended(table: str) -> str:
    oldest = f"(select min(k.taken) from snapshot k where k.target = {table}.target)"
    return f"delete from {table} where gone is not null and gone <= {oldest}"


def _orphans(database: Database) -> tuple[int, int]:
    """Delete what no span leads to any more: (sources, components)."""
    sources = database.run(
        "insert into doomed (id) select o.id from source o"
        " where not exists (select 1 from span s where s.source = o.id)"
    )
    database.analyse("doomed")
    database.run("delete from held where source in (select id from doomed)")
    database.run("delete from source where id in (select id from doomed)")
    database.empty("doomed")
    components = database.run(
        "insert into doomed (id) select c.id from component c"
        " where not exists (select 1 from held h where h.component = c.id)"
    )
    database.analyse("doomed")
    if components:
        for table in ("mark", "address"):
            database.run(f"delete from {table} where component in (select id from doomed)")
        database.run("delete from component where id in (select id from doomed)")
        database.run("delete from package where not exists (select 1 from component c where c.package = package.id)")
    database.empty("doomed")
    database.run("delete from coverage where not exists (select 1 from snapshot k where k.coverage = coverage.id)")
    return sources, components
