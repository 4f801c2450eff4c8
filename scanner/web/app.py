"""The whole server as one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from scanner.web import api, pages
from scanner.web.settings import Settings
from scanner.web.stores import Stores


def create(settings: Settings) -> FastAPI:
    """The application. `app.state.settings` and `app.state.stores` are what every request may use."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.stores.close()

    app = FastAPI(title="pratique", openapi_url=None, docs_url=None, redoc_url=None, lifespan=life)
    app.state.settings = settings
    app.state.stores = Stores(settings.store, most=settings.connections)
    app.include_router(api.router, prefix="/api/v1")
    app.include_router(pages.router)
    return app
