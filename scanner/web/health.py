"""For those who watch the server: does it live, can it answer, and its metrics."""

from __future__ import annotations

import threading
import time
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from scanner.fleet.store import StoreError, StoreGoneError
from scanner.web import access, noting
from scanner.web.settings import LOOPBACK, Settings
from scanner.web.stores import Stores


class Readiness:
    """Whether the store answers: beside the connections that requests have, and by one question at a time.

    Nobody is asked who asks, nor how often: those who wait share the answer to a question put after they came.
    """

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._lock = threading.Lock()
        self._put = 0.0
        self._failed: str | None = None

    def checked(self) -> None:
        """Raises `StoreError`."""
        came = time.monotonic()
        with self._lock:
            if self._put < came:
                self._ask()
        if self._failed is not None:
            raise StoreGoneError(self._failed)

    def _ask(self) -> None:
        self._put = time.monotonic()
        try:
            with self._stores.one() as store:
                store.audit(limit=1)
            self._failed = None
        except StoreError as error:
            self._failed = error.what


router = APIRouter(include_in_schema=False, dependencies=[Depends(access.anyone)])


@router.get("/healthz")
def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz")
def ready(request: Request) -> dict[str, str]:
    """503 while the store does not answer."""
    readiness: Readiness = request.app.state.readiness
    readiness.checked()
    return {"status": "ready"}


def _may_measure(request: Request, person: Annotated[access.Person | None, Depends(access.signed_in)]) -> None:
    settings: Settings = request.app.state.settings
    # Behind a proxy everybody would seem to come from this machine.
    near = noting.address(request) in LOOPBACK and not settings.exposed
    if person is None and not near:
        raise HTTPException(401, "metrics are for this machine, or for who has a token")


@router.get("/metrics", dependencies=[Depends(_may_measure)])
def metrics(request: Request) -> Response:
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
