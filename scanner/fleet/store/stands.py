"""What is open in each target, counted by what a verdict asks for: without reading a finding's body."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from scanner.fleet.store import keys, triage
from scanner.fleet.store.database import Database
from scanner.fleet.store.summaries import Kind, Stand
from scanner.fleet.store.values import Covered, Question
from scanner.model.finding import FindingClass, Severity, State

_KINDS = tuple((state, silenced) for state in (State.CERTAIN, State.POSSIBLE) for silenced in (False, True))
_COUNTS = ", ".join(
    f"count(case when f.state = '{state.value}' and {'' if silenced else 'not '}{triage.SILENCED} then 1 end)"
    for state, silenced in _KINDS
)


def stands(database: Database, *, now: datetime, targets: Sequence[int] | None) -> tuple[Stand, ...]:
    """Each target that was ever looked at, or those of these numbers, by number."""
    if targets is not None and not targets:
        return ()
    among, values = ("", ()) if targets is None else (f" and {{}} in ({','.join('?' * len(targets))})", tuple(targets))
    where, asked = triage.conditions(Question())
    kinds: dict[int, list[Kind]] = {}
    with database.read():
        covered = database.rows(
            "select t.id, c.body from target t cross join snapshot k cross join coverage c"
            f" where k.target = t.id and k.number = t.number and c.id = k.coverage{among.format('t.id')} order by t.id",
            values,
        )
        rows = database.rows(
            # In the order of the index of open findings, which holds all that is asked for: nothing is sorted.
            f"select f.target, f.class, f.severity, {_COUNTS} from finding f"
            f" where {' and '.join(where)}{among.format('f.target')} group by f.class, f.severity, f.target",
            (*(keys.stamp(now),) * _COUNTS.count("?"), *asked, *values),
        )
    for target, class_, severity, *counts in rows:
        for (state, silenced), count in zip(_KINDS, counts, strict=True):
            if count:
                kind = Kind(
                    class_=FindingClass(class_),
                    state=state,
                    severity=Severity(severity),
                    silenced=silenced,
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
