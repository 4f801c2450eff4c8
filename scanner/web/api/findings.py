"""Findings: listed, whole, decided on, given to somebody."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from scanner.errors import UsageError
from scanner.fleet.store.summaries import Order
from scanner.fleet.store.values import Question
from scanner.model.ruling import Ruling
from scanner.pipeline.fleet import triage
from scanner.web import access, noting
from scanner.web.api.answers.findings import FindingLine, FindingPage, FindingWhole
from scanner.web.api.asking import NO_NUL, After, FindingId, Limit, Number, Visit, Visitor, named, router
from scanner.web.api.filters import Asked, AskedOfOne, Sorted

_EVENTS = 10_000
_DECISIONS = 1000
routes = router("findings")


class Ruled(BaseModel):
    """What somebody decides on a finding, and why."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    decision: Ruling
    """accepted, false-positive and not-affected set it aside until a day; the others tell how it stands."""
    reason: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)]
    """Why."""
    expires: date | None = None
    """The last day on which it counts: needed where it sets the finding aside, at most a year ahead."""
    justification: Annotated[str, Field(max_length=100, pattern=NO_NUL)] | None = None
    """Of not-affected, and only there: why it does no harm, in VEX's word, `component_not_present` for one."""


class Assigned(BaseModel):
    """Who looks after a finding."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    owner: Annotated[str, Field(min_length=1, max_length=400, pattern=NO_NUL)] | None
    """`null`: whoever answers for the target."""


@routes.get("/findings")
def list_findings(
    visit: Visitor,
    _: access.Viewer,
    asked: Asked,
    order: Sorted = Order.WORST,
    after: After = None,
    limit: Limit = 50,
) -> FindingPage:
    """Findings, the gravest first. Near misses are left out unless somebody asks for them."""
    return _page(visit, asked.question, order, after, limit)


@routes.get("/targets/{target}/findings")
def list_findings_of_target(
    visit: Visitor,
    _: access.Viewer,
    target: Number,
    asked: AskedOfOne,
    order: Sorted = Order.WORST,
    after: After = None,
    limit: Limit = 50,
) -> FindingPage:
    """The findings of one target, the gravest first."""
    with named():
        visit.store.target(target)
    return _page(visit, msgspec.structs.replace(asked.question, target=target), order, after, limit)


@routes.get("/findings/{target}/{finding}")
def get_finding(visit: Visitor, _: access.Viewer, target: Number, finding: FindingId) -> FindingWhole:
    """One finding with its evidence, what happened to it, and what was decided."""
    return _whole(visit, target, finding)


@routes.post("/findings/{target}/{finding}/decisions", status_code=201)
def decide(visit: Visitor, person: access.Triager, target: Number, finding: FindingId, ruled: Ruled) -> FindingWhole:
    """Note what somebody decides. Earlier decisions stay readable; `withdrawn` ends them."""
    with named():
        stored = visit.store.finding(target, finding)
    wished = triage.wish(
        ruled.decision,
        reason=ruled.reason,
        by=person.name,
        expires=None if ruled.expires is None else ruled.expires.isoformat(),
        justification=ruled.justification,
        now=visit.now,
    )
    if (why := triage.refused(stored, wished)) is not None:
        raise UsageError(why, where="decision")
    triage.decide(visit.store, [stored], wished, now=visit.now)
    noting.note(visit.request, visit.store, person, "decided", target=f"{target}/{finding}", detail=ruled.decision)
    return _whole(visit, target, finding)


@routes.put("/findings/{target}/{finding}/owner")
def assign(visit: Visitor, person: access.Triager, target: Number, finding: FindingId, to: Assigned) -> FindingWhole:
    """Say who looks after a finding."""
    with named():
        visit.store.assign(target, finding, to.owner)
    noting.note(visit.request, visit.store, person, "assigned", target=f"{target}/{finding}", detail=to.owner)
    return _whole(visit, target, finding)


def _page(visit: Visit, question: Question, order: Order, after: str | None, limit: int) -> FindingPage:
    page = visit.store.findings_page(question, order=order, after=after, limit=limit)
    count = None
    if after is None:  # where one page holds all, nothing is read again to count it
        count = len(page.findings) if page.next is None else visit.store.count(question)
    return FindingPage(
        findings=[FindingLine.of(one, visit.now) for one in page.findings],
        count=count,
        next=page.next,
    )


def _whole(visit: Visit, target: int, finding: str) -> FindingWhole:
    store = visit.store
    with named():
        stored = store.finding(target, finding)
    events = store.events(target=target, since=stored.first, limit=_EVENTS)
    return FindingWhole.whole(
        stored,
        [one for one in events if one.finding == finding],
        store.decisions(target=target, finding=finding, limit=_DECISIONS),
        visit.now,
    )
