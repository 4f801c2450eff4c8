"""`pratique rules check`, on the campaigns that travel along and on broken ones."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.cli.conftest import Run
from tests.conftest import ROOT


def test_our_own_campaigns_are_whole(run: Run) -> None:
    ran = run("rules", "check")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("; 0 broken\n")


def test_a_broken_campaign_is_named_and_stops_a_scan(world: Mapping[str, str], tmp_path: Path) -> None:
    """A scan that left it out would be blind without saying so."""
    shutil.copytree(ROOT / "scanner", tmp_path / "scanner")  # with what was compiled: making that anew takes seconds
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    campaign = tmp_path / "rules" / "campaigns" / "axios-unc1069-2026-03.toml"
    campaign.write_text(campaign.read_text().replace("versions =", "version ="))
    env = {**world, "PYTHONPATH": f"{tmp_path}:{world['PYTHONPATH']}"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scanner.cli", *arguments], capture_output=True, text=True, env=env, cwd=tmp_path
        )

    checked = run("rules", "check")
    assert checked.returncode == 2
    assert checked.stderr.startswith("axios-unc1069-2026-03.toml: ")
    assert checked.stdout.endswith("; 1 broken\n")
    scanned = run("scan", str(ROOT / "sbom_examples"))
    assert scanned.returncode == 3
    assert "axios-unc1069-2026-03.toml" in scanned.stderr
    assert "pratique rules check" in scanned.stderr
