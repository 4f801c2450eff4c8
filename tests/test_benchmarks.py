"""The benchmarks run, say what they measured on, and refuse to time a scan that read nothing. Nothing is timed here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import inputs, run

ROOT = Path(__file__).parents[1]


def test_a_tiny_run_prints_a_line_for_each_input_with_its_ratios() -> None:
    command = [sys.executable, "-m", "benchmarks.run", "--packages", "100", "--records", "200", "--runs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    head, table = done.stdout.split("\n\n")
    assert "made up for this run, 200 records" in head
    lines = table.splitlines()
    assert "finds" in lines[0]
    rows = dict(zip([item.title for item in inputs.INPUTS], lines[1:], strict=True))
    for item in inputs.INPUTS:
        row = rows[item.title]
        assert row.startswith(item.title)
        assert len(re.findall(r"[0-9.]+ × [0-9.]+ s", row)) == (3 if item.bare else 0)
    # Two of the hundred names are on record, at versions that are affected.
    assert re.search(r" 100 +0\.\d MB +[12] ", rows["package-lock.json"])


def test_a_synthetic_feed_is_called_synthetic(tmp_path: Path) -> None:
    assert "SYNTHETIC" not in run.described(tmp_path, 7)
    (tmp_path / "SYNTHETIC.txt").touch()
    assert "SYNTHETIC" in run.described(tmp_path, 7)


def test_what_was_not_read_is_not_timed(tmp_path: Path) -> None:
    broken = tmp_path / "pnpm-lock.yaml"
    broken.write_text(
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      @a/b:\n        version: 1.0.0\n"
    )
    with pytest.raises(SystemExit):
        run.checked(broken, 1, tmp_path)


def test_inputs_are_the_same_every_time_and_every_dependency_is_there() -> None:
    known = [f"@s/name-{number}" if number % 2 else f"name-{number}" for number in range(60)]
    packages = inputs.tree(known)
    assert packages == inputs.tree(known)
    assert {package.name for package in packages} == set(known)
    assert all(0 <= need < len(packages) for package in packages for need in package.needs)
