"""What is looked at: the list, and one target with all that it went through."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from scanner.fleet.store.values import Event, Kept, Question
from scanner.pipeline.fleet import standing
from scanner.web.pages.visit import Visitor

_ROWS, _FINDINGS, _SNAPSHOTS, _PROBLEMS = 50, 50, 30, 100
_MOST = 400
router = APIRouter()


class Look(NamedTuple):
    """A snapshot and what it brought."""

    kept: Kept
    came: int
    went: int
    back: int


@router.get("/targets")
def listed(
    visit: Visitor,
    q: Annotated[str, Query(max_length=_MOST)] = "",
    label: Annotated[str, Query(max_length=_MOST)] = "",
    owner: Annotated[str, Query(max_length=_MOST)] = "",
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
) -> HTMLResponse:
    store = visit.store
    found = store.targets(
        label=label or None, owner=owner or None, address=q or None, after=after, limit=_ROWS + 1
    )  # fmt: skip
    shown = found[:_ROWS]
    asked = {"q": q, "label": label, "owner": owner}
    return visit.page(
        "targets.html",
        rows=[(target, standing.of(store, target)) for target in shown],
        asked=asked,
        total=store.freshness(now=visit.now).targets,
        first=after == 0,
        next=shown[-1].id if len(found) > _ROWS else None,
    )


@router.get("/targets/{id_}")
def one(visit: Visitor, id_: int) -> HTMLResponse:
    store, target = visit.store, visit.target(id_)
    question = Question(target=id_, now=visit.now)
    open_ = store.findings_page(question, limit=_FINDINGS)
    gone = store.findings_page(Question(target=id_, open=False), limit=_FINDINGS)
    snapshots = store.snapshots(id_, limit=_SNAPSHOTS)
    since = snapshots[-1].taken if snapshots else None
    problems = snapshots[0].coverage.problems if snapshots else ()
    return visit.page(
        "target.html",
        target=target,
        stands=standing.of(store, target),
        open=open_,
        open_count=store.count(question),
        gone=gone,
        looks=looks(snapshots, store.events(target=id_, since=since, limit=10_000)),
        coverage=snapshots[0].coverage if snapshots else None,
        problems=sorted(problems, key=lambda problem: problem.harmless)[:_PROBLEMS],
        more_problems=max(0, len(problems) - _PROBLEMS),
    )


def looks(snapshots: tuple[Kept, ...], events: tuple[Event, ...]) -> list[Look]:
    """Each snapshot with how many findings came, went and came back by it."""
    counts = Counter((event.at, event.what) for event in events)
    return [
        Look(kept, *(counts[kept.taken, what] for what in ("introduced", "gone", "reopened"))) for kept in snapshots
    ]
