"""Findings over time: introduced, seen, gone, reopened. Worked out in the database from one snapshot to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from scanner.fleet.store import keys, told
from scanner.fleet.store.database import Database, Row
from scanner.fleet.store.spans import unseen
from scanner.fleet.store.values import Snapshot, stands_until
from scanner.model.finding import Finding

_LIVE = ("class", "state", "severity", "title", "campaign", "package", "path", "suppressed", "body")
COLUMNS = ("id", *_LIVE)


class Changes(NamedTuple):
    introduced: tuple[str, ...]
    gone: tuple[str, ...]
    reopened: tuple[str, ...]


def move(database: Database, target: int, snapshot: Snapshot, now: int, before: int | None) -> Changes:
    """What this snapshot's findings change. What was found in a file that could not be read now is not gone."""
    database.fill("seen", COLUMNS, (_row(one) for one in {one.id: one for one in snapshot.findings}.values()))
    gone: list[Row] = []
    if not snapshot.partial:
        gone = database.rows(
            "update finding set gone = ?, last = ? where target = ? and gone is null"
            f" and id not in (select id from seen) and not {unseen('finding')} returning id",
            (now, before, target),
        )
    reopened = database.rows(
        "update finding set gone = null, last = null, reopened = reopened + 1 where target = ? and gone is not null"
        " and id in (select id from seen) returning id",
        (target,),
    )
    database.run(
        f"update finding set {', '.join(f'{one} = seen.{one}' for one in _LIVE)} from seen"
        " where finding.target = ? and finding.id = seen.id and finding.body <> seen.body",
        (target,),
    )
    columns = ", ".join(COLUMNS)
    introduced = database.rows(
        f"insert into finding (target, first, {columns}) select ?, ?, {columns} from seen"
        " where true on conflict (target, id) do nothing returning id",
        (target, now),
    )
    changes = Changes(_sorted(introduced), _sorted(gone), _sorted(reopened))
    database.fill(
        "event",
        ("target", "finding", "at", "what"),
        ((target, id_, now, what) for what, ids in zip(Changes._fields, changes, strict=True) for id_ in ids),
    )
    database.empty("seen")
    return changes


def _row(finding: Finding) -> tuple[Any, ...]:
    purl = None if finding.component is None else finding.component.purl
    return (
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


def _sorted(rows: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted(id_ for (id_,) in rows))
