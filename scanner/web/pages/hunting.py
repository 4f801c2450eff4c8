"""A list of indicators, pasted or uploaded, asked of everything that was ever seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from scanner.errors import PratiqueError, UsageError
from scanner.fleet.store.values import Struck
from scanner.model.ecosystem import ECOSYSTEMS
from scanner.model.finding import State
from scanner.pipeline import hunt_lists
from scanner.pipeline.fleet import exports, questions
from scanner.pipeline.fleet.questions import Answer
from scanner.web import access, bodies, noting
from scanner.web.access import Role
from scanner.web.pages.visit import Visit, Visitor
from scanner.wording import counted

_MOST = 500
_PASTED = "pasted list"
_TYPED = 200_000
"""Characters of a list that are shown again in the form."""
router = APIRouter()


@router.get("/hunt")
def empty(visit: Visitor) -> HTMLResponse:
    return _page(visit)


@router.post("/hunt", response_model=None)
def hunt(
    visit: Visitor,
    person: access.Triager,
    form: Annotated[FormData, Depends(bodies.form)],
) -> Response:
    list_ = bodies.word(form, "list", longest=visit.settings.lists)
    ecosystem, as_ = (bodies.word(form, name, longest=40) for name in ("ecosystem", "as"))
    file = bodies.upload(form, "file")
    given = [(_PASTED, list_.encode("utf-8", "replace"))] if list_.strip() else []
    if file is not None:
        given.append((file.filename or "", file.file.read()))
    try:
        if not given:
            raise UsageError("Paste a list, or choose a file.")
        answer = questions.hunt(visit.store, hunt_lists.pasted(given, ecosystem=ecosystem or None))
    except PratiqueError as error:
        return _page(visit, failed=str(error), typed=list_[:_TYPED], ecosystem=ecosystem, status=400)
    noting.note(visit.request, visit.store, person, "hunted", detail=f"{answer.indicators} indicators")
    if as_ in ("csv", "json"):
        return _saved(answer, as_)
    return _page(visit, answer=answer, typed=list_[:_TYPED], ecosystem=ecosystem)


def _saved(answer: Answer, kind: str) -> Response:
    """Every hit, as the API writes it."""
    rows = map(exports.hit, answer.struck)
    if kind == "csv":
        text, media = exports.table(exports.HITS, rows), "text/csv"
    else:
        text, media = exports.document("pratique-fleet-hits/1", "hits", exports.HITS, rows), "application/json"
    headers = {"Content-Disposition": f'attachment; filename="hunt.{kind}"'}
    return Response("".join(text).encode("utf-8", "replace"), media_type=media, headers=headers)


def _page(
    visit: Visit,
    *,
    answer: Answer | None = None,
    failed: str | None = None,
    typed: str = "",
    ecosystem: str = "",
    status: int = 200,
) -> HTMLResponse:
    tone, word, said = ("", "", "") if answer is None else verdict(answer)
    return visit.page(
        "hunt.html",
        status=status,
        answer=answer,
        struck=() if answer is None else _ordered(answer.struck),
        tone=tone,
        word=word,
        said=said,
        failed=failed,
        typed=typed,
        ecosystem=ecosystem,
        ecosystems=sorted(ECOSYSTEMS),
        most=_MOST,
        may_hunt=visit.person.role >= Role.TRIAGER,
    )


def _ordered(struck: Sequence[Struck]) -> list[Struck]:
    """What is there now, and certain, first."""
    states = list(State)
    return sorted(struck, key=lambda one: (one.sighting.gone is not None, states.index(one.state)))[:_MOST]


def verdict(answer: Answer) -> tuple[str, str, str]:
    """Tone, word and one line. That nobody had it is said only where all could be asked."""
    hits = [one for one in answer.struck if one.state is not State.NEAR_MISS]
    now = {one.sighting.target for one in hits if one.sighting.gone is None}
    ever = {one.sighting.target for one in hits}
    if now:
        had = "" if len(ever) == len(now) else f", {counted(len(ever) - len(now), 'other')} had it"
        return "critical", "Here now", f"{counted(len(now), 'target has', 'targets have')} it now{had}"
    if ever:
        return "high", "Was here", f"{counted(len(ever), 'target')} had it; none has it now"
    if answer.status:
        return "medium", "Incomplete", "Nobody was found to have it, but not everything could be asked"
    return "good", "Not here", "Nobody has it, and nobody ever had it"
