"""Whether what the store says of its targets is today's: who was never looked at, fails, waits, or was seen in part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scanner.fleet.store import keys, targets
from scanner.fleet.store.database import Database
from scanner.fleet.store.summaries import Freshness, Lagging

_FIRST = 20
_COMPLETE = b'{"complete":true'
"""How a whole coverage begins as it is stored: `complete` is its first field."""
_INCOMPLETE = (
    "exists (select 1 from snapshot k join coverage c on c.id = k.coverage"
    f" where k.target = t.id and k.number = t.number and substr(c.body, 1, {len(_COMPLETE)}) <> ?)"
)
_OVERDUE = "t.every is not null and t.checked is not null and t.checked + 2 * t.every * 1000000 <= ?"
"""Twice its interval: who is due this very minute is not late."""


def freshness(database: Database, *, now: datetime) -> Freshness:
    """One look at all targets."""
    with database.read():
        ((count,),) = database.rows("select count(*) from target")
        return Freshness(
            targets=count,
            never=_lagging(database, "t.taken is null"),
            failing=_lagging(database, "t.failures > 0"),
            overdue=_lagging(database, _OVERDUE, keys.stamp(now)),
            incomplete=_lagging(database, _INCOMPLETE, _COMPLETE),
        )


def _lagging(database: Database, where: str, *values: Any) -> Lagging:
    ((count,),) = database.rows(f"select count(*) from target t where {where}", values)
    found = targets.such(database, f"where {where} order by coalesce(t.checked, 0), t.id limit ?", (*values, _FIRST))
    return Lagging(count=count, first=found)
