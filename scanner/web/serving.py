"""The server itself: uvicorn."""

from __future__ import annotations

import uvicorn

from scanner.web import app
from scanner.web.settings import Settings


def run(settings: Settings) -> None:
    """Serve until somebody says stop."""
    uvicorn.run(app.create(settings), host=settings.host, port=settings.port, server_header=False, access_log=False)
