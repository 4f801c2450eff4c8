"""For admins: who did what, and who holds a token."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from scanner.web import access
from scanner.web.api.asking import NO_NUL
from scanner.web.pages.visit import Visitor

_ROWS, _MOST = 100, 200
router = APIRouter()


@router.get("/log")
def log(
    visit: Visitor,
    _: access.Admin,
    who: Annotated[str, Query(max_length=_MOST, pattern=NO_NUL)] = "",
    what: Annotated[str, Query(max_length=_MOST, pattern=NO_NUL)] = "",
    after: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> HTMLResponse:
    notes = visit.store.audit(who=who or None, what=what or None, before=after, limit=_ROWS + 1)
    return visit.page(
        "log.html",
        notes=notes[:_ROWS],
        asked={"who": who, "what": what},
        first=after is None,
        next=notes[_ROWS - 1].id if len(notes) > _ROWS else None,
        tokens=visit.store.people.tokens(),
    )
