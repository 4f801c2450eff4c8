"""What went wrong, for programs as problem+json (RFC 9457) and for people as a page. Never a traceback."""

from __future__ import annotations

import http
import logging
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from scanner.errors import InputError, PratiqueError, UsageError
from scanner.fleet.store import StaleLeaseError, StoreError
from scanner.web import csrf, pages

_MACHINES = ("/api/", "/healthz", "/readyz", "/metrics")
_SOON = {"Retry-After": "5"}
_log = logging.getLogger("scanner.web")


def answer(
    request: Request,
    status: int,
    what: str,
    *,
    hint: str | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """An error in the form that whoever asks can read."""
    if request.url.path.startswith(_MACHINES):
        told = {"type": "about:blank", "title": _phrase(status), "status": status, "detail": what}
        if hint:
            told["hint"] = hint
        return JSONResponse(told | more, status, headers, media_type="application/problem+json")
    person = getattr(request.state, "person", None)
    form = None if person is None else csrf.field(request)
    shown = pages.page(
        request, "error.html", status=status, code=status, what=what, hint=hint, person=person, csrf=form
    )
    shown.headers.update(headers or {})
    return shown


def install(app: FastAPI) -> None:
    """Answer everything that a route may raise."""

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        machine = request.url.path.startswith(_MACHINES)
        if error.status_code == 401:
            if not machine and request.method in csrf.SAFE:
                return RedirectResponse(f"/sign-in?next={quote(_path(request), safe='/')}", 303)
            headers["WWW-Authenticate"] = 'Bearer realm="pratique"'
        plain = error.detail == _phrase(error.status_code)
        what = _PLAIN.get(error.status_code, error.detail) if plain else str(error.detail)
        return answer(request, error.status_code, what, headers=headers)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        # Where and what, not what was sent: that may be a secret that was put into the wrong field.
        errors = [{"where": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in error.errors()[:20]]
        what = "; ".join(f"{one['where']}: {one['what']}" for one in errors) or "that was not understood"
        return answer(request, 422, what, errors=errors)

    @app.exception_handler(PratiqueError)
    def ours(request: Request, error: PratiqueError) -> Response:
        if isinstance(error, StaleLeaseError):
            return answer(request, 409, error.what, hint=error.hint)
        if isinstance(error, UsageError | InputError):
            return answer(request, 400, error.what, hint=error.hint)
        if isinstance(error, StoreError):
            _log.error("the store cannot be used", extra={"fields": {"why": str(error)}})
            return answer(request, 503, "the store cannot be reached", hint="try again in a moment", headers=_SOON)
        _log.error("something that we ask failed", extra={"fields": {"why": str(error)}})
        return answer(request, 503, error.what, hint=error.hint, headers=_SOON)


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return str(status)


_PLAIN = {404: "there is nothing at this address", 405: "that cannot be done with this address"}


def _path(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
