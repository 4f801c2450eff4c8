"""What a scan costs, as ratios to a bare program that reads the same file: prints, and judges nothing.

    python -m benchmarks.run [--feed FOLDER] [--runs N]

FOLDER holds an npm feed in the OSV bucket's layout. Without one a small feed of our own is made, and the table says so.
A scan that did not read everything is not timed: it ends the run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import inputs
from benchmarks.inputs import Input

PRATIQUE = [sys.executable, "-m", "scanner.cli"]


class Cost(NamedTuple):
    """Of one whole process, as the operating system counts it."""

    seconds: float
    """CPU, user and system."""
    megabytes: float
    """Largest resident size."""


def cost(command: Sequence[str], allowed: Sequence[int] = (0,)) -> Cost:
    # An installed package has its byte code beside it: a checkout must be allowed to write its own.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(commands: Sequence[Sequence[str]], runs: int, allowed: Sequence[int]) -> list[list[Cost]]:
    """The costs of each command. They run in turn, so that a machine that slows down slows all of them."""
    costs: list[list[Cost]] = [[] for _ in commands]
    for _ in range(runs):
        for command, own in zip(commands, costs, strict=True):
            own.append(cost(command, allowed))
    return costs


def small_feed(folder: Path, records: int) -> None:
    (folder / "npm").mkdir(parents=True)
    (folder / "ecosystems.txt").write_text("npm\n")
    rows = []
    with zipfile.ZipFile(folder / "npm" / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(records):
            malicious = number % 4 != 0
            id_ = f"{'MAL' if malicious else 'GHSA'}-2026-{number}"
            modified = f"2026-01-{number % 28 + 1:02}T00:00:00Z"
            events = [{"introduced": "0"}] if malicious else [{"introduced": "0"}, {"fixed": "3.0.0"}]
            record = {"id": id_, "modified": modified, "summary": f"Record {number}", "details": "Some text. " * 20,
                      "affected": [{"package": {"ecosystem": "npm", "name": f"known-package-{number}"},
                                    "ranges": [{"type": "SEMVER", "events": events}]}]}  # fmt: skip
            archive.writestr(f"{id_}.json", json.dumps(record))
            rows.append(f"{modified},{id_}")
    (folder / "npm" / "modified_id.csv").write_text("\n".join(sorted(rows, reverse=True)) + "\n")


def described(feed: Path, records: int) -> str:
    """What a reader must know of the feed before believing a figure."""
    synthetic = " of a SYNTHETIC feed (not one is true)" if (feed / "SYNTHETIC.txt").exists() else ""
    return f"{records:,} records{synthetic} in {feed}"


def scan(path: Path, report: Path, intel: Path) -> list[str]:
    return [*PRATIQUE, "scan", str(path), "--format", "json", "--output", str(report), "--intel-dir", str(intel)]


def checked(path: Path, packages: int, intel: Path) -> int:
    """Scan once, which compiles the campaigns and warms the page cache; the number of findings."""
    output = path.with_suffix(".report")
    cost(scan(path, output, intel), allowed=(0, 1))
    report = json.loads(output.read_bytes())
    (file,) = report["coverage"]["files"]
    # The product that an SBOM is about may stand in its list.
    if file["status"] != "read" or not packages <= file["components"] <= packages + 1:
        raise SystemExit(f"{path.name} was not read: {file}")
    return len(report["findings"])


def measured(item: Input, path: Path, packages: int, intel: Path, database: Path, runs: int) -> str:
    findings = checked(path, packages, intel)
    commands = [scan(path, Path(os.devnull), intel)]
    if item.bare:
        bare = [sys.executable, "-m", "benchmarks.floor", str(path), str(database)]
        commands += [bare, [*bare, "--click"], [*bare, "--click", "--whole"]]
    ours, *floors = in_turn(commands, runs, allowed=(0, 1))
    row = (
        f"{item.title:<20}{packages:>8,}{path.stat().st_size / 1e6:>6.1f} MB{findings:>6}"
        f"{statistics.median(one.seconds for one in ours):>9.2f} s{max(one.megabytes for one in ours):>7.0f} MB"
    )
    for floor in floors:
        ratio = statistics.median(one.seconds / base.seconds for one, base in zip(ours, floor, strict=True))
        row += f"{ratio:>7.1f} × {statistics.median(base.seconds for base in floor):.2f} s"
    return row


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feed", type=Path)
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--packages", type=int, default=10_000)
    options.add_argument("--records", type=int, default=20_000, help="of the feed that is made where none is given")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        feed = given.feed
        if feed is None:
            feed = scratch / "feed"
            small_feed(feed, given.records)
        intel = scratch / "intel"
        sync = cost([*PRATIQUE, "intel", "sync", "--from", str(feed), "--intel-dir", str(intel)])
        database = intel / "osv" / "npm.sqlite"
        records = inputs.records(database)
        print(
            f"Feed: {described(given.feed, records)}."
            if given.feed
            else f"Feed: a small one, made up for this run, {records:,} records. Real feeds are ten times as large."
        )
        print(f"Python {sys.version.split()[0]}; CPU seconds of whole processes, median of {given.runs} runs in turn.")
        size = database.stat().st_size / 1e6
        print(f"intel sync from disk {sync.seconds:.2f} s, {sync.megabytes:.0f} MB; database {size:.0f} MB")
        (versions,) = in_turn([[*PRATIQUE, "--version"]], given.runs, allowed=(0,))
        print(f"--version {statistics.median(one.seconds for one in versions):.3f} s")
        print()
        print(
            f"{'':<20}{'packages':>8}{'size':>9}{'finds':>6}{'scan':>11}{'peak':>10}"
            f"{'× bare program':>16}{'with click':>16}{'and all decoded':>16}"
        )
        # By another process: what a child is started from counts as its own memory.
        make = [sys.executable, "-m", "benchmarks.inputs", str(database), str(scratch), str(given.packages)]
        subprocess.run(make, check=True)
        for item in inputs.INPUTS:
            packages = given.packages // item.share
            print(measured(item, scratch / item.file, packages, intel, database, given.runs), flush=True)


if __name__ == "__main__":
    main()
