"""What a target went through: its snapshots, and which findings each of them brought, ended and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.values import Decision, Event, Kept, Question, Stored, Target
from scanner.model.finding import Finding, State
from scanner.pipeline.fleet import standing, triage

_EVENTS = 1_000_000


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One snapshot, and what it brought. Near misses come and go with every version, and are left out."""

    snapshot: Kept
    introduced: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    reopened: tuple[Finding, ...] = ()


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one finding."""

    stored: Stored
    events: tuple[Event, ...]
    decisions: tuple[Decision, ...]
    """The newest first."""


def of_target(store: Store, target: Target, *, limit: int) -> tuple[Step, ...]:
    """The newest steps first."""
    kept = store.snapshots(target.id, limit=limit)
    if not kept:
        return ()
    known = {
        one.finding.id: one.finding
        for one in standing.findings_of(store, Question(target=target.id, open=None))
        if one.finding.state is not State.NEAR_MISS
    }
    brought: dict[tuple[datetime, str], list[Finding]] = {}
    for event in store.events(target=target.id, since=kept[-1].taken, limit=_EVENTS):
        if event.finding in known:
            brought.setdefault((event.at, event.what), []).append(known[event.finding])
    return tuple(
        Step(
            snapshot=one,
            **{what: tuple(brought.get((one.taken, what), ())) for what in ("introduced", "gone", "reopened")},
        )
        for one in kept
    )


def of_finding(store: Store, selector: str, id_: str) -> Story:
    """Raises `UsageError` where the selector and id mean none, or several."""
    found = list(triage.found(store, triage.Filter(selectors=(selector,), ids=(id_,))))
    if len(found) > 1:
        others = _some([f"target {one.target}" for one in found])
        raise UsageError(
            f"{len(found)} findings are meant: {others}", where=selector, hint="name one target by its number"
        )
    (one,) = found
    events = store.events(target=one.target, since=one.first, limit=_EVENTS)
    return Story(
        stored=one,
        events=tuple(event for event in events if event.finding == one.finding.id),
        decisions=store.decisions(target=one.target, finding=one.finding.id),
    )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
