"""How much there is, and how it went day by day."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from scanner.fleet.store import keys
from scanner.fleet.store.database import Database
from scanner.fleet.store.values import Covered, Day, Kept, Statistics

_DAY = 86_400_000_000


def statistics(database: Database) -> Statistics:
    """Counts and bytes. Counting `held` reads an index whole: seconds, where there are tens of millions."""
    counts = {
        table: database.rows(f"select count(*) from {table}")[0][0]
        for table in ("target", "snapshot", "source", "component", "held", "span")
    }
    classes = database.rows("select class, count(*) from finding where gone is null group by class order by class")
    return Statistics(
        targets=counts["target"],
        snapshots=counts["snapshot"],
        sources=counts["source"],
        components=counts["component"],
        held=counts["held"],
        spans=counts["span"],
        open_findings=dict(classes),
        bytes=database.size(),
    )


def trend(database: Database, *, now: datetime, days: int) -> tuple[Day, ...]:
    """The last days, oldest first, today included: what came, what went, and what stood open at the end of each."""
    last = keys.stamp(now) // _DAY
    begin = last - days + 1
    with database.read():
        ((open_,),) = database.rows("select count(*) from finding where gone is null")
        rows = database.rows(
            f"select at / {_DAY}, what, count(*) from event where at >= ? group by at / {_DAY}, what",
            (begin * _DAY,),
        )
    by_day: dict[int, dict[str, int]] = {}
    for day, what, number in rows:
        by_day.setdefault(int(day), {})[what] = number
    # From what stands open now back to the first day: what happened before it need not be counted.
    open_ -= sum(count if what != "gone" else -count for _, what, count in rows)
    told: list[Day] = []
    for number in range(begin, last + 1):
        counts = by_day.get(number, {})
        came, went, back = (counts.get(what, 0) for what in ("introduced", "gone", "reopened"))
        open_ += came + back - went
        day = (keys.moment(0) + timedelta(days=number)).date().isoformat()
        told.append(Day(day=day, introduced=came, gone=went, reopened=back, open=open_))
    return tuple(told)


def snapshots(database: Database, target: int, *, limit: int) -> tuple[Kept, ...]:
    """The newest snapshots of a target first."""
    rows = database.rows(
        "select k.number, k.revision, k.taken, k.tool, k.intelligence, c.body from snapshot k"
        " join coverage c on c.id = k.coverage where k.target = ? order by k.number desc limit ?",
        (target, limit),
    )
    return tuple(
        Kept(
            number=number,
            revision=revision,
            taken=keys.moment(taken),
            tool=tool,
            intelligence=intelligence,
            coverage=msgspec.json.decode(bytes(body), type=Covered),
        )
        for number, revision, taken, tool, intelligence, body in rows
    )
