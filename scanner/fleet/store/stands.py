"""What is open in each target, counted by what a verdict asks for: without reading a finding's body."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from scanner.fleet.store import keys, triage
from scanner.fleet.store.database import Database
from scanner.fleet.store.values import Covered, Kind, Question, Stand
from scanner.model.finding import FindingClass, Severity, State


def stands(database: Database, *, now: datetime, targets: Sequence[int] | None) -> tuple[Stand, ...]:
    """Each target that was ever looked at, or those of these numbers, by number."""
    if targets is not None and not targets:
        return ()
    among, values = ("", ()) if targets is None else (f" and {{}} in ({','.join('?' * len(targets))})", tuple(targets))
    where, asked = triage.conditions(Question(near_misses=False))
    kinds: dict[int, list[Kind]] = {}
    with database.read():
        covered = database.rows(
            "select t.id, c.body from target t cross join snapshot k cross join coverage c"
            f" where k.target = t.id and k.number = t.number and c.id = k.coverage{among.format('t.id')} order by t.id",
            values,
        )
        rows = database.rows(
            f"select f.target, f.class, f.state, f.severity, {triage.SILENCED}, count(*) from finding f"
            f" where {' and '.join(where)}{among.format('f.target')}"
            " group by 1, 2, 3, 4, 5",
            (*_moments(now), *asked, *values),
        )
    for target, class_, state, severity, silenced, count in rows:
        kind = Kind(
            class_=FindingClass(class_),
            state=State(state),
            severity=Severity(severity),
            silenced=bool(silenced),
            count=count,
        )
        kinds.setdefault(target, []).append(kind)
    return tuple(
        Stand(
            target=target,
            coverage=msgspec.json.decode(bytes(body), type=Covered),
            kinds=tuple(kinds.get(target, ())),
        )
        for target, body in covered
    )


def _moments(now: datetime) -> tuple[Any, ...]:
    return (keys.stamp(now),) * triage.SILENCED.count("?")
