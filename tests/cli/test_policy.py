"""pratique policy, and the options of a scan that obey one: the real command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run

RULE = '[[suppress]]\nreason = "r"\nexpires = 2099-01-01\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    entries = {"node_modules/axios": {"version": "1.14.1"}, "node_modules/leaky": {"version": "1.0.0"}}
    body = {"name": "a", "version": "1.0.0", "lockfileVersion": 3, "packages": entries}
    (tmp_path / "package-lock.json").write_text(json.dumps(body))
    return tmp_path


def test_check_tells_every_mistake(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pratique.toml"
    path.write_text(f"[gate]\nx = 1\n{RULE}path = '\u202e'\n")
    ran = run("policy", "check", path)
    assert (ran.status, ran.out) == (2, "")
    assert [re.sub(r"^.*pratique\.toml:(\d+): ", r"\1 ", line)[:24] for line in ran.err.splitlines()] == [
        "2 unknown key 'x' (one o", "5 expires: 2099-01-01 is",
    ]  # fmt: skip
    ran = run("scan", tmp_path, "--policy", path)
    assert ran.status == 2
    assert "pratique.toml:2: unknown key 'x'" in ran.err
    assert "and 1 more: pratique policy check" in ran.err


def test_check_says_what_it_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[[tool.pratique.suppress]]\nadvisory = 'CVE-1'\nreason = 'old'\nexpires = 2020-01-01\n")
    ran = run("policy", "check", path)
    assert ran.status == 0
    assert "1 suppression, 0 sections; sha256 " in ran.out
    assert "pyproject.toml:1: advisory CVE-1 (ended on 2020-01-01: old)" in ran.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("policy", "check", "nowhere.toml"), "FILE nowhere.toml: there is no such file"),
        (("scan", ".", "--policy", "nowhere.toml"), "--policy nowhere.toml: there is no such file"),
        (("scan", ".", "--vex", "nowhere.json"), "--vex nowhere.json: there is no such file"),
        (("scan", ".", "--policy", "pyproject.toml"), "pyproject.toml: it holds no [tool.pratique]"),
        (("scan", "--host", "--policy", "x"), "--policy: it goes with a scan, or with --base"),
        (("scan", "--history", "all", "--vex", "x"), "--vex: it goes with a scan, or with --base"),
        (("policy", "explain", "0" * 20, "sbom_examples"), "there is neither a pratique.toml nor a [tool.pratique]"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], says: str) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("data", [b"", b"\xff" * 9, b"[" * 5000, b"a = " + b"[" * 5000, b"\0", b"= 1", b"'''"])
def test_any_bytes(run: Run, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "pratique.toml"
    path.write_bytes(data)
    ran = run("policy", "check", path)
    assert ran.status == (0 if not data else 2)
    assert "Traceback" not in ran.err


def test_explain(run: Run, folder: Path) -> None:
    found = json.loads(run("scan", folder, "--format", "json").out)["findings"]
    id_ = next(one["id"] for one in found if one["class"] == "compromise" and one["state"] == "certain")
    path = folder / "p.toml"
    rule = RULE.replace("2099", "2020")
    path.write_text(f"{rule}path = 'tests'\n{rule}finding = '{id_}'\n[gate]\ncompromise = 'near-miss'\n")
    ran = run("policy", "explain", id_[:8], folder, "--policy", path)
    assert ran.status == 0
    assert ran.out.startswith(f"{id_}  compromise, critical: axios 1.14.1")
    assert "p.toml:1 (path tests) does not: it is about tests\n" in ran.out
    assert f"p.toml:5 (finding {id_}) does not: it ended on 2020-01-01\n" in ran.out
    assert ran.out.endswith("The gate that the policy sets there closes on it.\n")
    assert run("policy", "explain", "ffffffff", folder, "--policy", path).status == 2
