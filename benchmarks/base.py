"""What `scan --base` costs without code: five packages of a lock of 10,000 change, and nine other locks do not.

    python -m benchmarks.base

Beside it what git needs to hand out the two blobs. Importing pratique is part of the figure: a check starts anew each
time.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PACKAGES, CHANGED, LOCKS, RUNS = 10_000, 5, 10, 5


def main() -> None:
    """Generate, compare several times, print the best."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "repository"
        _generate(root)
        intel = str(Path(folder) / "intel")
        command = str(Path(sys.executable).with_name("pratique"))
        scan = [command, "scan", str(root), "--base", "main", "--no-code", "--format", "json", "--intel-dir", intel]
        blobs = [
            subprocess.check_output(["git", "rev-parse", f"{commit}:0/package-lock.json"], cwd=root, text=True)
            for commit in ("main", "change")
        ]
        _cpu(scan)  # compiles the campaigns
        ours = min(_cpu(scan)[0] for _ in range(RUNS))
        git = min(_cpu(["git", "cat-file", "--batch"], root, "".join(blobs).encode())[0] for _ in range(RUNS))
        report = json.loads(_cpu(scan)[1])
    comparison = report["comparison"]
    assert len(comparison["components"]) == CHANGED, comparison["components"]
    assert comparison["sources_unchanged"] == LOCKS - 1
    print(
        f"{CHANGED} of {PACKAGES:,} packages in one of {LOCKS} locks: {ours:.2f} s CPU with git's; {git:.3f} s of git"
    )
    print(f"for the two blobs alone; {comparison['sources_unchanged']} locks not read, exit {report['exit']['code']}")


def _generate(root: Path) -> None:
    def lock(raised: int) -> str:
        packages: dict[str, object] = {"": {"name": "app", "version": "1.0.0"}}
        for number in range(PACKAGES):
            version = "1.0.1" if number < raised else "1.0.0"
            packages[f"node_modules/package-{number}"] = {
                "version": version, "integrity": f"sha512-{number:085d}{version[-1]}==",
            }  # fmt: skip
        return json.dumps({"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}, indent=2)

    root.mkdir()
    _git(root, "init", "--quiet", "--initial-branch=main")
    for number in range(LOCKS):
        (root / str(number)).mkdir()
        (root / str(number) / "package-lock.json").write_text(lock(0))
    _commit(root, "before")
    _git(root, "checkout", "--quiet", "-b", "change")
    (root / "0" / "package-lock.json").write_text(lock(CHANGED))
    _commit(root, "after")


def _commit(root: Path, message: str) -> None:
    _git(root, "add", "--all")
    _git(root, "-c", "user.name=A", "-c", "user.email=a@example.invalid", "commit", "--quiet", "--message", message)


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True)


def _cpu(words: Sequence[str], folder: Path | None = None, feed: bytes = b"") -> tuple[float, bytes]:
    """CPU of a process and its children, and what it wrote."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(words, cwd=folder, input=feed, env=environ, stdout=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


if __name__ == "__main__":
    main()
