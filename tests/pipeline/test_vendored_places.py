"""`[code] vendored`: code in a folder that only the policy names is judged, on a scan and on a change."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from scanner.codescan import engine
from scanner.errors import EngineError
from scanner.model.finding import FindingClass, Severity
from scanner.model.report import Report
from scanner.pipeline import policed, scan
from scanner.pipeline.base import scan_base
from scanner.pipeline.scan import Settings
from tests.pipeline.pull_requests import EVIL, FETCH, TINY, manifest
from tests.targets.repositories import Git

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
PLACE = "libs/parts/tiny"
POLICY = '[code]\nvendored = ["libs/parts"]\n'


@pytest.fixture(scope="module", autouse=True)
def _engine() -> None:
    try:
        engine.find(os.environ)
    except EngineError:
        pytest.skip("semgrep is not here: pip install 'pratique[code]'")


@pytest.fixture
def under(db: Path, tmp_path: Path) -> Settings:
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    return Settings(intel_directory=db, now=lambda: NOW, environ=environ, home=tmp_path / "nowhere")


def told(report: Report) -> list[tuple[str, str]]:
    classes = (FindingClass.SUSPICIOUS_CHANGE, FindingClass.INTEGRITY)
    found = [one for one in report.findings if one.class_ in classes and one.severity >= Severity.MEDIUM]
    return [(one.class_, one.title.partition(":")[0]) for one in found]


@pytest.mark.parametrize(("policy", "expected"), [("", []), (POLICY, [("integrity", PLACE)])])
def test_on_a_change(tmp_path: Path, under: Settings, policy: str, expected: list[tuple[str, str]]) -> None:
    git = Git(tmp_path / "project")
    place: dict[str, str | bytes | None] = {f"{PLACE}/index.js": TINY, f"{PLACE}/package.json": manifest("tiny")}
    git.commit_files("before", {"pratique.toml": policy, **place})
    git("checkout", "--quiet", "-b", "change")
    git.commit_files("after", {f"{PLACE}/index.js": EVIL})
    report = scan_base(git.root, "main", under)
    assert told(report) == expected
    assert (report.exit_code == 1) is bool(expected)
    inside = scan_base(git.root / "libs", "main", under)  # as the policy at the root names it
    assert told(inside) == [(what, where.removeprefix("libs/")) for what, where in expected]


@pytest.mark.parametrize("named", [False, True])
def test_on_a_scan(tmp_path: Path, under: Settings, named: bool) -> None:
    folder = tmp_path / "shop"
    (folder / PLACE).mkdir(parents=True)
    (folder / PLACE / "index.js").write_text(FETCH)
    (folder / PLACE / "package.json").write_text(manifest("tiny", scripts={"postinstall": "node index.js"}))
    (folder / "policy.toml").write_text(POLICY)
    if named:
        under = msgspec.structs.replace(under, policy=policed.given(folder / "policy.toml", NOW))
    report = scan.scan([folder], under)
    assert [where for _, where in told(report)] == ([PLACE] if named else [])
    assert (report.coverage.code is not None and report.coverage.code.whole == (PLACE,)) is named
