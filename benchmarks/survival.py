"""Does the intelligence directory survive being killed? Every writer of it, ended by SIGKILL at random moments.

    python -m benchmarks.survival [--kills 50] [--seed N]

A process of its own changes everything that can be changed, over and over; this one reads meanwhile, kills it, checks
every file, and starts it again. Ends with 1 at the first damage.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from scanner.intel import files, withdrawals
from scanner.intel.store import open_store
from scanner.model.ecosystem import Identity
from scanner.model.withdrawal import Withdrawal
from scanner.pipeline import added, bundles, collection, exploitation
from scanner.pipeline import sync as job
from scanner.pipeline.sync import FeedResult

RECORDS = 1_500
WANTED = [Identity("npm", f"bad-{n}") for n in range(0, RECORDS, 10)]
_CAMPAIGN = """
id = "survival"
name = "survival {number}"
kind = "unattributed"
summary = "s"
what_to_do = "w"
[[reference]]
id = "r"
url = "https://example.invalid/r"
[indicators]
domains = [{{ value = "survival.invalid", refs = ["r"] }}]
"""


class Outcome(NamedTuple):
    """What a run showed."""

    kills: int
    steps: Counter[str]
    """How often each writer got through."""
    interrupted: Counter[str]
    """What was being done at each kill."""
    reads: int
    slowest: float
    """Seconds of the slowest reading, while the other process wrote."""


def lay_out(root: Path) -> None:
    """What upstream has: a bucket, a repository, KEV, EPSS, a list."""
    npm = root / "bucket" / "npm"
    npm.mkdir(parents=True)
    rows = []
    with zipfile.ZipFile(npm / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(RECORDS):
            id_ = f"MAL-2026-{number}"
            text = json.dumps(_record(id_, f"bad-{number}"))
            archive.writestr(f"{id_}.json", text)
            (npm / f"{id_}.json").write_text(text)
            rows.append(f"2026-11-01T00:00:00Z,{id_}")
    (npm / "modified_id.csv").write_text("\n".join(rows) + "\n")
    (root / "bucket" / "ecosystems.txt").write_text("npm\n")
    for number in range(200):
        folder = root / "repository" / "osv" / "malicious" / "npm" / f"worse-{number}"
        folder.mkdir(parents=True)
        (folder / "MAL.json").write_text(json.dumps(_record(f"MAL-2027-{number}", f"worse-{number}")))


def _record(id_: str, name: str) -> dict[str, object]:
    affected = [{"package": {"ecosystem": "npm", "name": name}, "versions": ["1.0.0"]}]
    return {"id": id_, "modified": "2026-11-01T00:00:00Z", "details": "text " * 50, "affected": affected}


def writers(root: Path, db: Path) -> dict[str, Callable[[int], None]]:
    """Every way of changing an intelligence directory. Each takes a number, and writes something else for another."""

    def now() -> datetime:
        return datetime.now(UTC)

    def bucket(number: int) -> None:
        listing = root / "bucket" / "npm" / "modified_id.csv"
        lines = listing.read_text().splitlines()
        # Another time for one id is a change: by turns applied alone and read whole.
        lines[0] = f"2026-11-02T00:00:00.{number:06d}Z," + lines[0].partition(",")[2]
        _replace(listing, "\n".join(lines) + "\n")
        job.WHOLE_AFTER = timedelta(days=7 if number % 2 else -7)
        _check(job.sync(job.open_bucket(str(root / "bucket")), ["npm"], db, now=now(), notify=lambda _: None))

    def repository(number: int) -> None:
        _replace(
            root / "repository" / "osv" / "malicious" / "npm" / "worse-0" / "MAL.json",
            json.dumps(_record("MAL-2027-0", "worse-0") | {"summary": str(number)}),
        )
        _check(collection.sync(str(root / "repository"), db, name="ossf", now=now(), notify=lambda _: None))

    def kev(number: int) -> None:
        entries = [{"cveID": f"CVE-2026-{1000 + n}", "dateAdded": "2026-01-01"} for n in range(500 + number % 7)]
        _replace(root / "kev.json", json.dumps({"dateReleased": "2026-11-01", "vulnerabilities": entries}))
        _check(iter([exploitation.sync("kev", str(root / "kev.json"), db, now=now(), notify=lambda _: None)]))

    def epss(number: int) -> None:
        lines = [f"CVE-2026-{1000 + n},0.5,0.5" for n in range(5_000 + number % 7)]
        _replace(root / "epss.csv", "\n".join(["cve,epss,percentile", *lines]))
        _check(iter([exploitation.sync("epss", str(root / "epss.csv"), db, now=now(), notify=lambda _: None)]))

    def bundle(number: int) -> None:
        path = root / "bundle.tgz"
        if number < 2 or not path.exists():
            bundles.export(path, db, now=now())
        bundles.import_(path, db, now=now(), force=True)

    def listed(number: int) -> None:
        path = root / "list.toml"
        path.write_text(_CAMPAIGN.format(number=number))
        added.store(added.read(path, "survival")[0], db, source="survival", now=now())

    def withdrawn(number: int) -> None:
        made = date(2026, 11, 29)
        one = Withdrawal(id=f"MAL-2026-{number}", reason="r", expires=made, made=made)
        withdrawals.change(db, lambda all_: (*all_[-20:], one))

    return {"bucket": bucket, "repository": repository, "kev": kev, "epss": epss, "list": listed,
            "withdrawal": withdrawn, "bundle": bundle}  # fmt: skip


def _replace(path: Path, text: str) -> None:
    """Upstream's files change whole, too."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def _check(results: Iterator[FeedResult]) -> None:
    for result in results:
        if result.error is not None:
            raise result.error


def intact(db: Path) -> None:
    """Check every file with SQLite's own eyes, and that everything is still known. Raises `AssertionError`."""
    for relative, path in files.present(db):
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), path
        files.describe(path, relative)
    withdrawals.load(db)
    read(db)


def read(db: Path) -> float:
    """Look everything up as a scan does, and say how long it took."""
    started = time.monotonic()
    now = datetime.now(UTC)
    with open_store(db, now=now) as store, added.opened(db, now=now, max_age=7) as lists:
        assert len(store.affected(WANTED)) == len(WANTED)
        assert {state.status for state in (*store.feeds(), *lists.states)} == {"fresh"}
    return time.monotonic() - started


def run(root: Path, *, kills: int, seed: int) -> Outcome:
    """Kill `kills` times, and check after each. `root` is an empty folder."""
    db = root / "db"
    lay_out(root)
    ways = writers(root, db)
    for write in ways.values():
        write(0)
    chance = random.Random(seed)
    steps: Counter[str] = Counter()
    interrupted: Counter[str] = Counter()
    reads, slowest = 0, 0.0
    for kill in range(kills):
        # Each life begins with another writer, so that all are met however slow the machine is.
        command = [sys.executable, "-m", "benchmarks.survival", "--write", str(root), "--from", str(kill)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            end = time.monotonic() + chance.uniform(0.0, 0.4)
            while time.monotonic() < end:
                slowest = max(slowest, read(db))
                reads += 1
            process.send_signal(signal.SIGKILL)
            said = process.stdout.read().split()
        done, doing = (said[:-1], said[-1]) if said and said[-1].startswith("+") else (said, "")
        steps.update(word for word in done if not word.startswith("+"))
        interrupted[doing.removeprefix("+")] += 1
        intact(db)
    for write in ways.values():
        write(1)
    intact(db)
    left = [path for path in db.rglob(".*") if path.is_file() and not path.name.endswith(".lock")]
    assert not left, left
    return Outcome(kills, steps, interrupted, reads, slowest)


def _write(root: Path, first: int) -> None:
    ways = writers(root, root / "db")
    names = list(ways)
    print("ready", flush=True)
    for number in count(first):
        name = names[number % len(names)]
        print(f"+{name}", flush=True)
        ways[name](number + 2)
        print(name, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--from", dest="first", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write is not None:
        _write(arguments.write, arguments.first)
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), kills=arguments.kills, seed=arguments.seed)
    print(f"{outcome.kills} kills, every file whole each time")
    print(
        "interrupted  " + ", ".join(f"{name or 'between two'} {times}" for name, times in outcome.interrupted.items())
    )
    print("completed    " + ", ".join(f"{name} {times}" for name, times in outcome.steps.items()))
    print(f"read         {outcome.reads} times meanwhile, the slowest in {outcome.slowest * 1000:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
