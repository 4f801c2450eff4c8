"""A real HTTP server on this machine that serves a folder, and lies on request.

with serving(folder) as server:
    server.lie("npm/all.zip", Lie.TRUNCATED, times=1)
    fetch(server.url + "/npm/all.zip")
    assert server.asked("npm/all.zip") == 2
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from enum import Enum, auto
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit


class Lie(Enum):
    TRUNCATED = auto()
    """Announces the whole length, sends half, hangs up."""
    WRONG_LENGTH = auto()
    """Announces ten bytes more than there are."""
    DAMAGED = auto()
    """One byte is another; the announced checksum is the true one."""
    TOO_MANY = auto()
    """429, with Retry-After: 0."""
    BROKEN = auto()
    """500"""
    FORBIDDEN = auto()
    """403"""
    SLOW = auto()
    """Says nothing for a second, which is longer than a test's patience."""
    REDIRECT_LOOP = auto()
    GZIP_BOMB = auto()
    """A hundred megabytes of nothing, in a compressed body."""
    ENDLESS = auto()
    """No length, and no end."""


class Server:
    """What a test sees of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.etags = True
        """Whether it gives an ETag (else Last-Modified only)."""
        self.ranges = True
        self.requests: list[tuple[str, dict[str, str], int]] = []
        """(path, headers, status that was answered)."""
        self._lies: dict[str, list[Lie]] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def lie(self, path: str, lie: Lie, *, times: int = 1_000) -> None:
        """Answer the next `times` requests for `path` with a lie."""
        if lie is Lie.GZIP_BOMB:
            _bomb()  # made before anybody waits for it
        self._lies.setdefault(path, []).extend([lie] * times)

    def honest(self) -> None:
        self._lies.clear()

    def asked(self, path: str) -> int:
        return sum(asked == path for asked, _, _ in self.requests)

    def statuses(self, path: str) -> list[int]:
        return [status for asked, _, status in self.requests if asked == path]

    def next_lie(self, path: str) -> Lie | None:
        lies = self._lies.get(path)
        return lies.pop(0) if lies else None

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    server = Server(root)
    try:
        yield server
    finally:
        server.stop()


class Question(NamedTuple):
    """What a program asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


Answer = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


@contextmanager
def answering(answer: Callable[[Question], Answer]) -> Iterator[str]:
    """A real server that says what a function says; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Question(self.command, unquote(parts.path), dict(parse_qsl(parts.query)), headers, body)
            status, said, data = answer(asked)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **said}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(data)

        do_POST = do_GET  # noqa: N815  # the standard library's name

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
            """Quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(ConnectionError):
                self._answer()

        def _answer(self) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            lie = server.next_lie(path)
            file = server.root / path
            if lie is not None and self._whole_lie(lie, path):
                return
            if not file.is_file():
                self._send(path, 404, b"")
                return
            data = file.read_bytes()
            headers = {"Last-Modified": formatdate(file.stat().st_mtime, usegmt=True)}
            if server.etags:
                headers["ETag"] = '"' + hashlib.sha256(data).hexdigest()[:20] + '"'
            headers["X-Goog-Hash"] = "crc32c=AAAAAA==, md5=" + _md5(data)
            asked = self.headers
            same_etag = server.etags and asked.get("If-None-Match") == headers["ETag"]
            if same_etag or asked.get("If-Modified-Since") == headers["Last-Modified"]:
                self._send(path, 304, b"", headers)
            elif server.ranges and asked.get("Range") and asked.get("If-Range") == headers.get("ETag"):
                begin = int(asked["Range"].removeprefix("bytes=").removesuffix("-"))
                headers["Content-Range"] = f"bytes {begin}-{len(data) - 1}/{len(data)}"
                self._send(path, 206, data[begin:], headers, lie)
            else:
                self._send(path, 200, data, headers, lie)

        def _whole_lie(self, lie: Lie, path: str) -> bool:
            """Lies that need no file."""
            if lie is Lie.TOO_MANY:
                self._send(path, 429, b"", {"Retry-After": "0"})
            elif lie is Lie.BROKEN:
                self._send(path, 500, b"oh no")
            elif lie is Lie.FORBIDDEN:
                self._send(path, 403, b"no")
            elif lie is Lie.REDIRECT_LOOP:
                self._send(path, 302, b"", {"Location": "/" + path})
            elif lie is Lie.GZIP_BOMB:
                self._send(path, 200, _bomb(), {"Content-Encoding": "gzip"})
            elif lie is Lie.SLOW:
                time.sleep(1.0)
                self._send(path, 200, b"late")
            elif lie is Lie.ENDLESS:
                server.requests.append((path, dict(self.headers), 200))
                self.send_response(200)
                self.end_headers()
                while True:
                    self.wfile.write(bytes(65536))
            else:
                return False
            return True

        def _send(
            self, path: str, status: int, data: bytes, headers: dict[str, str] | None = None, lie: Lie | None = None
        ) -> None:
            server.requests.append((path, dict(self.headers), status))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            length = len(data) + (10 if lie is Lie.WRONG_LENGTH else 0)
            if status != 304:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            if lie is Lie.TRUNCATED:
                data = data[: len(data) // 2]
            elif lie is Lie.DAMAGED:
                middle = len(data) // 2
                data = data[:middle] + bytes((data[middle] ^ 1,)) + data[middle + 1 :]
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
            """Quiet."""

    return Handler


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(100_000_000), 1)


def _md5(data: bytes) -> str:
    import base64

    return base64.b64encode(hashlib.md5(data).digest()).decode()
