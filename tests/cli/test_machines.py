"""The formats for other tools, as the command writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.pipeline.scan import Settings, scan
from tests.cli.conftest import Run
from tests.cli.test_imports import HEAVY, imported
from tests.conftest import ROOT
from tests.reports.machine_schemas import wrong_with

EXAMPLE = "sbom_examples/webshop.cdx.json"
NAMES = ("gitlab-dependency", "gitlab-quality", "cyclonedx", "spdx", "defectdojo")


def test_all_at_once_and_valid(run: Run, shared: Path, tmp_path: Path) -> None:
    wanted = [part for name in NAMES for part in ("--format", f"{name}={tmp_path / name}")]
    run("scan", EXAMPLE, *wanted)
    bodies = {name: json.loads((tmp_path / name).read_bytes()) for name in NAMES}
    assert {name: wrong_with(name, body) for name, body in bodies.items()} == {name: [] for name in NAMES}
    listed = json.loads((ROOT / EXAMPLE).read_bytes())["components"]
    for name, place in (("cyclonedx", "components"), ("spdx", "packages")):
        assert len(bodies[name][place]) >= len(listed)


def test_a_comparison_lists_no_components(run: Run, tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text("print(1)\n")
    sides = (tmp_path / "old", tmp_path / "new")
    ran = run("diff", *sides, "--format", "spdx")
    assert ran.status == 2
    assert "no format 'spdx'" in ran.err
    assert json.loads(run("diff", *sides, "--format", "defectdojo").out)["findings"] == []


@pytest.mark.parametrize("keep", [False, True])
def test_an_ordinary_scan_does_not_keep_what_it_read(tmp_path: Path, compiled: Path, keep: bool) -> None:
    settings = Settings(
        intel_directory=compiled.parent, now=lambda: datetime(2026, 11, 29, tzinfo=UTC), environ={}, home=tmp_path,
        keep_inventory=keep,
    )  # fmt: skip
    assert (scan([ROOT / EXAMPLE], settings).inventory is not None) is keep


def test_nothing_heavy_is_imported_for_any(world: Mapping[str, str], tmp_path: Path) -> None:
    wanted = [part for name in NAMES for part in ("--format", f"{name}={tmp_path / name}")]
    assert imported(world, "scan", EXAMPLE, *wanted) & HEAVY == set()
    assert {path.name for path in tmp_path.iterdir()} == set(NAMES)
