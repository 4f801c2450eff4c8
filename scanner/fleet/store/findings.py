"""Findings over time: introduced, surer, gone, reopened. Worked out in the database from one snapshot to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from scanner.fleet.store import keys, told
from scanner.fleet.store.database import Database, Row
from scanner.fleet.store.spans import unseen
from scanner.fleet.store.values import stands_until
from scanner.model.finding import Finding, State

_LIVE = ("class", "state", "severity", "title", "campaign", "package", "path", "suppressed", "body")
COLUMNS = ("target", "id", *_LIVE)


class Changes(NamedTuple):
    """Ids of findings."""

    introduced: list[str]
    gone: list[str]
    reopened: list[str]
    surer: list[str]
    """There all the time, and meant with more certainty than before: a list that grew names this version now."""


def move(database: Database, found: Iterable[tuple[int, Finding]], taken: Mapping[int, int]) -> dict[int, Changes]:
    """What snapshots change, for each target in `looked`; `taken`: when each was taken.

    What was found in a file that could not be read now (`unread`), or in a target not seen whole, is not gone.
    """
    rows = {row[:2]: row for row in (_row(target, one) for target, one in found)}
    database.fill("seen", COLUMNS, [rows[key] for key in sorted(rows)])
    gone = database.rows(
        "update finding set gone = l.taken, last = l.previous from looked l where finding.target = +l.target"
        " and l.partial = 0 and finding.gone is null and not exists"
        " (select 1 from seen where seen.target = finding.target and seen.id = finding.id)"
        f" and not {unseen('finding')} returning finding.target, finding.id"
    )
    surer = database.rows(
        "select s.target, s.id from seen s cross join finding f"
        " where f.target = s.target and f.id = s.id and f.gone is null and f.state <> s.state"
        f" and (f.state = '{State.NEAR_MISS}' or s.state = '{State.CERTAIN}')"
    )
    same = "finding.target = +seen.target and finding.id = seen.id"
    reopened = database.rows(
        "update finding set gone = null, last = null, reopened = finding.reopened + 1 from seen"
        f" where {same} and finding.gone is not null returning finding.target, finding.id"
    )
    database.run(
        f"update finding set {', '.join(f'{one} = seen.{one}' for one in _LIVE)} from seen"
        f" where {same} and finding.body <> seen.body"
    )
    introduced = database.rows(
        f"insert into finding (first, {', '.join(COLUMNS)}) select l.taken, {', '.join(f's.{one}' for one in COLUMNS)}"
        " from looked l cross join seen s where s.target = l.target"
        " on conflict (target, id) do nothing returning target, id"
    )
    database.empty("seen")
    changes = {target: Changes([], [], [], []) for target in taken}
    events: list[Row] = []
    for what, moved in zip(Changes._fields, (introduced, gone, reopened, surer), strict=True):
        for target, id_ in sorted(moved):
            getattr(changes[target], what).append(id_)
            events.append((target, id_, taken[target], what))
    database.fill("event", ("target", "finding", "at", "what"), events)
    return changes


def _row(target: int, finding: Finding) -> tuple[Any, ...]:
    purl = None if finding.component is None else finding.component.purl
    return (
        target,
        keys.bounded(finding.id),
        finding.class_.value,
        finding.state.value,
        int(finding.severity),
        keys.text(finding.title),
        None if finding.campaign is None else keys.bounded(finding.campaign.id),
        None if purl is None else keys.bounded(str(purl)),
        keys.bounded(_path(finding)),
        None if finding.suppressed is None else keys.stamp(stands_until(finding.suppressed)),
        told.pack(finding),
    )


def _path(finding: Finding) -> str:
    if finding.component is not None:
        return finding.component.location.path
    return finding.evidence[0].location.path if finding.evidence else ""
