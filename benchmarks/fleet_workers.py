"""Workers of the fleet: how two of them fare against one, and what is left after many were killed.

    python -m benchmarks.fleet_workers [--repos 200] [--packages 500] [--runs 3]
    python -m benchmarks.fleet_workers --kills 50 [--repos 200] [--seed 1]

Real git repositories on this disk, a PostgreSQL of the benchmark's own, workers as processes with one look at a time.

Without `--kills`: the first night by one worker and by two, in turn, and the best of each. The clock runs from the
first look that ends to the last, so that starting a worker (an interpreter, a connection) does not count; wall and CPU
are told with the load of the machine, for others use it.

With `--kills`: rounds of commits, during which workers, the process that serves the pages and PostgreSQL itself are
killed with `kill -9` at random moments and started again. Then everything that the store tells, but for times, must be
what a calm run of the same rounds leaves: every commit recorded once for every target, and every finding come, gone
and come back once.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from scanner.fleet.store import open_store
from scanner.pipeline import rulebook
from tests.conftest import ROOT
from tests.fleet import postgres, workers
from tests.fleet.workers import Command, Repository, Worker

EVERY = 5
"""Seconds from one look at a target to the next, while there are kills."""
ROUNDS = 5
"""Among which the kills are spread: findings come, go and come back meanwhile."""


class Fleet(NamedTuple):
    folder: Path
    repositories: list[Repository]
    server: postgres.Server

    def store(self) -> str:
        """A new store that knows all repositories."""
        where = self.server.database()
        self.pratique(where, "add", *(str(one.git.root) for one in self.repositories))
        return where

    def pratique(self, where: str, *words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "scanner.cli", "fleet", *words],
            cwd=ROOT, env=self.environ(where), check=words[0] != "scan", stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def environ(self, where: str) -> dict[str, str]:
        return workers.environ(where, self.folder / "intel", self.folder)

    def worker(self, where: str, name: str) -> Worker:
        return Worker(self.environ(where), self.folder / f"{name}.log", "--jobs", "1")


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repos", type=int, default=200)
    parser.add_argument("--packages", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    found, user = postgres.binaries(), postgres.user()
    if found is None or user is None:
        print("PostgreSQL is not installed here")
        return
    folder, data = Path(tempfile.mkdtemp(prefix="pratique-workers-")), postgres.scratch()
    server = postgres.Server(data, found, user, durable=True)
    try:
        rulebook.open_campaigns(rulebook.directory(), folder / "intel").close()
        repositories = [Repository(folder / f"r{one:04}", one, options.packages) for one in range(options.repos)]
        fleet = Fleet(folder, repositories, server)
        if options.kills is None:
            race(fleet, options.runs)
        else:
            chaos(fleet, options.kills, random.Random(options.seed))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def race(fleet: Fleet, runs: int) -> None:
    """One worker and two, in turn."""
    heads = {str(one.git.root): one.round(0) for one in fleet.repositories}
    best: dict[int, float] = {}
    for run in range(runs):
        for count in (1, 2):
            told = _night(fleet, heads, count, f"{run}-{count}")
            best[count] = max(best.get(count, 0.0), told.rate)
            print(
                f"workers: {count}, targets a second: {told.rate:5.1f}, wall {told.wall:5.1f} s,"
                f" CPU {told.cpu:5.1f} s, waited for a CPU {told.waited:5.1f} s,"
                f" CPU of PostgreSQL {told.database:4.1f} s, load {told.load:.1f}",
                flush=True,
            )
    print(f"two against one: {best[2] / best[1]:.2f}x (best of {runs})")


class Night(NamedTuple):
    rate: float
    wall: float
    cpu: float
    waited: float
    """Seconds for which processes of the workers were ready, and had no CPU: what others take."""
    database: float
    load: float


def _night(fleet: Fleet, heads: Mapping[str, str], count: int, name: str) -> Night:
    where = fleet.store()
    before, began = fleet.server.cpu(), time.monotonic()
    running = [fleet.worker(where, f"{name}-{one}") for one in range(count)]
    try:
        workers.until(lambda: workers.recorded(where, heads), 600, every=0.25)
        wall = time.monotonic() - began
        took = [one.cpu() for one in running]
        database = fleet.server.cpu() - before
    finally:
        for one in running:
            one.stop()
    times = sorted(datetime.fromisoformat(told["time"]) for one in running for told in one.events("read"))
    rate = (len(times) - 1) / (times[-1] - times[0]).total_seconds()
    return Night(rate, wall, sum(cpu for cpu, _ in took), sum(wait for _, wait in took), database, os.getloadavg()[0])


def chaos(fleet: Fleet, kills: int, chance: random.Random) -> None:
    """Kill, and compare with a calm run."""
    where = fleet.store()
    with open_store(where) as store:
        for target in store.targets(limit=100_000):
            store.change(target.id, owner=None, every=EVERY)
    names = iter(range(1_000_000))

    def started() -> Worker:
        return fleet.worker(where, f"w{next(names)}")

    def served() -> Command:
        return Command(fleet.environ(where), fleet.folder / "serve.log", "serve", "--port", str(port))

    port = postgres.free_port()
    running, pages = [started(), started()], served()
    killed: dict[str, int] = {}
    rounds: list[dict[str, str]] = []
    began = time.monotonic()
    try:
        while sum(killed.values()) < kills:
            rounds.append({str(one.git.root): one.round(len(rounds)) for one in fleet.repositories})
            end = min(kills, sum(killed.values()) + math.ceil(kills / ROUNDS))
            while not workers.recorded(where, rounds[-1]):
                time.sleep(chance.uniform(0.5, 5.0))
                if sum(killed.values()) < end:
                    match chance.random():
                        case dice if dice < 0.2:
                            what = "PostgreSQL"
                            workers.crash(fleet.server)
                        case dice if dice < 0.35:
                            what = "pages"
                            pages.kill()
                            pages = served()
                        case _:
                            what = "worker"
                            victim = chance.randrange(len(running))
                            running[victim].kill()
                            running[victim] = started()
                    killed[what] = killed.get(what, 0) + 1
            print(f"round {len(rounds)}: {time.monotonic() - began:.0f} s, killed {killed}", flush=True)
        workers.until(lambda: _all_free(where), 120)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
            print(f"pages are ready: {answer.status}")
    finally:
        pages.kill()
        for one in running:
            one.stop()
    with open_store(where) as store:
        after = workers.history(store)
    calm = _calm(fleet, rounds)
    print(f"{kills} kills in {len(rounds)} rounds of {len(fleet.repositories)} targets: {killed}")
    snapshots = after["snapshots"]
    assert isinstance(snapshots, dict)
    lost = sum(len(rounds) - len(set(found)) for found in snapshots.values())
    twice = sum(len(found) - len(set(found)) for found in snapshots.values())
    print(f"looks lost: {lost}, recorded twice: {twice}")
    for what, told in calm.items():
        print(f"{what:10} {'as in the calm run' if told == after[what] else 'DIFFERS'}")
    if calm != after or lost or twice:
        sys.exit(1)


def _all_free(where: str) -> bool:
    with open_store(where) as store:
        return all(target.leased is None for target in store.targets(limit=100_000))


def _calm(fleet: Fleet, rounds: Sequence[Mapping[str, str]]) -> dict[str, object]:
    """The same rounds, one after the other, by one scan each: the repositories are set back to each round's commits."""
    where = fleet.store()
    for heads in rounds:
        for one in fleet.repositories:
            one.git("reset", "--quiet", "--hard", heads[str(one.git.root)])
        fleet.pratique(where, "scan", "--all", "--jobs", "2")
    with open_store(where) as store:
        return workers.history(store)


if __name__ == "__main__":
    main()
