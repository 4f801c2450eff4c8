"""A fleet for workers: real repositories, workers as processes of their own that can be killed, and what they left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from scanner.fleet.store import Store, StoreError, open_store
from scanner.fleet.store.values import Question
from scanner.model.finding import State
from tests.conftest import ROOT
from tests.fleet import postgres
from tests.targets.repositories import Git


class Repository:
    """A lockfile that changes with every round, and in every other round names a compromised package."""

    def __init__(self, root: Path, number: int, packages: int) -> None:
        self.git = Git(root)
        self.number, self._packages = number, packages

    def round(self, round_: int) -> str:
        """The next commit."""
        names = {f"left-{(self.number * 37 + one) % 2000}": f"1.{one % 9}.{one % 20}" for one in range(self._packages)}
        names["own"] = f"{self.number}.0.{round_}"
        if round_ % 2 == 0:
            names["axios"] = "1.14.1"
        found = {
            f"node_modules/{name}": {"version": version, "integrity": "sha512-" + "A" * 86 + "=="}
            for name, version in names.items()
        }
        lock = {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}} | found}
        return self.git.commit_files(f"round {round_}", {"package-lock.json": json.dumps(lock, indent=1)})


class Command:
    """`pratique fleet …` in a session of its own."""

    def __init__(self, environ: Mapping[str, str], log: Path, *words: str) -> None:
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "scanner.cli", "fleet", *words],
                cwd=ROOT, env=dict(environ), stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """With all its processes, as when its machine goes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self, seconds: float = 30) -> int:
        """Ask it to stop; its exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds)


class Worker(Command):
    """`pratique fleet worker`."""

    def __init__(self, environ: Mapping[str, str], log: Path, *words: str) -> None:
        super().__init__(environ, log, "worker", "--log", "json", *words)

    def events(self, *names: str) -> list[dict[str, Any]]:
        """What it has logged so far. A line that was cut by a kill is left out."""
        told = []
        for line in self.log.read_text().splitlines():
            with contextlib.suppress(ValueError):
                told.append(json.loads(line))
        return [one for one in told if not names or one["event"] in names]

    def cpu(self) -> tuple[float, float]:
        """Seconds of CPU of all its processes, and seconds for which those that live have waited for one."""
        ticks = waited = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) == self._process.pid:
                    ticks += sum(int(field) for field in fields[11:15])
                    waited += int((stat.parent / "schedstat").read_text().split()[1])
        return ticks / os.sysconf("SC_CLK_TCK"), waited / 1e9


def environ(where: str, intel: Path, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "PRATIQUE_FLEET": where,
        "PRATIQUE_INTEL_DIR": str(intel),
    }


def crash(server: postgres.Server) -> None:
    """PostgreSQL as after `kill -9` of all of it, and up again."""
    server.kill()
    server.start()


def until(holds: Callable[[], bool], seconds: float, *, every: float = 0.1) -> None:
    """Wait for something. Raises `AssertionError` where it does not come."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(every)


def recorded(where: str, heads: Mapping[str, str]) -> bool:
    """Whether the store has every target (address → commit) at that commit."""
    try:
        with open_store(where) as store:
            return {target.address: target.revision for target in store.targets(limit=10_000)} == heads
    except StoreError:
        return False  # it was killed a moment ago


def history(store: Store) -> dict[str, object]:
    """All that must be the same however often somebody was killed; times and numbers of targets left out."""
    now = datetime.now(UTC)
    targets = {target.id: target.address for target in store.targets(limit=10_000)}
    found = store.findings(Question(state=State.CERTAIN, open=None), limit=100_000)
    return {
        "snapshots": {targets[id_]: [one.revision for one in store.snapshots(id_)] for id_ in targets},
        "findings": sorted((one.address, one.finding.id, one.gone is None, one.reopened) for one in found),
        "events": Counter((targets[one.target], one.finding, one.what) for one in store.events(limit=1_000_000)),
        "sightings": sorted((one.address, one.component.version) for one in store.sightings("npm", "own")),
        "spans": store.statistics().spans,
        "components": store.statistics().components,
        # A lease that has run out is nobody's: whoever had it was killed between his record and giving it back.
        "held": [one.address for one in store.targets(limit=10_000) if one.leased is not None and one.leased > now],
    }


def leases_run_out(where: str) -> None:
    """As when forty seconds had passed since somebody was killed, and the pauses after that, too."""
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute("update target set leased = 1 where leased is not null")
        connection.execute("update target set not_before = 0")
