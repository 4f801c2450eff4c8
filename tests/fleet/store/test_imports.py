"""A scan pays nothing for the fleet, and SQLite nothing for PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def loaded(code: str) -> set[str]:
    """The modules that are there after some code ran in a process of its own."""
    command = [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules, sep='\\n')"]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def test_a_scan_knows_no_fleet() -> None:
    found = loaded("import scanner.cli, scanner.cli.scan, scanner.pipeline.scan, scanner.pipeline.hunt")
    assert "scanner.pipeline.scan" in found
    assert not {one for one in found if one.startswith(("scanner.fleet", "psycopg"))}


def test_a_store_in_a_file_needs_no_psycopg(tmp_path: Path) -> None:
    found = loaded(
        f"from scanner.fleet.store import open_store\nopen_store({str(tmp_path / 'fleet.sqlite')!r}).close()"
    )
    assert "scanner.fleet.store.sqlite" in found
    assert not {one for one in found if one.startswith(("psycopg", "scanner.fleet.store.postgres"))}


def test_a_worker_on_a_file_needs_neither_the_queue_nor_prometheus() -> None:
    found = loaded(
        "import scanner.cli.fleet.worker, scanner.cli.fleet.scan, scanner.pipeline.fleet.scanning\n"
        "import scanner.pipeline.fleet.workers.worker, scanner.pipeline.fleet.workers.health"
    )
    assert "scanner.pipeline.fleet.crew" in found
    assert not {one for one in found if one.startswith(("procrastinate", "psycopg", "prometheus_client"))}
