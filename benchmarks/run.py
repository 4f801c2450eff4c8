"""What a scan costs, as ratios to a bare program that reads the same file: prints, and judges nothing.

    python -m benchmarks.run [--feed FOLDER] [--runs N]

FOLDER holds an npm feed in the OSV bucket's layout. Without one a small feed of our own is made, and the table says so.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from benchmarks import inputs

PRATIQUE = [sys.executable, "-m", "scanner.cli"]


def cpu(command: list[str], runs: int) -> tuple[float, float]:
    """(median seconds of user and system CPU, largest resident megabytes) of whole processes."""
    # An installed package has its byte code beside it: a checkout must be allowed to write its own.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds, memory = [], 0.0
    for _ in range(runs):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ)
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
        seconds.append(used.ru_utime + used.ru_stime)
        memory = max(memory, used.ru_maxrss / 1024)
    return statistics.median(seconds), memory


def small_feed(folder: Path, records: int = 20_000) -> str:
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
    return f"a small feed of our own, {records:,} records"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feed", type=Path)
    options.add_argument("--runs", type=int, default=5)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        feed, said = given.feed, f"the feed in {given.feed}"
        if feed is None:
            feed = scratch / "feed"
            said = small_feed(feed)
        intel = scratch / "intel"
        sync, sync_memory = cpu([*PRATIQUE, "intel", "sync", "--from", str(feed), "--intel-dir", str(intel)], 1)
        database = intel / "osv" / "npm.sqlite"
        size = database.stat().st_size / 1e6
        print(f"Feed: {said}. Python {sys.version.split()[0]}; CPU seconds, median of {given.runs} runs.")
        print(f"{'sync from disk':<34}{sync:8.2f} s  {sync_memory:6.0f} MB   database {size:.0f} MB")
        version, _ = cpu([*PRATIQUE, "--version"], given.runs)
        print(f"{'--version':<34}{version:8.3f} s")
        known = inputs.names(database, 10_000)
        for title, file, data, floor in (
            ("package-lock.json, 10,000", "package-lock.json", inputs.package_lock(known), True),
            ("CycloneDX, 10,000", "bom.json", inputs.cyclonedx(known), True),
            ("SPDX 2.3, 10,000", "spdx.json", inputs.spdx(known), True),
            ("pnpm-lock.yaml, 5,000", "pnpm-lock.yaml", inputs.pnpm_lock(known[::2]), False),
            ("yarn.lock, 5,000", "yarn.lock", inputs.yarn_lock(known[::2]), False),
        ):
            path = scratch / file
            path.write_bytes(data)
            scan = [*PRATIQUE, "scan", str(path), "--format", "json", "--intel-dir", str(intel)]
            cpu(scan, 1)  # compiles the campaigns, warms the page cache
            seconds, memory = cpu(scan, given.runs)
            row = f"{title + f' ({len(data) / 1e6:.1f} MB)':<34}{seconds:8.2f} s  {memory:6.0f} MB"
            if floor:
                bare, _ = cpu([sys.executable, "-m", "benchmarks.floor", str(path), str(database)], given.runs)
                row += f"   {seconds / bare:.1f} times the bare {bare:.2f} s"
            print(row)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
