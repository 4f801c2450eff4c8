"""What was found, by filters that stand in the address and can be shared; and one finding with all its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse

from scanner.errors import UsageError
from scanner.fleet.store.summaries import Order, Page, Reach
from scanner.fleet.store.values import Question
from scanner.model.finding import FindingClass, Severity, State
from scanner.model.ruling import Ruling
from scanner.model.vex import JUSTIFICATIONS
from scanner.reports.html import campaigns, excerpt, stories
from scanner.web.access import Role
from scanner.web.api.asking import NO_NUL, FindingId, Number
from scanner.web.pages.visit import Visit, Visitor

_ROWS, _MOST, _EVENTS, _PLACES = 50, 400, 200, 40
_COUNTED, _SOUGHT = 10_000, 1_000
"""Findings that are counted at most; fewer where text is sought, for which each has to be read."""
Words = Annotated[str, Query(max_length=_MOST, pattern=NO_NUL)]
AGES = {"1": "of the last day", "7": "of the last week", "30": "of the last 30 days", "old": "older than 30 days"}
STANDS = {"open": "there now", "gone": "gone", "all": "there or gone"}
DECISIONS = {"undecided": "nobody decided", "decided": "decided", "silenced": "set aside"}
_RULINGS = {
    Ruling.INVESTIGATING: "under investigation: somebody looks",
    Ruling.AFFECTED: "affected: it is so, and matters",
    Ruling.FIXING: "fixing: somebody is at it",
    Ruling.FALSE_POSITIVE: "false positive: it is not so (sets it aside)",
    Ruling.NOT_AFFECTED: "not affected: it does no harm here (sets it aside)",
    Ruling.ACCEPTED: "accepted: lived with until a day (sets it aside)",
    Ruling.WITHDRAWN: "withdrawn: what was decided before holds no more",
}
router = APIRouter()


class Asked:
    """The filters, as they stand in the address. What is not narrowed is left out of links."""

    def __init__(
        self,
        visit: Visitor,
        q: Words = "",
        class_: Annotated[FindingClass | Literal[""], Query(alias="class")] = "",
        severity: Literal["", "low", "medium", "high", "critical"] = "",
        state: State | Literal[""] = "",
        campaign: Words = "",
        owner: Words = "",
        label: Words = "",
        target: Annotated[str, Query(max_length=20, pattern=r"^[0-9]*$")] = "",
        package: Annotated[str, Query(max_length=2_000, pattern=NO_NUL)] = "",
        age: Literal["", "1", "7", "30", "old"] = "",
        stands: Literal["", "open", "gone", "all"] = "",
        decision: Literal["", "undecided", "decided", "silenced"] = "",
        order: Literal["", "worst", "newest"] = "",
    ) -> None:
        self.values = {
            "q": q, "class": class_, "severity": severity, "state": state, "campaign": campaign, "owner": owner,
            "label": label, "target": target, "package": package, "age": age, "stands": stands, "decision": decision,
            "order": order,
        }  # fmt: skip
        now = visit.now
        self.exported = {
            **{name: value for name, value in self.values.items() if name not in ("q", "age", "decision", "order")},
            "text": q,
            "decided": {"undecided": "false", "decided": "true"}.get(decision),
            "silenced": "true" if decision == "silenced" else None,
        }
        """The same question, as the API's exports want it."""
        days = None if age in ("", "old") else timedelta(days=int(age))
        self.question = Question(
            target=min(int(target), 2**63 - 1) if target else None,
            class_=FindingClass(class_) if class_ else None,
            least=Severity[severity.upper()] if severity else None,
            state=State(state) if state else None,
            campaign=campaign or None,
            owner=owner or None,
            label=label or None,
            package=package or None,
            open={"all": None, "gone": False}.get(stands, True),
            decided={"undecided": False, "decided": True}.get(decision),
            silenced=True if decision == "silenced" else None,
            now=now,
            # Another version is no news, unless somebody asks for just that.
            near_misses=state == State.NEAR_MISS,
            text=q or None,
            since=None if days is None else now - days,
            before=now - timedelta(days=30) if age == "old" else None,
        )
        for name, moment in (("since", self.question.since), ("before", self.question.before)):
            self.exported[name] = None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self.order = Order.NEWEST if order == "newest" else Order.WORST


@router.get("/findings")
def listed(
    visit: Visitor, asked: Annotated[Asked, Depends()], after: Annotated[str, Query(max_length=4_000)] = ""
) -> HTMLResponse:
    try:
        page = visit.store.findings_page(asked.question, order=asked.order, after=after or None, limit=_ROWS)
    except UsageError as error:
        raise HTTPException(400, error.what) from error
    return visit.page(
        "findings.html",
        page=page,
        reach=visit.store.reach(asked.question, most=_SOUGHT if asked.question.text else _COUNTED)
        if after or page.next
        else _whole(page),
        asked=asked.values,
        exported=asked.exported,
        filtered=any(value for name, value in asked.values.items() if name != "order"),
        first=not after,
        ages=AGES,
        stands=STANDS,
        decisions=DECISIONS,
        severities=[one.word for one in reversed(Severity) if one],
    )


def _whole(page: Page) -> Reach:
    """Of a list that is one page nothing more has to be counted."""
    return Reach(findings=len(page.findings), targets=len({one.target for one in page.findings}))


@router.get("/findings/{target}/{finding}")
def one(visit: Visitor, target: Number, finding: FindingId) -> HTMLResponse:
    return shown(visit, target, finding)


def shown(
    visit: Visit,
    target: int,
    finding: str,
    *,
    failed: str | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of one finding; `failed`: why what was `typed` into the form was not done."""
    store = visit.store
    try:
        found = store.finding(target, finding)
    except UsageError as error:
        raise HTTPException(404, "There is no such finding.") from error
    told = found.at(visit.now)
    campaign = told.campaign
    events = [one for one in store.events(target=target, since=found.first, limit=10_000) if one.finding == finding]
    decisions = store.decisions(target=target, finding=finding, limit=_EVENTS)
    return visit.page(
        "finding.html",
        status=status,
        found=found,
        finding=told,
        target=visit.target(target),
        marks=stories.marks(told),
        aspects=stories.aspects(told),
        evidence=excerpt.show(told.evidence, _PLACES),
        paths=stories.paths(told, head="h3"),
        known=[pair for pair in (*stories.package(told.component), *stories.claims(told)) if pair[1]],
        voices=None if campaign is None else campaigns.voices(campaign),
        past=sorted((*events[-_EVENTS:], *decisions), key=lambda one: one.at),
        may_decide=visit.person.role >= Role.TRIAGER,
        rulings=rulings(told.class_),
        justifications=JUSTIFICATIONS if told.class_ is FindingClass.VULNERABILITY else (),
        failed=failed,
        typed={"what": "", "reason": "", "until": "", "justification": ""} | dict(typed or {}),
    )


def rulings(class_: FindingClass) -> dict[Ruling, str]:
    """What can be decided on a finding of a class, the harmless first: nothing is set aside by a slip."""
    vulnerable = class_ is FindingClass.VULNERABILITY
    return {one: said for one, said in _RULINGS.items() if vulnerable or one is not Ruling.NOT_AFFECTED}
