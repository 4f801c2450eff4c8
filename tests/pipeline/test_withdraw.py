"""Withdrawing on this machine, as a person does it: the command, the file, the scan."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.intel import intel
from scanner.errors import UsageError
from scanner.model.report import Report, Verdict
from scanner.pipeline.scan import Settings, scan
from tests import factories

NOW = datetime.now(UTC)  # the command reads the clock


@pytest.fixture
def db(db: Path) -> Path:
    factories.knowledge(db, [factories.advisory("MAL-1", "bad", aliases=("GHSA-xxxx-yyyy-zzzz",))])
    return db


@pytest.fixture
def target(tmp_path: Path) -> Path:
    lock = {"lockfileVersion": 3, "packages": {"": {"name": "x"}, "node_modules/bad": {"version": "1.0.0"}}}
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / "package-lock.json").write_text(json.dumps(lock))
    return folder


def command(db: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        intel, ["withdraw", *arguments, "--intel-dir", str(db)], standalone_mode=False, catch_exceptions=False
    )
    assert isinstance(result.return_value, int), result.output
    return result.return_value, result.stdout


def scanned(target: Path, db: Path, now: datetime = NOW) -> Report:
    return scan([target], Settings(intel_directory=db, now=lambda: now, max_age=10_000))


def test_a_withdrawn_report_is_suppressed_until_it_ends(db: Path, target: Path) -> None:
    assert scanned(target, db).verdict is Verdict.COMPROMISED
    last = (NOW + timedelta(days=30)).date().isoformat()
    code, out = command(db, "GHSA-xxxx-yyyy-zzzz", "--reason", "mirror\x1b[2J", "--expires", last, "--by", "me")
    assert (code, out) == (
        0, f"GHSA-xxxx-yyyy-zzzz  until {last} by me on {NOW.date()}: mirror\\x1b[2J\n"
    )  # fmt: skip
    assert command(db, "--list") == (0, out)

    report = scanned(target, db)
    (finding,) = report.findings
    assert (report.verdict, report.exit_code) == (Verdict.CLEAR, 0)
    assert finding.suppressed is not None
    assert (finding.suppressed.expires, finding.suppressed.by) == (last, "me")
    assert finding.suppressed.where == str(db / "withdrawals.json")

    later = scanned(target, db, NOW + timedelta(days=31))
    assert (later.verdict, later.findings[0].suppressed) == (Verdict.COMPROMISED, None)
    assert f"ended on {last}" in later.findings[0].reason
    assert [problem.what for problem in later.coverage.problems] == [
        f"the withdrawal of GHSA-xxxx-yyyy-zzzz (mirror\x1b[2J) ended on {last}: a finding counts again"
    ]

    assert command(db, "--undo", "ghsa-xxxx-yyyy-zzzz")[0] == 0
    assert scanned(target, db).verdict is Verdict.COMPROMISED
    assert command(db, "--list") == (0, "")
    with pytest.raises(UsageError, match="is not withdrawn"):
        command(db, "--undo", "MAL-1")


def test_a_new_withdrawal_takes_the_place_of_the_old(db: Path) -> None:
    for days in (1, 2):
        command(db, "MAL-1", "--reason", "r", "--expires", (NOW + timedelta(days=days)).date().isoformat())
    command(db, "MAL-1", "--package", "bad", "--reason", "r", "--expires", (NOW.date()).isoformat())
    assert len(command(db, "--list")[1].splitlines()) == 2
    command(db, "--undo", "MAL-1")
    assert "for bad" in command(db, "--list")[1]


def test_a_file_that_nobody_can_read_sets_nothing_aside(db: Path, target: Path) -> None:
    for text in ("{", "[{}]", '[{"id": "MAL-1"}]', "[" * 100_000):
        (db / "withdrawals.json").write_text(text)
        report = scanned(target, db)
        assert report.verdict is Verdict.COMPROMISED
        (problem,) = report.coverage.problems
        assert not problem.harmless
        assert "withdrawals.json" in problem.where


@pytest.mark.parametrize(
    "arguments",
    [
        ("MAL-1",),
        ("MAL-1", "--reason", "r"),
        ("MAL-1", "--reason", " ", "--expires", "2999-01-01"),
        ("MAL-1", "--reason", "r", "--expires", "soon"),
        ("MAL-1", "--reason", "r", "--expires", "2020-01-01"),
        ("MAL-1", "--list"),
        (),
    ],
)
def test_a_withdrawal_has_a_reason_and_an_end(db: Path, arguments: Any) -> None:
    with pytest.raises(UsageError):
        command(db, *arguments)
    assert not (db / "withdrawals.json").exists()
