"""What it costs to hold advisories against everything that was ever seen: a SYNTHETIC fleet, real OSV records.

    pratique intel sync --from BUCKET --intel-dir DIR
    python -m benchmarks.fleet_advisories DIR [--repos 1000] [--packages 1000]

Inventories as in `benchmarks.fleet_store`; one name in fifty is that of a package of which an npm record speaks, and
each hundredth of these is held at a version that the record names. SQLite; PostgreSQL with --postgres.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.fleet_store import START, Lock, World
from scanner.fleet.store import Store, open_store
from scanner.fleet.store.values import Covered, Snapshot
from scanner.intel import store as intel_store
from scanner.model.component import Component, Location
from scanner.model.ecosystem import Identity
from scanner.model.purl import Purl
from scanner.pipeline.fleet import advisories
from scanner.pipeline.fleet.advisories import Wanted
from tests.fleet import postgres

_EVERY = 50
_BAD = 100


class Real(World):
    """As the other benchmark's world, with names that records speak of."""

    def __init__(self, packages: int, intel: Path) -> None:
        super().__init__(packages)
        self.known = _versions(intel)

    def _component(self, name: int, minor: int) -> Component:
        if name % _EVERY:
            return super()._component(name, minor)
        title, bad = self.known[name // _EVERY % len(self.known)]
        version = bad if bad and name // _EVERY % _BAD == 0 else f"0.0.{minor}"
        namespace, _, short = title.rpartition("/")
        return Component(
            name=title, version=version, purl=Purl("npm", namespace or None, short, version),
            location=Location("package-lock.json"),
        )  # fmt: skip


def _record(store: Store, target: int, lock: Lock) -> None:
    lease = store.lease(target, "benchmark", until=START + timedelta(hours=1), now=START)
    assert lease is not None
    snapshot = Snapshot(
        revision=f"{target:040x}", taken=START, tool="1.0", intelligence="", sources=(lock.held(),), findings=(),
        coverage=Covered(complete=True),
    )  # fmt: skip
    store.record(lease, snapshot)


def _versions(intel: Path) -> list[tuple[str, str]]:
    """(name, a version that a record names, or "") of all packages that npm's records speak of, in no order."""
    connection = sqlite3.connect(intel / "osv" / "npm.sqlite")
    names = [name for (name,) in connection.execute("select distinct name from affected where family = 'npm'")]
    connection.close()
    random.Random(3).shuffle(names)
    with intel_store.open_store(intel, now=datetime.now(UTC)) as known:
        hits = known.affected([Identity("npm", name) for name in names])
    return [(who.name, next((v for hit in found for v in hit.affected.versions), "")) for who, found in hits.items()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("intel", type=Path)
    parser.add_argument("--repos", type=int, default=1000)
    parser.add_argument("--packages", type=int, default=1000)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args(arguments)
    folder, server = postgres.scratch(), None
    try:
        if options.postgres:
            found, user = postgres.binaries(), postgres.user()
            assert found is not None
            assert user is not None
            server = postgres.Server(folder, found, user, durable=True)
        world = Real(options.packages, options.intel)
        with open_store(str(folder / "fleet.sqlite") if server is None else server.database()) as store:
            ids = [
                store.add(f"https://git.example.invalid/{number}", kind="git", now=START).id
                for number in range(options.repos)
            ]
            for number, id_ in enumerate(ids):
                _record(store, id_, world.lock(number))
            stored = store.statistics()
            print(f"{stored.held:,} held, {stored.components:,} versions, {len(world.known):,} names with records")
            print(f"memory before: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
            for wanted in (Wanted(), Wanted(malicious=False)):
                wall, cpu = time.monotonic(), time.process_time()
                past = advisories.rematch(
                    store, options.intel, wanted, now=datetime.now(UTC), environ={}, home=Path("/nonexistent")
                )
                kind = "malicious" if wanted.malicious else "every kind"
                print(
                    f"{kind}: {past.names:,} names, {past.records:,} records,"
                    f" {len(past.advised):,} sightings, {time.monotonic() - wall:.1f} s wall,"
                    f" {time.process_time() - cpu:.1f} s CPU of ours"
                )
            print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
