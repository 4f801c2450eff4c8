"""The server itself: uvicorn, until somebody says stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from scanner.errors import UsageError
from scanner.web import app, watching
from scanner.web.settings import Settings

_GRACE = 10
"""Seconds that answers on their way may take after SIGTERM."""


def run(
    settings: Settings, listening: socket.socket, *, certificate: Path | None, key: Path | None, proxies: Sequence[str]
) -> None:
    """Serve until SIGTERM or SIGINT. What was asked before is answered, then it ends."""
    watching.configure()
    # uvicorn stops, and then sends itself the signal once more: to stop is what was wanted, and no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    made = configured(app.create(settings), certificate=certificate, key=key, proxies=proxies)
    uvicorn.Server(made).run(sockets=[listening])


def configured(
    served: FastAPI, *, certificate: Path | None, key: Path | None, proxies: Sequence[str]
) -> uvicorn.Config:
    """How uvicorn serves. Of proxies only those that are named are believed."""
    return uvicorn.Config(
        served,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=_GRACE,
        server_header=False,
        access_log=False,
        log_config=None,
    )


def listen(settings: Settings) -> socket.socket:
    """Raises `UsageError`. Not by uvicorn, which ends the process with the status that means findings."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise UsageError(f"cannot listen there: {error.strerror}", where=where, hint="another --port") from error
