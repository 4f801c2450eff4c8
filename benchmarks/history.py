"""What `scan --history` costs: a generated repository, 10,000 commits with a lock of 5,000 packages.

    python -m benchmarks.history [VERSIONS]

Every 10,000 / VERSIONS-th commit (1,000 versions unless told otherwise) raises three packages of the lock; every commit
changes some source file; a hundred commits hold a bad version. Packing the repository takes longer than looking at it.
"""

from __future__ import annotations

import base64
import hashlib
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from scanner.pipeline.history import scan_history
from scanner.pipeline.scan import Settings

COMMITS, PACKAGES = 10_000, 5_000


def main(arguments: Sequence[str]) -> None:
    """Generate, look, print."""
    versions = int(arguments[0]) if arguments else 1_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "repository"
        generate(root, COMMITS // versions)
        settings = Settings(intel_directory=Path(folder) / "intel")
        begin, cpu = time.monotonic(), time.process_time()
        report = scan_history(root, "all", settings)
        wall, cpu = time.monotonic() - begin, time.process_time() - cpu
    assert report.history is not None
    (exposure,) = report.history.exposures
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{report.history.commits:,} commits, {report.history.versions:,} versions of {PACKAGES:,} packages")
    print(f"exposed in {exposure.commits} commits, told in {len(exposure.events)} steps")
    print(f"{cpu:.1f} s CPU of ours ({1000 * cpu / report.history.versions:.0f} ms a version), {wall:.1f} s in all")
    print(f"{children.ru_utime + children.ru_stime:.1f} s CPU of git, packing included; {memory} MB")


def generate(root: Path, every: int) -> None:
    """A repository by `git fast-import`, the same each time."""
    chance = random.Random(1)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(root)], check=True)
    importing = subprocess.Popen(["git", "fast-import", "--quiet", "--done"], cwd=root, stdin=subprocess.PIPE)
    assert importing.stdin is not None
    out = importing.stdin
    numbers = [1] * PACKAGES
    entries = [_entry(number, 1) for number in range(PACKAGES)]
    bad = range(6_000, 6_100)
    for commit in range(COMMITS):
        when = 1_735_689_600 + commit * 3_000
        out.write(f"commit refs/heads/main\ncommitter Ada <ada@example.invalid> {when} +0000\ndata 4\nwork\n".encode())
        if commit % every == 0 or commit in (bad.start, bad.stop):
            for _ in range(3):
                package = chance.randrange(PACKAGES)
                numbers[package] += 1
                entries[package] = _entry(package, numbers[package])
            extra = ['"node_modules/axios": {"version": "1.14.1"}'] if commit in bad else []
            lock = '{"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app"},\n'
            _file(out, "package-lock.json", lock + ",\n".join(entries + extra) + "\n}}\n")
        _file(out, f"src/f{commit % 500}.js", f"{commit}\n")
    out.write(b"done\n")
    out.close()
    assert importing.wait() == 0
    subprocess.run(["git", "repack", "-adq"], cwd=root, check=True)


def _file(out: IO[bytes], path: str, text: str) -> None:
    data = text.encode()
    out.write(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")


def _entry(package: int, number: int) -> str:
    name, digest = f"pkg-{package}", base64.b64encode(hashlib.sha512(f"{package}.{number}".encode()).digest()).decode()
    needs = ", ".join(f'"pkg-{(package * 7 + step) % PACKAGES}": "^1.0.0"' for step in range(2))
    return (
        f'"node_modules/{name}": {{\n  "version": "1.{number}.0",\n'
        f'  "resolved": "https://registry.invalid/{name}/-/{name}-1.{number}.0.tgz",\n'
        f'  "integrity": "sha512-{digest}",\n  "dependencies": {{{needs}}}\n}}'
    )


if __name__ == "__main__":
    main(sys.argv[1:])
