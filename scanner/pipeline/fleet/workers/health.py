"""`/healthz`, `/readyz` and `/metrics` of a worker, for whoever keeps it alive and watches it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scanner.errors import UsageError

LOOPBACK = "127.0.0.1"
_ALIVE = 30.0
"""Seconds without a word from the crew, after which it is held to be stuck."""
_READY = 60.0
"""Seconds without a word from the store."""


class Health:
    """When the worker was last seen to live and to reach its store. Written by one thread, read by others."""

    def __init__(self) -> None:
        self._lived = self._reached = time.monotonic()
        self._behind = False

    def lives(self) -> None:
        self._lived = time.monotonic()

    def reaches(self, *, behind: bool = False) -> None:
        """`behind`: it has older intelligence than others, and waits."""
        self._reached, self._behind = time.monotonic(), behind

    def healthy(self) -> str:
        """What is wrong; "" where nothing is."""
        silent = time.monotonic() - self._lived
        return f"the crew has been silent for {silent:.0f} s" if silent > _ALIVE else ""

    def ready(self) -> str:
        """What is wrong; "" where nothing is."""
        away = time.monotonic() - self._reached
        if away > _READY:
            return f"the store has been out of reach for {away:.0f} s"
        return "others have newer intelligence" if self._behind else self.healthy()


def address(given: str) -> tuple[str, int]:
    """`HOST:PORT`, or `PORT` on the loopback. Raises `UsageError`."""
    host, _, port = given.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise UsageError(f"{given!r} is no HOST:PORT", where="--health", hint="--health 127.0.0.1:9108")
    return host.removeprefix("[").removesuffix("]") or LOOPBACK, int(port)


def listen(at: tuple[str, int]) -> socket.socket:
    """Taken before anything is forked. Raises `UsageError` where the port is taken."""
    try:
        return socket.create_server(at, family=socket.AF_INET6 if ":" in at[0] else socket.AF_INET)
    except OSError as error:
        raise UsageError(f"cannot listen there: {error.strerror}", where=f"--health {at[0]}:{at[1]}") from error


def serve(listener: socket.socket, health: Health, metrics: Callable[[], bytes]) -> None:
    """Answer in threads that end with the process."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10
        server_version, sys_version = "pratique", ""

        def do_GET(self) -> None:
            match self.path.partition("?")[0]:
                case "/healthz":
                    self._says(health.healthy())
                case "/readyz":
                    self._says(health.ready())
                case "/metrics":
                    self._answer(200, metrics(), "text/plain; version=0.0.4; charset=utf-8")
                case _:
                    self._answer(404, b"/healthz, /readyz or /metrics\n")

        def _says(self, wrong: str) -> None:
            self._answer(503 if wrong else 200, f"{wrong or 'ok'}\n".encode())

        def _answer(self, status: int, body: bytes, type_: str = "text/plain; charset=utf-8") -> None:
            self.send_response(status)
            self.send_header("Content-Type", type_)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: object) -> None:
            pass  # probes every few seconds are no news

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(listener.getsockname()[:2], Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
