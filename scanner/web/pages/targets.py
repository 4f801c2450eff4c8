"""What is looked at: the list, and one target with all that it went through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from scanner.fleet.store.values import Event, Kept, Question, Target
from scanner.model.report import Verdict
from scanner.pipeline.fleet import standing
from scanner.web.api.asking import NO_NUL, Number
from scanner.web.pages.visit import Visitor

_ROWS, _FINDINGS, _SNAPSHOTS, _PROBLEMS = 50, 50, 30, 100
_MOST, _PAGE = 400, 1_000
Words = Annotated[str, Query(max_length=_MOST, pattern=NO_NUL)]
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
    q: Words = "",
    label: Words = "",
    owner: Words = "",
    verdict: Verdict | Literal["", "never"] = "",
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
) -> HTMLResponse:
    store, now = visit.store, visit.now
    asked = {"q": q, "label": label, "owner": owner, "verdict": verdict}
    fits = partial(store.targets, label=label or None, owner=owner or None, address=q or None)
    if verdict:
        stands = standing.many(store, now=now)
        wanted = (one for one in _behind(fits, after) if _verdict(stands.get(one.id)) == verdict)
        found = list(islice(wanted, _ROWS + 1))
    else:
        found = list(fits(after=after, limit=_ROWS + 1))
        stands = standing.many(store, now=now, targets=[one.id for one in found])
    shown = found[:_ROWS]
    return visit.page(
        "targets.html",
        rows=[(target, stands.get(target.id)) for target in shown],
        asked=asked,
        verdicts=[*(one.value for one in Verdict), "never"],
        total=store.freshness(now=now).targets,
        first=after == 0,
        next=shown[-1].id if len(found) > _ROWS else None,
    )


def _behind(fits: Callable[..., tuple[Target, ...]], after: int) -> Iterator[Target]:
    while page := fits(after=after, limit=_PAGE):
        yield from page
        after = page[-1].id


def _verdict(stands: standing.Standing | None) -> str:
    return "never" if stands is None else stands.verdict


@router.get("/targets/{id_}")
def one(visit: Visitor, id_: Number) -> HTMLResponse:
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
        stands=standing.many(store, now=visit.now, targets=[id_]).get(id_),
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
