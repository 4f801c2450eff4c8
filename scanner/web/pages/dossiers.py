"""An SBOM that somebody uploads → its dossier, made by a process of its own with limits, and kept nowhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, Response

from scanner.reports import html
from scanner.web import access, noting
from scanner.web.access import Role
from scanner.web.pages import dossier_process
from scanner.web.pages.visit import Visit, Visitor

_SECONDS = 120
_ODD = re.compile(r"[^A-Za-z0-9._-]+")
router = APIRouter()


@router.get("/audit")
def form(visit: Visitor) -> HTMLResponse:
    return _page(visit)


@router.post("/audit")
def audit(
    visit: Visitor,
    person: access.Triager,
    sbom: Annotated[UploadFile | None, File()] = None,
    previous: Annotated[UploadFile | None, File()] = None,
    product: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    if sbom is None or not sbom.filename:
        return _page(visit, failed="Choose the file of an SBOM.", status=400)
    with tempfile.TemporaryDirectory(prefix="pratique-audit-") as folder:
        here = Path(folder)
        name = _put(sbom, here / "now")
        before = "" if previous is None or not previous.filename else f"before/{_put(previous, here / 'before')}"
        wished = dossier_process.Wished(
            sbom=f"now/{name}", previous=before, product=product.strip(), intel=str(visit.settings.intel_directory)
        )
        noting.note(visit.request, visit.store, person, "audited", target=name)
        failed = _run(wished, here)
        if failed is not None:
            return _page(visit, failed=failed, status=400)
        page = (here / dossier_process.PAGE).read_bytes()
    # The page brings its own style and script, and is shown as one of nobody's: it reaches neither cookie nor store.
    policy = f"{html.policy()}; sandbox allow-scripts allow-modals allow-popups"
    return Response(page, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})


def _put(upload: UploadFile, folder: Path) -> str:
    """Keep an upload for as long as it is judged; its name says what format it is, and is shown."""
    name = _ODD.sub("-", Path(upload.filename or "").name)[-120:].lstrip(".-") or "sbom"
    folder.mkdir()
    (folder / name).write_bytes(upload.file.read())
    return name


def _run(wished: dossier_process.Wished, here: Path) -> str | None:
    """Judge it; why that failed, for whoever uploaded it."""
    command = [sys.executable, "-m", dossier_process.__name__]
    try:
        done = subprocess.run(  # noqa: S603  # our own module; what was uploaded is read from files
            command, input=dossier_process.written(wished), cwd=here, timeout=_SECONDS, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        return f"It took longer than {_SECONDS} seconds. Run pratique audit on the file."
    if done.returncode == 0:
        return None
    if done.returncode == dossier_process.REFUSED:
        return done.stdout.decode("utf-8", "replace")
    return "Judging it took more memory or time than it may here, or failed. Run pratique audit on the file."


def _page(visit: Visit, *, failed: str | None = None, status: int = 200) -> HTMLResponse:
    return visit.page(
        "audit.html",
        status=status,
        failed=failed,
        may_audit=visit.person.role >= Role.TRIAGER,
        megabytes=visit.settings.largest // 1_000_000,
    )
