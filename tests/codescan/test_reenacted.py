"""Attacks that are known are told for what they are.

`reenacted/<case>/old` and `new` are the two sides of a small change, and `case.toml` names the stories of which one
must be told, as high or critical. They have the shape of what was published, and nothing in them works: hosts end in
`.invalid`, addresses and keys are made up.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from scanner.codescan import engine, stories
from scanner.errors import EngineError
from scanner.model.finding import Finding, Severity
from scanner.pipeline.diff import Settings, change
from tests.codescan.trees import Files
from tests.conftest import ROOT

CASES = sorted(path.parent for path in (Path(__file__).parent / "reenacted").glob("*/case.toml"))
TITLES = {
    story.id: story.title
    for story in stories.parse((ROOT / "rules" / "code" / "stories.toml").read_bytes(), where="stories.toml")
}


@pytest.fixture(scope="session")
def semgrep() -> Path:
    try:
        return engine.find(os.environ)
    except EngineError as error:
        pytest.skip(f"{error}: rules are not run")


def side(folder: Path) -> Files:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return Files({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


def judged(old: Files, new: Files, semgrep: Path) -> tuple[Finding, ...]:
    found = change(old, new, Settings(environ={"PRATIQUE_SEMGREP": str(semgrep)}))
    assert [problem for problem in found.problems if not problem.harmless] == []
    return found.findings


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_known_attack_is_told(semgrep: Path, case: Path) -> None:
    wanted = {TITLES[id_] for id_ in tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))["stories"]}
    findings = judged(side(case / "old"), side(case / "new"), semgrep)
    told = {finding.title.partition(": ")[2] for finding in findings if finding.severity >= Severity.HIGH}
    assert told & wanted, f"told instead: {told}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_stood_there_before_is_not_told_again(semgrep: Path, case: Path) -> None:
    new = side(case / "new")
    assert judged(new, new, semgrep) == ()
