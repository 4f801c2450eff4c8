"""`pratique inventory`: what is there, without a judgement."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs

from scanner.parsers import PARSERS
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.reports.cyclonedx_schema import validator

EXAMPLES = "sbom_examples"
SCHEMA = ROOT / "docs" / "schemas" / "pratique-inventory-1.schema.json"


def test_purls_are_one_a_line_and_sorted(run: Run) -> None:
    ran = run("inventory", EXAMPLES)
    lines = ran.out.splitlines()
    assert (ran.status, ran.err) == (0, "")
    assert "pkg:npm/axios@1.14.1" in lines
    assert lines == sorted(set(lines))
    assert all(line.startswith("pkg:") for line in lines)


def test_json_is_as_published(run: Run) -> None:
    ran = run("inventory", EXAMPLES, "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    body = json.loads(ran.out)
    jsonschema_rs.validate(json.loads(SCHEMA.read_text(encoding="utf-8")), body)
    (axios,) = (one for one in body["components"] if one["name"] == "axios")
    assert axios["location"]["path"] == "webshop.cdx.json"
    assert axios["location"]["line"] > 1


def test_cyclonedx_is_valid(run: Run) -> None:
    ran = run("inventory", EXAMPLES, "--format", "cyclonedx")
    body = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    assert [error.message for error in validator().iter_errors(body)] == []
    assert any(part["name"] == "axios" for part in body["components"])
    assert not validator().is_valid(body | {"components": [{"name": "no type"}]})


def test_cyclonedx_is_valid_for_every_golden_case(run: Run) -> None:
    """Odd names, odd addresses, repeated ids: what goes in may be invalid, what comes out is not."""
    ran = run("inventory", "tests/parsers", "--format", "cyclonedx")
    body = json.loads(ran.out)
    assert ran.status == 3  # some cases are broken on purpose
    assert [f"{list(error.instance_path)}: {error.message}"[:300] for error in validator().iter_errors(body)] == []
    assert len(body["components"]) > 500


def test_cyclonedx_is_read_back_with_nothing_lost(run: Run, tmp_path: Path) -> None:
    written = tmp_path / "bom.json"
    assert run("inventory", EXAMPLES, "--format", f"cyclonedx={written}").status == 0
    assert run("inventory", written).out == run("inventory", EXAMPLES).out


def test_three_formats_at_once(run: Run, tmp_path: Path) -> None:
    ran = run(
        "inventory", EXAMPLES, "--format", "purl",
        "--format", f"json={tmp_path / 'a.json'}", "--format", f"cyclonedx={tmp_path / 'b.json'}",
    )  # fmt: skip
    assert ran.status == 0
    assert ran.out.startswith("pkg:")
    assert json.loads((tmp_path / "a.json").read_text())["schema"] == "pratique-inventory/1"
    assert json.loads((tmp_path / "b.json").read_text())["bomFormat"] == "CycloneDX"


def test_what_could_not_be_read_is_said_beside_the_list(run: Run, tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text('{"packages": {')
    (tmp_path / "requirements.txt").write_text("requests==2.31.0\n")
    for format_ in ("purl", "json", "cyclonedx"):
        ran = run("inventory", tmp_path, "--format", format_)
        assert ran.status == 3
        assert "pkg:pypi/requests@2.31.0" in ran.out
        assert ran.err.startswith("pratique: package-lock.json: not JSON")


def test_nothing_found_says_what_was_looked_for(run: Run, tmp_path: Path) -> None:
    ran = run("inventory", tmp_path)
    assert (ran.status, ran.out) == (3, "")
    assert "no SBOM, lockfile, manifest or installed package among 0 files" in ran.err
    assert "pratique inventory --formats" in ran.err


def test_the_formats_are_listed(run: Run) -> None:
    ran = run("inventory", "--formats")
    assert ran.status == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == [parser.name for parser in PARSERS]
