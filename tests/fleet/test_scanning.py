"""Whole nights as processes of their own, on both databases: two at once, and one that is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scanner.fleet.store import Store
from scanner.fleet.store.values import Question
from scanner.model.finding import State
from tests.conftest import ROOT
from tests.factories import NOW
from tests.fleet.conftest import on_sqlite
from tests.targets.repositories import Git
from tests.warm import Warm

_COUNT = 6


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """Each with a compromised package and one of its own."""
    folder = tmp_path_factory.mktemp("repositories")
    for number in range(_COUNT):
        packages = {"axios": "1.14.1", "left": f"1.0.{number}"}
        found = {f"node_modules/{name}": {"version": version} for name, version in packages.items()}
        lock = {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}} | found}
        Git(folder / f"r{number}").commit_files("1", {"package-lock.json": json.dumps(lock)})
    return sorted(folder.iterdir())


@pytest.fixture
def environ(
    where: str, store: Store, repositories: Sequence[Path], tmp_path: Path, campaigns: Path
) -> Mapping[str, str]:
    """Of a person with a fleet of them."""
    for one in repositories:
        store.add(str(one), kind="git", now=NOW)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONUNBUFFERED": "1",
        "PRATIQUE_FLEET": where,
        "PRATIQUE_INTEL_DIR": str(campaigns),
    }


def fleet(environ: Mapping[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scanner.cli", "fleet", *words],
        cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[str, int]:
    out, _ = process.communicate(timeout=60)
    return out, process.returncode


def whole(store: Store) -> None:
    """Every target was recorded once, its finding came once, and nobody holds anything."""
    targets = store.targets()
    assert [target.leased for target in targets] == [None] * _COUNT
    assert [len(store.snapshots(target.id)) for target in targets] == [1] * _COUNT
    found = store.findings(Question(state=State.CERTAIN))
    assert [one.target for one in found] == [target.id for target in targets]
    assert store.statistics().spans == _COUNT
    assert len(store.events()) == len({(one.target, one.finding) for one in store.events()})
    assert len(store.sightings("npm", "left")) == _COUNT


def test_two_scans_at_once_on_one_store(environ: Mapping[str, str], store: Store, warm: Warm) -> None:
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda _: warm("fleet", "scan", "--all", environ=environ), range(2)))
    assert [ran.status for ran in told] == [1, 1], told
    whole(store)


def test_killed_in_the_middle_nothing_is_lost_and_nothing_twice(
    environ: Mapping[str, str], store: Store, warm: Warm
) -> None:
    for lines in (0, 1, 3):
        scan = fleet(environ, "scan", "--all")
        assert scan.stdout is not None
        told = [scan.stdout.readline() for _ in range(lines)]
        assert all("compromised" in line for line in told), told
        time.sleep(0.0 if lines else 0.5)
        os.killpg(scan.pid, signal.SIGKILL)  # the workers, too
        scan.communicate()
    ran = warm("fleet", "scan", "--all", environ=environ)
    assert (ran.status, "held" in ran.out, "failed" in ran.out) == (1, False, False), ran
    whole(store)


@on_sqlite
def test_interrupted_it_gives_its_leases_back(environ: Mapping[str, str], store: Store) -> None:
    scan = fleet(environ, "scan", "--all", "--jobs", "1")
    assert scan.stdout is not None
    scan.stdout.readline()
    os.kill(scan.pid, signal.SIGINT)
    _, status = ended(scan)
    assert status == 130
    assert [target.leased for target in store.targets()] == [None] * _COUNT
