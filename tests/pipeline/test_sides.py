"""pratique diff: what is known of a change beside what its code can do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.codescan import engine
from scanner.errors import EngineError
from scanner.model.finding import FindingClass, Standing
from scanner.model.report import Report
from scanner.pipeline import sides
from tests.targets.repositories import Git

Look = Callable[[dict[str, str], dict[str, str]], Report]
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.fixture
def look(db: Path, tmp_path: Path) -> Look:
    def run(before: dict[str, str], after: dict[str, str]) -> Report:
        for name, files in (("old", before), ("new", after)):
            for path, text in files.items():
                place = tmp_path / name / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)
        settings = sides.Settings(intel_directory=db, now=lambda: NOW, environ=os.environ, home=tmp_path / "nowhere")
        return sides.judge(str(tmp_path / "old"), str(tmp_path / "new"), settings)

    return run


def manifest(**dependencies: str) -> str:
    return json.dumps({"name": "tiny", "version": "1.0.0", "dependencies": dependencies}, indent=1)


def told(report: Report) -> list[tuple[str, Standing | None]]:
    return [
        (one.title.partition(" is")[0], one.standing)
        for one in report.findings
        if one.class_ is FindingClass.COMPROMISE
    ]


def test_a_new_dependency_that_is_known_to_be_malicious(look: Look) -> None:
    report = look(
        {"package.json": manifest(ms="2.1.3")}, {"package.json": manifest(ms="2.1.3", **{"plain-crypto-js": "4.2.1"})}
    )
    assert ("plain-crypto-js 4.2.1", Standing.INTRODUCED) in told(report)
    assert report.exit_code == 1


def test_what_both_sides_depend_on_is_nothing_new(look: Look) -> None:
    bad = {"package.json": manifest(**{"plain-crypto-js": "4.2.1"}), "a.js": "1;\n"}
    report = look(bad, bad | {"package.json": manifest(**{"plain-crypto-js": "4.2.1", "ms": "2.1.3"})})
    assert [standing for _, standing in told(report)] == [Standing.STILL]


def test_an_address_of_a_campaign_in_a_file_that_changes(look: Look) -> None:
    address = "sfr" + "clak.com"
    report = look({"a.js": "1;\n"}, {"a.js": f"fetch('https://{address}/1');\n"})
    (found,) = [one for one in report.findings if one.class_ is FindingClass.COMPROMISE]
    assert found.evidence[0].location.path == "a.js"
    assert found.standing is Standing.INTRODUCED
    assert report.coverage.files_searched == 1


def test_a_feed_that_was_never_synchronised_is_no_gap(look: Look) -> None:
    try:
        engine.find(os.environ)
    except EngineError as error:
        pytest.skip(f"{error}: without it there is a gap")
    report = look({"package.json": manifest(ms="2.1.3")}, {"package.json": manifest(ms="2.1.3", nanoid="5.1.5")})
    assert [feed.status for feed in report.coverage.feeds] == ["embedded"]
    assert [problem.what for problem in report.coverage.problems] == []
    assert report.exit_code == 0


def test_a_name_a_letter_beside_a_popular_one(look: Look) -> None:
    report = look({"package.json": manifest()}, {"package.json": manifest(expresss="1.0.0")})
    assert any("almost like express" in one.title for one in report.findings)


def test_a_submodule_that_moves_is_a_loss(db: Path, tmp_path: Path) -> None:
    git = Git(tmp_path / "repository")
    first = git.commit_files("one", {"README": "x"})
    for commit in (first, "1" * 40):
        git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/lib")
        git("commit", "--quiet", "--message", commit)
    settings = sides.Settings(
        intel_directory=db, now=lambda: NOW, environ=os.environ, home=tmp_path, repository=git.root
    )
    report = sides.judge("HEAD~1", "HEAD", settings)
    assert [one.where for one in report.coverage.problems if one.what.startswith("a submodule")] == ["vendor/lib"]
    assert report.exit_code == 3
    same = sides.judge("HEAD", "HEAD", settings)
    assert not any(one.what.startswith("a submodule") for one in same.coverage.problems)
