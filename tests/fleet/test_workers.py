"""Workers as processes of their own: they share the work, are killed, and leave what a calm night leaves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.fleet.store import open_store
from scanner.pipeline.fleet import scanning
from tests.fleet import postgres, workers
from tests.fleet.test_crew import settings
from tests.fleet.workers import Repository, Worker

_COUNT = 6


@pytest.fixture
def repositories(tmp_path: Path) -> list[Repository]:
    return [Repository(tmp_path / "repositories" / f"r{one}", one, 3) for one in range(_COUNT)]


@pytest.fixture
def home(tmp_path: Path, campaigns: Path) -> Path:
    shutil.copytree(campaigns, tmp_path / "intel")
    return tmp_path


def added(where: str, repositories: list[Repository], *, every: int = 3600) -> None:
    from tests.factories import NOW

    with open_store(where) as store:
        for one in repositories:
            store.add(str(one.git.root), kind="git", now=NOW, every=every)


@pytest.fixture
def crashing() -> Iterator[postgres.Server]:
    """A PostgreSQL that nobody else uses."""
    pytest.importorskip("procrastinate", reason="procrastinate is not installed: pip install 'pratique[fleet]'")
    found, name = postgres.binaries(), postgres.user()
    if found is None or name is None:
        pytest.skip("PostgreSQL is not installed here, or there is nobody to run it as")
    folder = postgres.scratch()
    server = postgres.Server(folder, found, name)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_killed_again_and_again_they_leave_what_a_calm_night_leaves(
    crashing: postgres.Server, repositories: list[Repository], home: Path
) -> None:
    heads = {str(one.git.root): one.round(0) for one in repositories}
    where, calm = crashing.database(), crashing.database()
    environ = workers.environ(where, home / "intel", home)
    added(where, repositories)

    def worker(number: int) -> Worker:
        return Worker(environ, home / f"{number}.log", "--jobs", "1")

    first, second = worker(1), worker(2)
    try:
        workers.until(lambda: bool(first.events("read") or second.events("read")), 30, every=0.02)
        first.kill()
        workers.crash(crashing)
        workers.leases_run_out(where)  # also those of the second, which lives: what it still delivers is refused
        third = worker(3)
        try:
            workers.until(lambda: workers.recorded(where, heads), 60)
        finally:
            statuses = [third.stop(), second.stop()]
    finally:
        first.kill()
        second.kill()
    assert statuses == [0, 0]
    added(calm, repositories)
    with open_store(calm) as store:
        ids = [target.id for target in store.targets()]
    assert len(list(scanning.scan(ids, calm, settings(home / "intel"), jobs=1))) == _COUNT
    with open_store(where) as one, open_store(calm) as other:
        assert workers.history(one) == workers.history(other)


def test_alone_on_a_file_it_looks_tells_how_it_is_survives_its_own_and_stops(
    repositories: list[Repository], home: Path, tmp_path: Path
) -> None:
    where = str(tmp_path / "fleet.sqlite")
    heads = {str(one.git.root): one.round(0) for one in repositories}
    added(where, repositories)
    worker = Worker(workers.environ(where, home / "intel", home), home / "log", "--health", "0")
    try:
        workers.until(lambda: len(worker.events("read")) == _COUNT, 30)
        (started,) = worker.events("started")
        address = f"http://{started['health']}"
        assert started["health"].startswith("127.0.0.1:")
        assert (asked(f"{address}/healthz"), asked(f"{address}/readyz")) == ((200, "ok\n"), (200, "ok\n"))
        workers.until(lambda: f'looks_total{{did="read"}} {_COUNT}.0' in asked(f"{address}/metrics")[1], 10)
        assert asked(f"{address}/")[0] == 404
        (beside,) = subprocess.run(
            ["pgrep", "--oldest", "--parent", str(worker.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        os.kill(int(beside), signal.SIGKILL)  # the process that answers, and would serve the queue
        workers.until(lambda: bool(worker.events("restarting")), 10)
        assert asked(f"{address}/healthz")[0] == 200  # whoever asks waits for the next one
    finally:
        assert worker.stop() == 0
    assert workers.recorded(where, heads)
    assert {one["event"] for one in worker.events()} == {"started", "read", "restarting", "stopping", "stopped"}
    assert [one["event"] for one in worker.events() if one["level"] != "info"] == ["restarting"]


def asked(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("given", ["", "here", "127.0.0.1:99999", "127.0.0.1:"])
def test_an_address_that_is_none_is_told(given: str, tmp_path: Path) -> None:
    from scanner.errors import UsageError
    from scanner.pipeline.fleet.workers import health

    with pytest.raises(UsageError, match="HOST:PORT"):
        health.address(given)
