"""The database in the cache of a repository: named by its digest, thrown away where it is not what its name says."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.intel import build, publish
from tests.ci.runner import ACTION, Runner
from tests.conftest import ROOT
from tests.factories import advisory
from tests.targets.repositories import Git

SKIP = ("Install pratique", "Scan", "Verdict")
NAME = "Bring the intelligence database up to date"


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """A copy of the OSV bucket that is out of reach."""
    return tmp_path / "no-bucket"


@pytest.fixture
def runner(tmp_path: Path, git: Git, intel: Path, bucket: Path) -> Runner:
    runner = Runner(tmp_path, git.root, intel)
    shutil.copytree(intel, runner.temp / "pratique-intel")
    return runner


def test_a_young_database_is_not_fetched_again(runner: Runner, bucket: Path) -> None:
    job = runner("push", {}, skip=SKIP, intel_dir="", intel_from=str(bucket))
    assert job.ran == [NAME]
    assert "intel sync ended with" not in job.log
    assert job.outputs["intel"]["key"] == runner("push", {}, skip=SKIP, intel_dir="").outputs["intel"]["key"]


def test_a_database_that_is_not_what_its_key_says_is_thrown_away(runner: Runner, bucket: Path) -> None:
    restored = {"PRATIQUE_RESTORED": "pratique-intel-1-0000"}
    job = runner("push", {}, environ=restored, skip=SKIP, intel_dir="", intel_from=str(bucket))
    assert "not what its key says" in job.log
    assert not list((runner.temp / "pratique-intel").rglob("*.sqlite"))
    # fetching failed: the scan says so, not this step
    assert job.status == 0
    assert "intel sync ended with" in job.log


def test_one_that_is_what_its_key_says_stays(runner: Runner) -> None:
    key = runner("push", {}, skip=SKIP, intel_dir="").outputs["intel"]["key"]
    job = runner("push", {}, environ={"PRATIQUE_RESTORED": key}, skip=SKIP, intel_dir="")
    assert job.outputs["intel"]["key"] == key
    assert "anew" not in job.log


def test_an_old_one_is_brought_up_to_date(runner: Runner, bucket: Path) -> None:
    path = runner.temp / "pratique-intel" / "osv" / "npm.sqlite"
    with publish.writing(path):
        then = datetime.now(UTC) - timedelta(hours=13)
        build.build(path, [advisory("MAL-2026-1", "evil")], build.Facts(family="npm", source="tests", fetched=then))
    job = runner("push", {}, skip=SKIP, intel_dir="", intel_from=str(bucket), ecosystems="npm\nGitHub Actions\n")
    assert "intel sync ended with" in job.log
    assert path.exists()


def test_a_database_of_ones_own_is_neither_fetched_nor_cached(runner: Runner) -> None:
    assert runner("push", {}, skip=SKIP).ran == []
    cached = [step for step in ACTION["runs"]["steps"] if "actions/cache/" in step.get("uses", "")]
    assert len(cached) == 2
    assert all("inputs.intel-dir == ''" in step["if"] for step in cached)


@pytest.mark.network
def test_what_we_need_is_installed_by_digest(tmp_path: Path) -> None:
    (tmp_path / "venv.py").write_text("open('sprung', 'w').close()\n")
    (tmp_path / "pip.py").write_text("open('sprung', 'w').close()\n")
    done = subprocess.run(["bash", ROOT / "ci" / "install.sh", "here"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = subprocess.run([tmp_path / "here" / "bin" / "pratique", "--version"], cwd=tmp_path, capture_output=True)
    assert told.stdout.startswith(b"pratique")
    assert not list(tmp_path.rglob("sprung"))
