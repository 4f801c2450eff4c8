"""An SBOM that somebody uploads → its dossier, made by a process of its own with limits, and kept nowhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData, UploadFile

from scanner.errors import EngineError, InputError
from scanner.reports import html
from scanner.web import access, bodies, noting
from scanner.web.access import Role
from scanner.web.dossiers import Desk, Sent
from scanner.web.pages.visit import Visit, Visitor

router = APIRouter()


@router.get("/audit")
def empty(visit: Visitor) -> HTMLResponse:
    return _page(visit)


@router.post("/audit")
def audit(
    visit: Visitor,
    person: access.Triager,
    form: Annotated[FormData, Depends(bodies.form)],
) -> Response:
    sbom, previous = (bodies.upload(form, name) for name in ("sbom", "previous"))
    product = bodies.word(form, "product", longest=200)
    if sbom is None:
        return _page(visit, failed="Choose the file of an SBOM.", status=400)
    sent = _sent(sbom)
    noting.note(visit.request, visit.store, person, "audited", target=sent.plain)
    desk: Desk = visit.request.app.state.desk
    try:
        page = desk.judge(
            sent,
            previous=None if previous is None else _sent(previous),
            product=product,
            intel=visit.settings.intel_directory,
            format_="html",
        )
    except InputError as error:
        return _page(visit, failed=str(error), status=400)
    except EngineError as error:
        return _page(visit, failed=str(error), status=503)
    # The page brings its own style and script, and is shown as one of nobody's: it reaches neither cookie nor store.
    policy = f"{html.policy()}; sandbox allow-scripts allow-modals allow-popups"
    return Response(page, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})


def _sent(upload: UploadFile) -> Sent:
    return Sent(upload.filename or "", upload.file)


def _page(visit: Visit, *, failed: str | None = None, status: int = 200) -> HTMLResponse:
    return visit.page(
        "audit.html",
        status=status,
        failed=failed,
        may_audit=visit.person.role >= Role.TRIAGER,
        megabytes=visit.settings.sboms // 1_000_000,
    )
