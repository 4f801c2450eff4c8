"""The real server, in a thread of the test: uvicorn on a port of its own.

with running(Settings(…)) as server:
    server.browser().get(server.url + "/")
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import uvicorn
from fastapi import FastAPI

from scanner.fleet.store import open_store
from scanner.web import access, serving, tokens
from scanner.web import app as app_
from scanner.web.settings import Settings

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


class Clock:
    """What the server takes for now."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Running:
    settings: Settings
    app: FastAPI
    clock: Clock

    @property
    def url(self) -> str:
        return f"http{'s' if self.settings.tls else ''}://127.0.0.1:{self.settings.port}"

    def token(self, name: str, role: str = "viewer", *, expires: datetime | None = None) -> str:
        """A token of somebody new."""
        secret = tokens.new()
        with open_store(self.settings.store) as store:
            store.people.add_token(name, role, tokens.digest(secret), now=self.clock(), expires=expires)
        return secret

    def audited(self, **question: Any) -> list[tuple[str, str, str]]:
        """(who, how, what) of the audit log, oldest first."""
        with open_store(self.settings.store) as store:
            return [(one.who, one.how, one.what) for one in reversed(store.audit(**question))]

    def sign_in(self, secret: str, browser: requests.Session | None = None, **more: str) -> requests.Session:
        """A browser that typed a token into the page."""
        browser = browser or requests.Session()
        answer = self.send(browser, secret, **more)
        assert answer.status_code == 303, answer.text
        return browser

    def send(self, browser: requests.Session, secret: str, **more: str) -> requests.Response:
        page = browser.get(f"{self.url}/sign-in")
        form = {"token": secret, "csrf": csrf(page), **more}
        return browser.post(f"{self.url}/sign-in", form, headers={"Origin": self.url}, allow_redirects=False)


def csrf(page: requests.Response) -> str:
    """What the first form of a page carries."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def _viewer(person: access.Viewer) -> access.Person:
    return person


def _triager(person: access.Triager) -> access.Person:
    return person


def _admin(person: access.Admin) -> access.Person:
    return person


def _bug(_person: access.Viewer) -> None:
    raise RuntimeError("a secret of the inside")


_PROBES = {"viewer": _viewer, "triager": _triager, "admin": _admin}


@contextmanager
def running(
    folder: Path,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    proxies: Sequence[str] = (),
    **fields: Any,
) -> Iterator[Running]:
    """`fields`: of the settings. Beside the routes of the application there are some that tell who asks."""
    clock = Clock()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        settings = Settings(store=str(folder / "fleet.sqlite"), intel_directory=folder / "intel", port=port, now=clock)
        settings = replace(settings, **fields)
        open_store(settings.store).close()
        made = app_.create(settings)
        for role in ("viewer", "triager", "admin"):
            made.add_api_route(f"/api/v1/probe/{role}", _PROBES[role], methods=["GET", "POST"])
        made.add_api_route("/api/v1/probe/bug", _bug)
        server = uvicorn.Server(serving.configured(made, certificate=certificate, key=key, proxies=proxies))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield Running(settings, made, clock)
        finally:
            server.should_exit = True
            thread.join(10)
