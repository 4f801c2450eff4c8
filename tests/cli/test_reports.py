"""The formats for pull requests and CI, of a real change, through the command: one scan writes them all."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scanner.reports import markdown
from tests.cli.conftest import Run
from tests.cli.test_imports import HEAVY, imported
from tests.targets.repositories import Git

NAMES = ("sarif", "sarif-github", "markdown", "step-summary", "github-annotations", "junit", "csv")
LOCK = "package-lock.json"
EVIL = "axios 1.14.1 is a compromised release"


def lock(version: str) -> str:
    packages = {"": {"name": "app", "dependencies": {"axios": "^1"}}, "node_modules/axios": {"version": version}}
    return json.dumps({"name": "app", "lockfileVersion": 3, "packages": packages}, indent=1)


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A branch that updates to a release that was taken over."""
    git = Git(tmp_path / "project")
    git.commit_files("before", {LOCK: lock("1.13.0")})
    git("checkout", "--quiet", "-b", "change")
    git.commit_files("after", {LOCK: lock("1.14.1")})
    return git.root


def test_one_scan_writes_them_all(run: Run, change: Path, tmp_path: Path) -> None:
    places = {name: tmp_path / name for name in NAMES}
    wanted = [part for name, place in places.items() for part in ("--format", f"{name}={place}")]
    assert run("scan", change, "--base", "main", *wanted).status == 1
    said = {name: place.read_text("utf-8") for name, place in places.items()}
    assert all(EVIL in text for text in said.values())
    assert said["markdown"].startswith(markdown.MARK)
    assert "| updated: **compromise** | `axios` | `1.13.0` | `1.14.1` |" in said["markdown"]
    assert f"::error file={LOCK},title={EVIL}" in said["github-annotations"]
    (result,) = json.loads(said["sarif-github"])["runs"][0]["results"]
    assert (result["level"], result["baselineState"]) == ("error", "new")
    place = result["locations"][0]["physicalLocation"]
    named = lock("1.14.1").splitlines()[place["region"]["startLine"] - 1]
    assert (place["artifactLocation"]["uri"], "node_modules/axios" in named) == (LOCK, True)
    assert len(ET.fromstring(said["junit"]).findall(".//failure")) == 1
    (row,) = csv.DictReader(said["csv"].splitlines())
    assert (row["purl"], row["closes_gate"], row["standing"]) == ("pkg:npm/axios@1.14.1", "yes", "introduced")


def test_what_the_change_removed_is_in_sarif_but_not_in_githubs(run: Run, tmp_path: Path) -> None:
    git = Git(tmp_path / "project")
    git.commit_files("before", {LOCK: lock("1.14.1")})
    git("checkout", "--quiet", "-b", "change")
    git.commit_files("after", {LOCK: lock("1.13.0")})
    states = {}
    for name in ("sarif", "sarif-github"):
        body = json.loads(run("scan", git.root, "--base", "main", "--format", name).out)
        states[name] = [one["baselineState"] for one in body["runs"][0]["results"] if one["level"] == "error"]
    assert states == {"sarif": ["absent"], "sarif-github": []}


def test_a_comparison_of_two_folders_too(run: Run, tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text("print(1)\n")
    ran = run("diff", tmp_path / "old", tmp_path / "new", "--format", "sarif")
    assert (ran.status, json.loads(ran.out)["runs"][0]["results"]) == (0, [])


def test_nothing_heavy_is_imported_for_any(world: Mapping[str, str], tmp_path: Path) -> None:
    wanted = [part for name in NAMES for part in ("--format", f"{name}={tmp_path / name}")]
    assert imported(world, "scan", "sbom_examples/webshop.cdx.json", *wanted) & HEAVY == set()
    assert {path.name for path in tmp_path.iterdir()} == set(NAMES)
