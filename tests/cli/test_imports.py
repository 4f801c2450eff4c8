"""A command imports what it uses and nothing else: importing is most of what a small scan costs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEAVY = {
    "asyncio", "cvss", "cyclonedx", "jinja2", "lxml", "packageurl", "requests", "rich", "semgrep", "sqlalchemy",
    "urllib3", "yaml",
}  # fmt: skip
_PROBE = """
import sys
from scanner.cli import main
try:
    main()
finally:
    print("modules:", *{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""


def imported(world: Mapping[str, str], *arguments: str | Path) -> set[str]:
    """The packages that a run of the command has imported."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROBE, *map(str, arguments)], capture_output=True, text=True, env=dict(world), cwd=ROOT
    )
    before, found, names = ended.stderr.rpartition("modules: ")
    assert found, ended.stderr
    assert "Traceback" not in before
    return set(names.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("scan", "sbom_examples/webshop.cdx.json"),
        ("scan", "sbom_examples/webshop.cdx.json", "--format", "json"),
        ("inventory", "sbom_examples", "--format", "cyclonedx"),
        ("audit", "sbom_examples/webshop.cdx.json", "--format", "html"),
        ("diff-sbom", "sbom_examples/webshop.cdx.json", "sbom_examples/billing.cdx.xml"),
        ("intel", "status"),
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_imported(world: Mapping[str, str], arguments: tuple[str, ...]) -> None:
    names = imported(world, *arguments)
    assert "click" in names  # else the probe saw nothing
    assert names & HEAVY == set()


def test_the_version_imports_nothing_of_a_scan(world: Mapping[str, str]) -> None:
    assert imported(world, "--version") & {"json", "msgspec", "sqlite3", "tomllib"} == set()


def test_a_scan_with_a_compromise_imports_nothing_heavy(world: Mapping[str, str], synced: Path, tmp_path: Path) -> None:
    lock = {"lockfileVersion": 3, "packages": {"node_modules/evil": {"version": "1.0.0"}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    names = imported(world, "scan", tmp_path, "--intel-dir", synced)
    assert "sqlite3" in names
    assert names & HEAVY == set()


def test_a_lone_lockfile_imports_nothing_that_reads_policies(world: Mapping[str, str], tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    lock.write_text(json.dumps({"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}))
    assert "tomllib" not in imported(world, "scan", lock)


def test_yaml_is_imported_for_yaml(world: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "pnpm-lock.yaml").write_text("lockfileVersion: '9.0'\n")
    assert imported(world, "scan", tmp_path) & HEAVY == {"yaml"}
