"""The real command as a process of its own, in a world without network."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.intel import build, publish
from scanner.model.advisory import AdvisoryKind
from tests.factories import advisory
from tests.warm import Ran, Warm

# Whoever opens a socket, or asks for an address, fails: Python tells its hooks before it does either.
_NO_NETWORK = """
import sys
def _refuse(event, arguments):
    if event.startswith("socket."):
        raise OSError("a connection was attempted: " + event)
sys.addaudithook(_refuse)
"""

Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> Mapping[str, str]:
    """An environment without network, without anybody's settings, with an intelligence directory of its own."""
    home = tmp_path_factory.mktemp("home")
    (home / "sitecustomize.py").write_text(_NO_NETWORK)
    (home / "intel").mkdir()
    shutil.copy(compiled, home / "intel")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(home),
        "PRATIQUE_INTEL_DIR": str(home / "intel"),
    }


@pytest.fixture
def run(world: Mapping[str, str], warm: Warm) -> Run:
    """`run("scan", "folder", stdin=b"…", environ={…})`."""

    def run(*arguments: str | Path, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Ran:
        return warm(*arguments, stdin=stdin, environ={**world, **(environ or {})}, network=False)

    return run


def command(*arguments: str | Path) -> list[str]:
    """The command line of `pratique` with these arguments."""
    return [sys.executable, "-m", "scanner.cli", *map(str, arguments)]


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> Path:
    """A fresh npm feed with two records: one malicious package, one vulnerability without a score."""
    directory = tmp_path_factory.mktemp("synced")
    shutil.copy(compiled, directory)
    records = [
        advisory("MAL-2026-1", "evil"),
        advisory("GHSA-1", "leaky", kind=AdvisoryKind.VULNERABILITY, versions=("1.0.0",)),
    ]
    path = directory / "osv" / "npm.sqlite"
    with publish.writing(path):
        build.build(path, records, build.Facts(family="npm", source="tests", fetched=datetime.now(UTC)))
    return directory
