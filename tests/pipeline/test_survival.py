"""The intelligence directory under force: killed writers, a full disk, several at once, and readers all along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import survival
from scanner.intel.store import open_store
from scanner.model.ecosystem import Identity

ROOT = Path(survival.__file__).resolve().parent.parent


def test_killed_at_any_moment_every_file_is_whole(tmp_path: Path) -> None:
    """The short version of `python -m benchmarks.survival`, which kills fifty times."""
    outcome = survival.run(tmp_path, kills=10, seed=7)
    assert outcome.reads > 20
    # Readers never wait: not for a lock, nor for a file that is being written.
    assert outcome.slowest < 2
    assert sum(times for name, times in outcome.interrupted.items() if name) >= 5
    assert len(outcome.steps) >= 4


_FULL = """
import json, os, shutil, subprocess, sys
from pathlib import Path
from benchmarks import survival
from scanner.errors import PratiqueError
root, disk = map(Path, sys.argv[1:])
db = disk / "db"
survival.lay_out(root)
here = root / "here"
for write in survival.writers(root, here).values():
    write(0)
used = sum(path.stat().st_size for path in here.rglob("*.sqlite"))
# Room for what there is, and for a quarter of it besides.
subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used * 5 // 4 + 200_000}", "tmpfs", str(disk)], check=True)
shutil.copytree(here, db)
said = {}
with (disk / "filler").open("wb", buffering=0) as filler:
    try:
        while True:
            filler.write(bytes(4096))
    except OSError:
        pass
ways = survival.writers(root, db)
for name in ("bucket", "bucket", "repository", "kev", "epss", "list", "bundle", "withdrawal"):
    try:
        ways[name](len(said) + 2)
        said[name] = "written"
    except PratiqueError as error:
        said[name] = str(error)
    survival.intact(db)
left = [path.name for path in db.rglob(".*.tmp")]
(disk / "filler").unlink()
for name in ("kev", "list", "withdrawal"):
    ways[name](9)
survival.intact(db)
print(json.dumps({"said": said, "left": left}))
"""


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    """A real file system of a few megabytes, mounted where nobody else sees it. (RLIMIT_FSIZE: see test_sync.)"""
    if os.geteuid() or subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system takes root and mount namespaces")
    disk = tmp_path / "disk"
    disk.mkdir()
    (tmp_path / "root").mkdir()
    ran = subprocess.run(
        ["unshare", "--mount", sys.executable, "-c", _FULL, tmp_path / "root", disk],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    outcome = json.loads(ran.stdout)
    assert outcome["left"] == []
    assert set(outcome["said"]) == {"bucket", "repository", "kev", "epss", "list", "bundle", "withdrawal"}
    for name, said in outcome["said"].items():
        assert "cannot be written" in said or "No space left" in said, (name, said)


def test_several_at_once_wait_for_each_other(tmp_path: Path) -> None:
    survival.lay_out(tmp_path)
    db = tmp_path / "db"
    command = [sys.executable, "-m", "scanner.cli", "intel", "sync"]
    command += ["--from", str(tmp_path / "bucket"), "--intel-dir", str(db)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(4)]
    began = time.monotonic()
    while any(process.poll() is None for process in running):
        with open_store(db, now=datetime.now(UTC)) as store:
            known = store.affected([Identity("npm", "bad-1")])
            assert not store.feeds() or known  # all of it or nothing
        assert time.monotonic() - began < 60
        time.sleep(0.01)
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert sum("nothing new" in text for text in said) == 3
    survival.intact(db)
