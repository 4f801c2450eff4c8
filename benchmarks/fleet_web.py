"""What a page of the fleet costs where there is much: SYNTHETIC findings and packages.

    python -m benchmarks.fleet_web [--findings 100000] [--targets 1000] [--only sqlite|postgres] [--folder DIR]

Each question is asked of the store, and of the REST API through the real server, five times; told is the least, by the
clock and of CPU. Nine findings in ten are vulnerabilities, of the others each compromise belongs to a campaign; one in
ten is gone; names of packages are 100,000.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from scanner.fleet.store import Store, open_store
from scanner.fleet.store.summaries import Order
from scanner.fleet.store.values import Covered, Held, Question, Snapshot
from scanner.model.campaign import Campaign
from scanner.model.component import Component, Location
from scanner.model.finding import Claim, Finding, FindingClass, Severity, State
from scanner.model.purl import Purl
from tests.fleet import postgres
from tests.web import running

NAMES = 100_000
PACKAGES = 300
_PAGES = "page of /"
START = datetime(2026, 11, 1, tzinfo=UTC)
_OTHERS = (FindingClass.COMPROMISE, FindingClass.SUSPICIOUS_CHANGE, FindingClass.INTEGRITY, FindingClass.HYGIENE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--targets", type=int, default=1000)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args(arguments)
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
                server = postgres.Server(folder, found, user)
            where = str(folder / "fleet.sqlite") if server is None else server.database()
            with open_store(where) as store:
                begin = time.monotonic()
                fill(store, options.targets, options.findings)
                print(f"{kind}: {options.findings:,} findings filled in {time.monotonic() - begin:.0f} s")
                meter = Meter(kind, time.process_time if server is None else _with(server))
                of_store(meter, store)
            of_api(meter, where, folder)
        finally:
            if server is not None:
                server.stop()
            shutil.rmtree(folder, ignore_errors=True)


def of_store(meter: Meter, store: Store) -> None:
    """The questions behind the pages."""
    pages = {
        "first page": Question(near_misses=False),
        "compromises": Question(class_=FindingClass.COMPROMISE, near_misses=False),
        "by owner": Question(owner="team-7"),
        "by label": Question(label="label-3"),
        "by campaign": Question(campaign="campaign-3"),
        "gone": Question(open=False),
        "text, frequent": Question(text="package-7"),
        "text, rare": Question(text="package-77777@"),
        "text, nowhere": Question(text="no such thing"),
    }
    for name, question in pages.items():
        meter.best(name, lambda asked=question: len(store.findings_page(asked).findings))  # type: ignore[misc]  # mypy infers no type for a default
        meter.best(f"{name}: count", lambda asked=question: store.count(asked))  # type: ignore[misc]  # mypy infers no type for a default
    meter.best("newest", lambda: len(store.findings_page(Question(), order=Order.NEWEST).findings))
    last = store.findings_page(Question(), limit=40_000).next
    meter.best("page 800", lambda: len(store.findings_page(Question(), after=last).findings))
    meter.best("campaigns", lambda: len(store.campaigns()))
    meter.best("one campaign", lambda: len(store.campaign("campaign-3").exposures))
    meter.best("packages, frequent", lambda: len(store.packages("package-7").packages))
    meter.best("packages, rare", lambda: len(store.packages("77777").packages))
    meter.best("packages, nowhere", lambda: len(store.packages("nowhere").packages))
    meter.best("freshness", lambda: store.freshness(now=START).targets)
    meter.best("trend", lambda: len(store.trend(now=START + timedelta(days=3))))
    meter.best("stands", lambda: len(store.stands(now=START + timedelta(days=3))))
    meter.best("statistics", lambda: store.statistics().targets)


def of_api(meter: Meter, where: str, folder: Path) -> None:
    """The same through the real server, from a client of this machine."""
    with running.running(folder, store=where, requests=1_000_000) as server:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {server.token('benchmark')}"
        for path in (
            "/overview",
            "/findings",
            "/findings?class=compromise&severity=high",
            "/findings?owner=team-7&label=label-7",
            "/findings?text=package-77777@",
            "/findings?order=newest&stands=all&limit=200",
            "/targets?limit=100",
            "/campaigns",
            "/campaigns/campaign-3",
            "/components?q=package-7777",
            "/components/who?purl=package-7",
            "/findings.csv",
            _PAGES,
            f"{_PAGES}targets?verdict=clear",
            f"{_PAGES}findings?q=package-7",
        ):

            def ask(path: str = path) -> int:
                where = path.removeprefix("page of ") if path.startswith(_PAGES) else f"/api/v1{path}"
                answer = session.get(f"{server.url}{where}", timeout=120)
                answer.raise_for_status()
                return len(answer.content)

            meter.best(f"GET {path}, bytes", ask)


class Meter:
    """Asks five times, and tells the least: by the clock, and of CPU, which others on the machine do not change."""

    def __init__(self, kind: str, cpu: Callable[[], float]) -> None:
        self._kind, self._cpu = kind, cpu

    def best(self, name: str, ask: Callable[[], int]) -> None:
        wall = cpu = 1e9
        answer = 0
        for _ in range(5):
            begin, used = time.perf_counter(), self._cpu()
            answer = ask()
            wall, cpu = min(wall, time.perf_counter() - begin), min(cpu, self._cpu() - used)
        print(f"{self._kind}: {name}: {answer:,} in {1000 * wall:.1f} ms, {1000 * cpu:.1f} ms CPU", flush=True)


def _with(server: postgres.Server) -> Callable[[], float]:
    """CPU of this process and of PostgreSQL's, in steps of 10 ms."""
    return lambda: time.process_time() + server.cpu()


def fill(store: Store, targets: int, findings: int) -> None:
    """Two nights: what a target has on the first, less a tenth on the second."""
    chance = random.Random(1)
    each = findings // targets
    ids = [
        store.add(f"https://git.example.invalid/{n}", kind="git", now=START, owner=f"team-{n % 20}",
                  labels=(f"label-{n % 10}",)).id
        for n in range(targets)
    ]  # fmt: skip
    for begin in range(0, targets, 100):
        chunk = ids[begin : begin + 100]
        made = {id_: (_held(id_, chance), [_finding(id_, n, chance) for n in range(each)]) for id_ in chunk}
        for night in range(2):
            now = START + timedelta(days=night)
            batch = []
            for id_, (held, found) in made.items():
                lease = store.lease(id_, "benchmark", until=now + timedelta(hours=1), now=now)
                assert lease is not None
                batch.append((lease, _snapshot(id_, night, now, held, found[: each - night * each // 10])))
            store.record_all(batch)
    store.vacuum()


def _snapshot(target: int, night: int, now: datetime, held: Held, found: Sequence[Finding]) -> Snapshot:
    return Snapshot(
        revision=f"{target * 1000 + night:040x}",
        taken=now,
        tool="1.0",
        intelligence=str(night),
        sources=(held,),
        findings=tuple(found),
        coverage=Covered(complete=target % 3 > 0, read=PACKAGES, checked=PACKAGES),
    )


def _component(name: int, minor: int) -> Component:
    title, version = f"package-{name}", f"1.{minor}.0"
    return Component(
        name=title, version=version, purl=Purl("npm", None, title, version), location=Location("package-lock.json")
    )


def _held(target: int, chance: random.Random) -> Held:
    # Every name is somewhere; half of what a target has, many have.
    numbers = {(target * PACKAGES // 2 + n) % NAMES for n in range(PACKAGES // 2)}
    numbers |= {int(NAMES ** chance.random()) - 1 for _ in range(PACKAGES // 2)}
    content = hashlib.sha256(str(target).encode()).digest()
    components = tuple(_component(number, chance.randrange(4)) for number in sorted(numbers))
    return Held(path="package-lock.json", content=content, reader="npm/1", components=components)


def _finding(target: int, number: int, chance: random.Random) -> Finding:
    component = _component(chance.randrange(NAMES), chance.randrange(4))
    class_ = FindingClass.VULNERABILITY if chance.random() < 0.9 else chance.choice(_OTHERS)
    campaign = None
    if class_ is FindingClass.COMPROMISE:
        id_ = f"campaign-{chance.randrange(20)}"
        campaign = Campaign(id=id_, name=id_, summary="synthetic", references=())
    return Finding(
        id=hashlib.sha256(f"{target}/{number}".encode()).hexdigest()[:32],
        class_=class_,
        state=chance.choice(tuple(State)),
        severity=chance.choice(tuple(Severity)),
        title=f"{component.name} {component.version} is bad in a way that takes a sentence to say",
        reason="this very version is in the affected range of the advisory",
        component=component,
        claims=(Claim(feed="osv/npm", record=f"GHSA-{number}"),),
        campaign=campaign,
        what_to_do="update it",
    )


if __name__ == "__main__":
    main()
