"""One server over one fleet for all tests that only look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scanner.fleet.store import open_store
from scanner.fleet.store.values import Target
from tests.browser import HOSTILE
from tests.web import seeding
from tests.web.running import Running, running


class Fleet:
    """A seeded fleet that is served, and people who look at it."""

    def __init__(self, server: Running, targets: dict[str, Target], hostile: Target) -> None:
        self.server = server
        self.targets = targets
        self.hostile = hostile
        """The target that calls everything `HOSTILE`."""
        self.secrets = {role: server.token(f"{role}@corp.example", role) for role in ("viewer", "triager", "admin")}
        self._browsers: dict[str, requests.Session] = {}

    def browser(self, role: str = "viewer") -> requests.Session:
        if role not in self._browsers:
            self._browsers[role] = self.server.sign_in(self.secrets[role])
        return self._browsers[role]

    def get(self, path: str, role: str = "viewer") -> requests.Response:
        return self.browser(role).get(self.server.url + path)


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder: Path = tmp_path_factory.mktemp("seeded")
    with open_store(folder / "fleet.sqlite") as store:
        targets = seeding.seed(store)
        hostile = seeding.hostile(store, f"{HOSTILE}\x1b[31m\n{'x' * 300}")
    with running(folder, requests=1_000_000, sign_ins=1_000) as server:
        yield Fleet(server, targets, hostile)
