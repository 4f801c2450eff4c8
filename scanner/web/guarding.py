"""What every request goes through before any route: by which name, how large, how often."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from scanner.web import bodies, errors
from scanner.web.limits import Limits, TooOftenError, network
from scanner.web.settings import Settings

_PROBES = ("/healthz", "/readyz")
"""Orchestrators ask for these by an address of their own; they tell nothing."""
_DIGITS = 18


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, settings: Settings, limits: Limits) -> None:
        self._app = app
        self._settings = settings
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # there are no web sockets

        refused = await self._refused(scope)
        if refused is not None:
            answer = await run_in_threadpool(errors.answer, Request(scope), *refused[:2], **refused[2])
            await answer(scope, receive, send)
            return
        await self._app(scope, bodies.bounded(receive, bodies.most(self._settings, scope["path"])), send)

    async def _refused(self, scope: Scope) -> tuple[int, str, dict[str, Any]] | None:
        headers, path = Headers(scope=scope), scope["path"]
        if path in _PROBES:
            return None
        if headers.get("host", "").lower() not in self._settings.hosts:
            # A page of somebody else whose name leads here (DNS rebinding), or an address that we were not told.
            return 421, "this server does not go by that name", {"hint": "open it by its own address (--public-url)"}
        try:
            self._limits.count("address", network((scope.get("client") or ("-",))[0]))
        except TooOftenError as error:
            return 429, str(error.detail), {"headers": dict(error.headers or {})}
        length, limit = headers.get("content-length", "0"), bodies.most(self._settings, path)
        if not length.isdecimal() or len(length) > _DIGITS or int(length) > limit:
            return 413, str(bodies.too_large(limit).detail), {}
        if bodies.odd(headers.get("content-type", "")):
            return 415, "bodies are in UTF-8 here", {}
        return None
