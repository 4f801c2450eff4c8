"""For those who watch the server: does it live, can it answer, and its metrics."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from scanner.web import access, noting
from scanner.web.settings import LOOPBACK, Settings
from scanner.web.stores import Stores

router = APIRouter(include_in_schema=False, dependencies=[Depends(access.anyone)])


@router.get("/healthz")
def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz")
def ready(request: Request) -> dict[str, str]:
    """503 while the store does not answer."""
    stores: Stores = request.app.state.stores
    with stores.one() as store:
        store.audit(limit=1)
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
