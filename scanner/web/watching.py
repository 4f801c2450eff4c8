"""The access log, the metrics, and the boundary at which a bug of ours becomes one line and a plain answer.

No query, body, header or cookie is logged: secrets travel in them.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
import traceback
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scanner.web import errors

_access = logging.getLogger("scanner.web.access")
_log = logging.getLogger("scanner.web")
API = "/api/v1"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Metrics:
    """What Prometheus is told of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "pratique_web_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "pratique_web_request_seconds", "How long answers took.", ("route",), registry=self.registry
        )
        self.bugs = Counter("pratique_web_bugs", "Answers that a bug of ours spoilt.", registry=self.registry)


class Watch:
    """ASGI middleware, around everything that may fail."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 0, time.perf_counter()
        number = secrets.token_hex(8)
        scope.setdefault("state", {})

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", []).append((b"x-request-id", number.encode()))
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:  # the boundary: a bug of ours, which must not end the server, nor be shown
            self._metrics.bugs.inc()
            _log.error("a bug of ours", extra={"fields": {"request": number, "traceback": traceback.format_exc()}})
            if status == 0:
                answer = await run_in_threadpool(
                    errors.answer, Request(scope), 500, "that went wrong here: a bug of ours",
                    hint=f"the log of the server says more under {number}",
                )  # fmt: skip
                await answer(scope, receive, watched)
        finally:
            self._told(scope, status, time.perf_counter() - began, number)

    def _told(self, scope: Scope, status: int, seconds: float, number: str) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", None) or "-"
        if route.startswith("/") and scope["path"].startswith(API) and not route.startswith(API):
            route = API + route  # FastAPI tells a route as its router has it, without what stands before all of it
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        person = scope["state"].get("person")
        fields = {
            "request": number,
            "address": (scope.get("client") or ("-",))[0],
            "person": None if person is None else person.name,
            "how": None if person is None else person.how,
            "method": method,
            "path": scope["path"],
            "status": status,
            "milliseconds": round(seconds * 1000),
        }
        _access.info("answered", extra={"fields": fields})


class Lines(logging.Formatter):
    """One JSON object a line: whatever stands in it, it is one line."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told | getattr(record, "fields", {}))


def configure() -> None:
    """Log to stderr: ours, and what uvicorn has to say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    for name in ("scanner.web", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)
