"""How much there is, and how it went day by day."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from scanner.fleet.store import keys
from scanner.fleet.store.database import Database
from scanner.fleet.store.summaries import Day, Statistics
from scanner.fleet.store.values import Covered, Kept

_DAY = 86_400_000_000
_EVER = 2**63 - 1
_MOVED = ", ".join(f"count(case when what = '{what}' then 1 end)" for what in ("introduced", "gone", "reopened"))


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
    numbers = range(last - days + 1, last + 1)
    bounds = [(number * _DAY, (number + 1) * _DAY) for number in numbers]
    with database.read():
        ((open_,),) = database.rows("select count(*) from finding where gone is null")
        # A range of the index for each day, the last one for what is to come: grouped, all of it would be sorted.
        counts = database.rows(
            " union all ".join([f"select ?, {_MOVED} from event where at >= ? and at < ?"] * (days + 1)),
            [value for number, bound in enumerate((*bounds, ((last + 1) * _DAY, _EVER))) for value in (number, *bound)],
        )
    # From what stands open now back to the first day: what happened before it need not be counted.
    open_ -= sum(came + back - went for _, came, went, back in counts)
    told: list[Day] = []
    for number, (_, came, went, back) in zip(numbers, sorted(counts), strict=False):
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
