"""What people make of a finding: a decision with its reason and its end, and who looks after it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import Response

from scanner.errors import UsageError
from scanner.model.ruling import Ruling
from scanner.pipeline.fleet import triage
from scanner.web import access, noting
from scanner.web.api.asking import NO_NUL, FindingId, Number
from scanner.web.pages import findings
from scanner.web.pages.rendering import segment
from scanner.web.pages.visit import Visitor, seen

_FIELDS = {"--reason": "Why", "--expires": "Last day", "--justification": "Why it does no harm", "--by": "Who decides"}
router = APIRouter()


@router.post("/findings/{target}/{finding}/decide")
def decide(
    visit: Visitor,
    person: access.Triager,
    target: Number,
    finding: FindingId,
    what: Annotated[Ruling, Form()],
    reason: Annotated[str, Form(max_length=2_000)] = "",
    until: Annotated[str, Form(max_length=20)] = "",
    justification: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    try:
        wished = triage.wish(
            what, reason=reason, by=person.name, expires=until or None, justification=justification or None,
            now=visit.now,
        )  # fmt: skip
        stored = visit.store.finding(target, finding)
        if (why := triage.refused(stored, wished)) is not None:
            raise UsageError(why)
        triage.decide(visit.store, [stored], wished, now=visit.now)
    except UsageError as error:
        typed = {"what": what, "reason": reason, "until": until, "justification": justification}
        return findings.shown(visit, target, finding, failed=_told(error), typed=typed, status=400)
    noting.note(visit.request, visit.store, person, "decided", target=f"{target}/{finding}", detail=what.value)
    return seen(f"/findings/{target}/{segment(finding)}")


@router.post("/findings/{target}/{finding}/assign")
def assign(
    visit: Visitor,
    person: access.Triager,
    target: Number,
    finding: FindingId,
    owner: Annotated[str, Form(max_length=200, pattern=NO_NUL)] = "",
) -> Response:
    try:
        visit.store.assign(target, finding, owner.strip() or None)
    except UsageError as error:
        raise HTTPException(404, "There is no such finding.") from error
    noting.note(
        visit.request, visit.store, person, "assigned", target=f"{target}/{finding}", detail=owner.strip() or None
    )
    return seen(f"/findings/{target}/{segment(finding)}")


def _told(error: UsageError) -> str:
    """As the command line says it, with the names that the form has."""
    field = _FIELDS.get(error.where or "")
    return f"{field}: {error.what}." if field else f"{error.what[:1].upper()}{error.what[1:]}."
