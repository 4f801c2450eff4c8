"""The text report, as it is read: golden at the widths of terminals, harmless whatever the names are."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from scanner.model.report import Report
from scanner.reports import text
from tests.conftest import Golden
from tests.reports.samples import CLEAR, REPORT

HERE = Path(__file__).parent / "text"


@pytest.fixture(autouse=True)
def _nobodys_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


def written(report: Report) -> str:
    out = io.StringIO()
    text.write(report, out)
    return out.getvalue()


@pytest.mark.parametrize("columns", ["80", "120"])
def test_everything_at_once(golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    golden(HERE / f"everything.{columns}.txt", written(REPORT))


def test_nothing_found(golden: Golden) -> None:
    golden(HERE / "clear.txt", written(CLEAR))


def test_colours(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    golden(HERE / "everything.colour.txt", written(REPORT).replace("\x1b", "␛"))


@pytest.mark.parametrize("columns", ["80", "100", "120"])
def test_only_what_is_copied_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    wide = [line for line in written(REPORT).splitlines() if len(line) > int(columns)]
    assert all("https://" in line or "sha512-" in line for line in wide)


@pytest.mark.parametrize(
    ("columns", "width"), [("", 100), ("0", 100), ("1", 60), ("80", 80), ("4000", 120), ("99999", 100), ("x", 100)]
)
def test_the_width(columns: str, width: int) -> None:
    from scanner.reports import printer

    assert printer.width(io.StringIO(), {"COLUMNS": columns}) == width


def test_the_summary_stands_before_the_findings() -> None:
    head = written(REPORT).partition("\n1. ")[0]
    assert "1 compromise, 1 possible compromise, 1 suspicious change, 2 vulnerabilities, 1 near miss" in " ".join(
        head.split()
    )
    assert "1 component not matched" in " ".join(head.split())


def test_a_development_dependency_is_said_to_be_one() -> None:
    assert "a development dependency: it ran on developers' machines and in CI" in " ".join(written(REPORT).split())


def test_passwords_in_addresses_are_not_shown() -> None:
    assert "secret" not in written(REPORT)
