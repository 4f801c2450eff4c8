"""What the fleet's store costs: SYNTHETIC inventories of many repositories over many nights.

    python -m benchmarks.fleet_store [--repos 1000] [--packages 1000] [--nights 10] [--only sqlite|postgres]
                                     [--folder DIR]

Packages overlap: 85 in 100 by a power law over 200,000 names, the others evenly; four versions of each. Every target
has a lock of its own; each night 2 % of the locks change three packages, and every repository gets a new commit. An
observation is one package in one repository on one night. Locks that stay the same are spans: REPOS * PACKAGES * NIGHTS
observations are about REPOS * PACKAGES rows of `held`, and one small row of `snapshot` for each repository and night.

PostgreSQL is one of the benchmark's own (installed binaries), with fsync on; SQLite writes with synchronous=full.

Exit status 1 where a figure is missed. Rates are held against seconds of CPU, PostgreSQL's included: wall time says
little where others use the machine as well, and is printed with the load.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from scanner.fleet.store import Store, open_store
from scanner.fleet.store.values import Covered, Held, Recorded, Snapshot
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.component import Component, Location
from scanner.model.purl import Purl
from tests.fleet import postgres

NAMES = 200_000
INDICATORS = 10_000
BATCH = 100
START = datetime(2026, 1, 1, tzinfo=UTC)
CHANGED = 0.02
INGESTED = 20_000
"""Observations of a first night, at least, for each second of CPU."""
SNAPSHOT = 1_000
"""Bytes of a snapshot whose locks are stored already, at most."""
ANSWERED = 10.0
"""Seconds for ten thousand indicators against everything ever seen, at most."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, ask, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repos", type=int, default=1000)
    parser.add_argument("--packages", type=int, default=1000)
    parser.add_argument("--nights", type=int, default=10)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args(arguments)
    print(f"SYNTHETIC: {options.repos:,} repositories x {options.packages:,} packages x {options.nights} nights")
    missed: list[str] = []
    for kind in ("sqlite", "postgres") if options.only is None else (options.only,):
        folder = postgres.scratch() if options.folder is None else options.folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        server: postgres.Server | None = None
        try:
            if kind == "postgres":
                found, user = postgres.binaries(), postgres.user()
                if found is None or user is None:
                    print("postgres: not installed here")
                    continue
                server = postgres.Server(folder, found, user, durable=True)
            where = str(folder / "fleet.sqlite") if server is None else server.database()
            with open_store(where) as store:
                missed += measure(kind, store, options.repos, options.packages, options.nights, _cpu_of(server))
        finally:
            if server is not None:
                server.stop()
            shutil.rmtree(folder, ignore_errors=True)
    for one in missed:
        print(f"MISSED: {one}")
    return 1 if missed else 0


def _cpu_of(server: postgres.Server | None) -> Callable[[], float]:
    """Seconds of CPU of this process, and of PostgreSQL's where it is one."""
    return time.process_time if server is None else lambda: time.process_time() + server.cpu()


class _Clock:
    """Wall time and CPU: the wall says little on a machine that others use as well."""

    def __init__(self, cpu: Callable[[], float]) -> None:
        self._of = cpu
        self._wall, self._cpu = time.monotonic(), cpu()

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s wall, {self.cpu:.2f} s CPU, load {os.getloadavg()[0]:.1f}"

    @property
    def cpu(self) -> float:
        return self._of() - self._cpu

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._wall


def measure(kind: str, store: Store, repos: int, packages: int, nights: int, cpu: Callable[[], float]) -> list[str]:
    """All figures of one database; those that were missed."""
    world = World(packages)
    targets = [store.add(f"https://git.example.invalid/{number}", kind="git", now=START).id for number in range(repos)]
    locks = [world.lock(number) for number in range(repos)]
    clock = _Clock(cpu)
    _record(store, [(target, lock.held()) for target, lock in zip(targets, locks, strict=True)], 0)
    rate, by_cpu = repos * packages / clock.seconds, repos * packages / clock.cpu
    print(
        f"{kind}: first night, {repos * packages:,} components: {clock};"
        f" {rate:,.0f} a second, {by_cpu:,.0f} a CPU second"
    )
    stored = store.statistics()
    print(f"{kind}: {stored.components:,} distinct components, {stored.held:,} held, {stored.bytes / 1e6:,.0f} MB,"
          f" {stored.bytes / stored.held:.0f} bytes a held component")  # fmt: skip
    grown = _unchanged(kind, store, targets, locks, cpu)
    clock = _Clock(cpu)
    for night in range(2, nights):
        held = []
        for number, target in enumerate(targets):
            same = world.chance.random() >= CHANGED
            if not same:
                locks[number] = world.changed(locks[number])
            held.append((target, locks[number].held(known=same)))
        _record(store, held, night)
    print(f"{kind}: {max(nights - 2, 0)} more nights, {CHANGED:.0%} of the locks changed in each: {clock}")
    store.vacuum()
    stored = store.statistics()
    observations = repos * packages * nights
    print(f"{kind}: {observations:,} observations in {stored.held:,} held, {stored.spans:,} spans,"
          f" {stored.snapshots:,} snapshots; {stored.bytes / 1e6:,.0f} MB")  # fmt: skip
    indicators = world.indicators()
    best = 1e9
    for _ in range(3):
        clock = _Clock(cpu)
        hits = store.retro_match(indicators)
        best = min(best, clock.seconds)
    print(f"{kind}: {len(indicators):,} indicators: {len(hits):,} sightings"
          f" in {len({one.sighting.target for one in hits}):,} targets, {best:.2f} s, {clock}")  # fmt: skip
    clock = _Clock(cpu)
    seen = store.sightings("npm", "package-150000")
    print(f"{kind}: who had one rare package: {len(seen)} sightings, {1000 * clock.seconds:.1f} ms")
    print(f"{kind}: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB of memory")
    figures = {
        f"{by_cpu:,.0f} observations a CPU second": by_cpu >= INGESTED,
        f"{grown:.0f} bytes for an unchanged snapshot": grown < SNAPSHOT,
        f"{best:.2f} s for a retro-match": best < ANSWERED,
    }
    return [f"{kind}: {what}" for what, held_ in figures.items() if not held_]


def _unchanged(
    kind: str, store: Store, targets: Sequence[int], locks: Sequence[Lock], cpu: Callable[[], float]
) -> float:
    """A second night, a new commit in each repository and no lock changed: what does a snapshot take?"""
    store.vacuum()
    before = store.statistics().bytes
    clock = _Clock(cpu)
    _record(store, [(target, lock.held(known=True)) for target, lock in zip(targets, locks, strict=True)], 1)
    said = str(clock)
    store.vacuum()
    grown = (store.statistics().bytes - before) / len(targets)
    print(f"{kind}: a night without a change: {grown:.0f} bytes a snapshot; {said}")
    return grown


def _record(store: Store, held: Sequence[tuple[int, Held]], night: int) -> None:
    """One night, in transactions of a hundred targets."""
    now = START + timedelta(days=night)
    for begin in range(0, len(held), BATCH):
        results = []
        for target, source in held[begin : begin + BATCH]:
            lease = store.lease(target, "benchmark", until=now + timedelta(hours=1), now=now)
            assert lease is not None
            results.append((lease, _snapshot(source, f"{target * 1000 + night:040x}", night, now)))
        assert all(isinstance(one, Recorded) for one in store.record_all(results))


def _snapshot(source: Held, revision: str, night: int, now: datetime) -> Snapshot:
    return Snapshot(
        revision=revision,
        taken=now,
        tool="1.0",
        intelligence=hashlib.sha256(str(night).encode()).hexdigest(),
        sources=(source,),
        findings=(),
        coverage=Covered(complete=True, read=1000, checked=1000),
    )


class Lock(NamedTuple):
    components: tuple[Component, ...]
    content: bytes

    @classmethod
    def of(cls, components: tuple[Component, ...]) -> Lock:
        return cls(components, hashlib.sha256(repr([str(one.purl) for one in components]).encode()).digest())

    def held(self, *, known: bool = False) -> Held:
        """As a source; `known`: as a worker hands it over that asked the store first."""
        components = None if known else self.components
        return Held(path="package-lock.json", content=self.content, reader="npm-package-lock/1", components=components)


class World:
    """Packages, and who uses them."""

    def __init__(self, packages: int) -> None:
        self.chance = random.Random(1)
        self._packages = packages
        self._made: dict[tuple[int, int], Component] = {}

    def lock(self, number: int) -> Lock:
        chance = random.Random(number)
        names: set[int] = set()
        while len(names) < self._packages:
            names.add(self._name(chance))
        return Lock.of(tuple(self._component(name, chance.randrange(4)) for name in sorted(names)))

    def changed(self, lock: Lock) -> Lock:
        new = list(lock.components)
        for _ in range(3):
            new[self.chance.randrange(len(new))] = self._component(self._name(self.chance), self.chance.randrange(4))
        return Lock.of(tuple(new))

    @staticmethod
    def _name(chance: random.Random) -> int:
        return min(int(NAMES ** chance.random()), NAMES - 1) if chance.random() < 0.85 else chance.randrange(NAMES)

    def _component(self, name: int, minor: int) -> Component:
        found = self._made.get((name, minor))
        if found is None:
            title, version = f"package-{name}", f"1.{minor}.{name % 10}"
            found = self._made[name, minor] = Component(
                name=title,
                version=version,
                purl=Purl("npm", None, title, version),
                location=Location("package-lock.json"),
                digests=("sha512-" + _base64(f"{title}@{version}"),),
                source_url=f"https://registry.example.invalid/{title}/-/{title}-{version}.tgz",
            )
        return found

    def indicators(self) -> tuple[Indicator, ...]:
        """Seven in ten name packages (versions, ranges), others digests, domains, addresses.

        One in a hundred is of a package that many use, half of the others are of one that nobody has.
        """
        chance = random.Random(7)
        return tuple(self._indicator(chance, number) for number in range(INDICATORS))

    def _indicator(self, chance: random.Random, number: int) -> Indicator:
        name = self._name(chance) if number % 100 == 0 else chance.randrange(2 * NAMES)
        version = f"1.{chance.randrange(4)}.{name % 10}"
        kind = number % 10
        values: tuple[IndicatorType, str, dict[str, object]]
        if kind < 5:
            values = (IndicatorType.PACKAGE, f"pkg:npm/package-{name}", {"versions": (version,)})
        elif kind < 7:
            values = (IndicatorType.PACKAGE, f"pkg:npm/package-{name}", {"versions": (), "range": "1.1.0..<1.2.0"})
        elif kind == 7:
            raw = hashlib.sha512(f"package-{name}@{version}".encode()).hexdigest()
            values = (IndicatorType.DIGEST, f"sha512:{raw}", {"algorithm": "sha512"})
        elif kind == 8:
            values = (IndicatorType.DOMAIN, f"evil-{number}.example.invalid", {})
        else:
            address = f"https://registry.example.invalid/package-{name}"
            values = (IndicatorType.URL, address, {})
        type_, value, further = values
        return Indicator(type=type_, value=value, campaign="synthetic", **further)  # type: ignore[arg-type]  # each of its own type


def _base64(text: str) -> str:
    import base64

    return base64.b64encode(hashlib.sha512(text.encode()).digest()).decode()


if __name__ == "__main__":
    sys.exit(main())
