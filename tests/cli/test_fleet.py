"""`pratique fleet` as a process of its own: many targets, hostile and broken ones among them, killed in the middle."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, command
from tests.cli.test_imports import imported
from tests.conftest import ROOT
from tests.targets.repositories import Git
from tests.warm import Ran


def lock(**packages: str) -> str:
    found = {f"node_modules/{name}": {"version": version} for name, version in packages.items()}
    return json.dumps({"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}} | found})


class Fleet:
    """The commands on a store of a test's own, with a fresh npm feed."""

    def __init__(self, run: Run, folder: Path, intel: Path) -> None:
        self._run = run
        self.environ = {
            "PRATIQUE_FLEET": str(folder / "fleet.sqlite"),
            "PRATIQUE_INTEL_DIR": str(intel),
            "PRATIQUE_CACHE_DIR": str(folder / "copies"),
        }
        self.file = folder / "fleet.sqlite"

    def __call__(self, *words: str | Path) -> Ran:
        return self._run("fleet", *words, environ=self.environ)

    def run(self, *words: str | Path) -> Ran:
        return self._run(*words, environ=self.environ)

    def json(self, *words: str | Path) -> dict[str, list[dict[str, object]]]:
        found: dict[str, list[dict[str, object]]] = json.loads(self(*words, "--format", "json").out)
        return found


@pytest.fixture
def fleet(run: Run, tmp_path: Path, synced: Path) -> Fleet:
    return Fleet(run, tmp_path, synced)


def repository(folder: Path, **packages: str) -> Git:
    git = Git(folder)
    git.commit_files("1", {"package-lock.json": lock(**packages)})
    return git


def test_from_nothing_to_a_night(fleet: Fleet, tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", left="1.0.0")
    repository(tmp_path / "api", left="1.0.1")
    listed = tmp_path / "repositories.txt"
    listed.write_text(f"# ours\n{tmp_path / 'shop'}\n\nfile://{tmp_path / 'api'}\n")
    assert fleet("add", "--from-file", listed, "--label", "web", "--owner", "team").status == 0
    targets = fleet.json("list", "--label", "web")["targets"]
    assert [(one["kind"], one["owner"], one["labels"], one["every_hours"]) for one in targets] == [
        ("git", "team", ["web"], 20.0)
    ] * 2
    first = fleet("scan")
    assert (first.status, first.err) == (0, "")
    assert first.out.splitlines()[-1] == "2 targets: 2 read, 2 clear"
    assert fleet("scan").err == "nothing is due\n"
    shop.commit_files("2", {"package-lock.json": lock(left="1.0.0", axios="1.14.1")})
    bad = fleet("scan", "--all")
    assert (bad.status, bad.out.splitlines()[-1]) == (1, "2 targets: 1 read, 1 unchanged, 1 compromised, 1 clear") or (
        bad.out.splitlines()[-1] == "2 targets: 1 unchanged, 1 read, 1 clear, 1 compromised"
    )
    assert f"compromised read       {tmp_path / 'shop'}: 1 new" in bad.out
    assert fleet("scan", "shop").status == 1  # it is still there
    assert fleet("scan", "owner:team", "--due").status == 2

    (found,) = fleet.json("findings", "--class", "compromise")["findings"]
    assert (found["path"], found["owner"], found["gone"], found["state"]) == (
        "package-lock.json",
        "team",
        None,
        "certain",
    )
    (row,) = csv.DictReader(io.StringIO(fleet("findings", "--format", "csv").out))
    assert row["title"] == found["title"]
    assert fleet("findings", "--gone").out.endswith("0 findings\n")
    stands = fleet.json("status")["targets"]
    assert [(one["verdict"], one["open_findings"]) for one in stands] == [("compromised", 1), ("clear", 0)]
    who = fleet.json("who", "axios")["sightings"]
    assert [(one["address"], one["version"], one["gone"]) for one in who] == [(str(tmp_path / "shop"), "1.14.1", None)]

    ioc = tmp_path / "ioc.txt"
    ioc.write_text("left@1.0.1\n")
    hunted = fleet("hunt", ioc, "--ecosystem", "npm")
    assert (hunted.status, str(tmp_path / "api") in hunted.out, str(tmp_path / "shop") in hunted.out) == (
        1,
        True,
        False,
    )
    again = fleet("rematch")
    assert (again.status, "axios-unc1069-2026-03" in again.out) == (1, True)

    assert "would forget: 1 " in fleet("remove", "shop", "--dry-run").out
    assert "forgotten: 1 " in fleet("remove", "shop").out
    assert [one["address"] for one in fleet.json("list")["targets"]] == [str(tmp_path / "api")]


def test_one_bad_target_stops_no_other(fleet: Fleet, tmp_path: Path) -> None:
    repository(tmp_path / "good", left="1.0.0")
    Git(tmp_path / "empty")
    gone = repository(tmp_path / "gone", left="1.0.0")
    broken = repository(tmp_path / "broken", left="1.0.0")
    assert fleet("add", *(tmp_path / name for name in ("empty", "gone", "broken", "good"))).status == 0
    shutil.rmtree(gone.root)
    shutil.rmtree(broken.root / ".git" / "objects")
    ran = fleet("scan", "--jobs", "2")
    assert ran.status == 3
    assert sum(line.startswith("failed") for line in ran.out.splitlines()) == 3
    assert f"clear       read       {tmp_path / 'good'}" in ran.out
    # They are left alone for a time, and not forgotten.
    assert fleet("scan").err == "nothing is due\n"
    assert [one["failures"] for one in fleet.json("status")["targets"]] == [1, 1, 1, 0]
    assert fleet("scan", "--all").status == 3


def test_a_hostile_repository_changes_nothing(fleet: Fleet, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    script.chmod(0o755)
    git = Git(tmp_path / "hostile")
    git.commit_files(
        "1",
        {
            "package-lock.json": lock(axios="1.14.1"),
            ".gitattributes": "* filter=evil diff=evil merge=evil export-subst\n",
            ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch\n\tupdate = !touch\n',
            "pnpm-lock.yaml": b"a" * 70_000_000,
            "a\x1b[31m/package-lock.json": lock(left="1.0.0"),
            "pratique.toml": "[tool.pratique]\n",
        },
    )
    git("update-index", "--add", "--cacheinfo", f"160000,{git.head()},x")
    git("commit", "--quiet", "--message", "a submodule")
    (git.root / "yarn.lock").symlink_to("/etc/passwd")
    git("add", "yarn.lock")
    git("commit", "--quiet", "--message", "a link")
    for name in ("core.fsmonitor", "core.sshCommand", "core.pager", "filter.evil.smudge", "filter.evil.clean",
                 "diff.evil.textconv", "uploadpack.packObjectsHook", "core.alternateRefsCommand"):  # fmt: skip
        git("config", name, str(script))
    git("config", "core.hooksPath", str(tmp_path / "hooks"))
    for folder in (tmp_path / "hooks", git.root / ".git/hooks"):
        folder.mkdir(exist_ok=True)
        for hook in (
            "post-checkout",
            "reference-transaction",
            "pre-auto-gc",
            "fsmonitor-watchman",
            "post-index-change",
        ):
            shutil.copy(script, folder / hook)
    before = sorted((str(path), path.lstat().st_mtime_ns) for path in git.root.rglob("*"))
    fleet("add", f"file://{git.root}")
    ran = fleet("scan")
    assert (ran.status, ran.out.splitlines()[-1]) == (1, "1 target: 1 read, 1 compromised")
    assert not marker.exists()
    assert sorted((str(path), path.lstat().st_mtime_ns) for path in git.root.rglob("*")) == before
    who = fleet("who", "left")
    assert "\x1b" not in who.out
    assert "a\\x1b[31m/package-lock.json" in who.out
    connection = sqlite3.connect(fleet.file)
    told = json.loads(connection.execute("select body from coverage").fetchone()[0])["problems"]
    connection.close()
    assert {"pnpm-lock.yaml", "yarn.lock", "x"} <= {problem["where"] for problem in told}
    assert any("components only" in problem["what"] for problem in told)


def test_a_target_that_kills_its_process_is_told(
    fleet: Fleet, run: Run, world: Mapping[str, str], tmp_path: Path
) -> None:
    for name in ("one", "deadly", "two"):
        repository(tmp_path / name, left="1.0.0")
    fleet("add", *(tmp_path / name for name in ("one", "deadly", "two")))
    kill = "import os\nfrom scanner.pipeline.fleet import sources\nwhole = sources.of_commit\n"
    kill += "def of_commit(repository, *rest):\n"
    kill += "    if repository.layout.root.name == 'deadly': os.kill(os.getpid(), 9)\n"
    kill += "    return whole(repository, *rest)\nsources.of_commit = of_commit\n"
    kill += "from scanner.cli import main\nmain()\n"
    ended = subprocess.run(
        [*command()[:1], "-c", kill, "fleet", "scan", "--jobs", "1"], cwd=ROOT, env={**world, **fleet.environ},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout.count("clear       read")) == (3, 2), ended
    assert "deadly: the process that looked at it was ended by signal 9" in ended.stdout
    assert fleet.json("status")["targets"][1]["failures"] == 1


def test_usage(fleet: Fleet, tmp_path: Path) -> None:
    repository(tmp_path / "good", left="1.0.0")
    for words, says in (
        (("add",), "no address is given"),
        (("add", tmp_path / "good", "/nowhere"), "there is no such file or folder"),
        (("add", "--from-file", tmp_path / "none"), "no list of addresses"),
        (("scan", "1"), "there is no target 1"),
        (("remove", "label:x"), "no target is meant by 'label:x'"),
        (("hunt", "/nowhere"), "there is no such list"),
        (("who", "pkg:x"), "pkg:x"),
        (("findings", "--open", "--gone"), "exclude each other"),
        (("list", "--store", "/dev/null/x"), "/dev/null/x"),
    ):
        ran = fleet(*words)
        assert (ran.status in (2, 3), says in ran.err, "Traceback" in ran.err) == (True, True, False), (words, ran)
    assert fleet.json("list")["targets"] == []  # nothing was added where one address was wrong


def test_nothing_heavy_is_imported(fleet: Fleet, world: Mapping[str, str], tmp_path: Path) -> None:
    repository(tmp_path / "good", left="1.0.0")
    environ = {**world, **fleet.environ}
    imported(environ, "fleet", "add", tmp_path / "good")
    assert imported(environ, "fleet", "scan") & {"psycopg", "requests", "semgrep", "yaml", "asyncio"} == set()
    assert "multiprocessing" not in imported(environ, "scan", tmp_path / "good")


def test_who_had_it_before_it_was_known_is_found_by_the_scan_that_comes_next(fleet: Fleet, tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", left="1.0.0", right="2.0.0")
    assert fleet("add", tmp_path / "shop", "--owner", "team").status == 0
    assert fleet("scan").status == 0
    shop.commit_files("2", {"package-lock.json": lock(right="2.0.0")})
    assert fleet("scan", "--all").status == 0
    ioc = tmp_path / "later.txt"
    ioc.write_text("left@1.0.0\n")
    intel = shutil.copytree(fleet.environ["PRATIQUE_INTEL_DIR"], tmp_path / "intel")
    fleet.environ["PRATIQUE_INTEL_DIR"] = str(intel)
    imported_ = fleet.run("intel", "import", ioc, "--as-campaign", "later", "--ecosystem", "npm")
    assert imported_.status == 0, imported_.err
    assert fleet("scan", "shop").out.endswith("1 clear\n")  # one target alone asks nothing
    known = fleet("scan", "--due")
    assert (known.status, known.err) == (1, "nothing is due\n"), known.out
    assert known.out == "exposed     past       later: 1 target had it before it was known, 1 for certain\n"
    assert fleet("findings", "--gone").out.endswith("0 findings\n")
    told: Any = fleet.json("status")["exposures"]
    assert (told["targets"], told["records"], told["newest"]["id"], told["newest"]["source"]) == (1, 1, "later", "list")
    shown = fleet("status").out
    assert "exposed before it was known: 1 target, by 1 record; newest: later on 20" in shown
    again = fleet("scan", "--all")
    assert (again.status, "exposed" in again.out) == (0, False)
