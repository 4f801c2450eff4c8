"""pratique hunt as people type it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

LIST = "type,indicator,context\nnpm package,axios@1.14.1,Compromised release\nnpm package,left-pad@1.0.0,\n"


def test_a_list_on_the_command_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "iocs.csv").write_text(LIST)
    found = run("hunt", str(tmp_path / "iocs.csv"), "--in", "sbom_examples", "--format", "json", "--no-cache")
    body = json.loads(found.out)
    assert (found.status, body["hits"][0]["component"]["purl"]) == (1, "pkg:npm/axios@1.14.1")


def test_a_dry_run_shows_every_line(run: Run, tmp_path: Path) -> None:
    list_ = tmp_path / "iocs.csv"
    list_.write_text(LIST + "yara,rule x,\n")
    text = run("hunt", str(list_), "--dry-run")
    assert text.status == 3
    assert "package pkg:npm/axios version 1.14.1" in text.out
    assert "NOT UNDERSTOOD: of a type that is not looked for: 'yara'" in text.out
    said = json.loads(run("hunt", str(list_), "--dry-run", "--format", "json").out)["lists"][0]["said"]
    assert [one["line"] for one in said] == [1, 2, 3, 4]


def test_what_cannot_be_meant_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    list_ = tmp_path / "iocs.csv"
    list_.write_text(LIST)
    for arguments in (
        ("hunt",),
        ("hunt", "nowhere.csv"),
        ("hunt", str(list_), "--ecosystem", "klingon"),
        ("hunt", str(list_), "--as", "indicator"),
        ("hunt", str(list_), "--as", "indicator=klingon"),
        ("hunt", "-", "--in", "-"),
        ("hunt", str(list_), "--in", "nowhere"),
    ):
        assert run(*arguments).status == 2, arguments
