"""The whole server as one ASGI application."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

import scanner
from scanner.web import access, api, errors, guarding, headers, health, pages, sign_in, watching
from scanner.web.dossiers import Desk
from scanner.web.limits import Limits, Turns
from scanner.web.settings import Settings
from scanner.web.stores import Stores


def create(settings: Settings) -> FastAPI:
    """The application. `app.state.settings` and `app.state.stores` are what every request may use."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.stores.close()

    app = FastAPI(
        title="pratique fleet",
        version=scanner.__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    state = app.state
    state.settings = settings
    state.stores = Stores(settings.store, most=settings.connections)
    state.readiness = health.Readiness(state.stores)
    state.limits = Limits(requests=settings.requests, sign_ins=settings.sign_ins)
    state.turns = Turns(settings.connections)
    state.desk = Desk()
    state.metrics = watching.Metrics()
    state.link, state.link_lock = settings.link, threading.Lock()
    if settings.oidc is not None:
        # Imported here: who signs in with tokens alone need not wait for it.
        from scanner.web.oidc import Provider

        state.provider = Provider(settings.oidc)

    @app.get("/api/v1/openapi.json", include_in_schema=False)
    def description(_person: access.Viewer) -> dict[str, Any]:
        """What the API can do, for programs."""
        return api.document()

    app.include_router(health.router)
    app.include_router(sign_in.router)
    app.include_router(api.router, prefix="/api/v1")
    app.include_router(pages.router)
    for _ in access.declared(app.routes):
        pass
    errors.install(app)
    # The last one added is the outermost.
    app.add_middleware(guarding.Guard, settings=settings, limits=state.limits)
    app.add_middleware(watching.Watch, metrics=state.metrics)
    app.add_middleware(headers.Headed, settings=settings)
    return app
