"""Style, script and flag: files of ours, by their names alone. Nothing else can be asked for."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Depends, HTTPException, Request, Response

import scanner.reports.html
from scanner.web import access

_OURS = Path(__file__).parent.parent / "static"
_REPORT = Path(scanner.reports.html.__file__).parent
_FILES = {
    "report.css": (_REPORT / "page.css", "text/css; charset=utf-8"),
    "fleet.css": (_OURS / "fleet.css", "text/css; charset=utf-8"),
    "fleet.js": (_OURS / "fleet.js", "text/javascript; charset=utf-8"),
    "flag.svg": (_OURS / "flag.svg", "image/svg+xml"),
}
router = APIRouter(include_in_schema=False, dependencies=[Depends(access.anyone)])


@router.get("/static/{name}")
def asset(name: str, request: Request) -> Response:
    if name not in _FILES:
        raise HTTPException(404)
    data, kind, tag = _read(name)
    headers = {"ETag": tag, "Cache-Control": "public, max-age=300"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind, headers=headers)


@cache
def _read(name: str) -> tuple[bytes, str, str]:
    path, kind = _FILES[name]
    data = path.read_bytes()
    return data, kind, f'"{hashlib.sha256(data).hexdigest()[:16]}"'
