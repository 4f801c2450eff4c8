"""A repository with a lockfile, and a database in which one package is malicious."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.intel import build, publish
from tests.factories import advisory
from tests.targets.repositories import Git

LOCK = "package-lock.json"


def lock(**packages: str) -> str:
    """A lockfile with these packages."""
    placed: dict[str, Any] = {"": {"name": "app", "version": "1.0.0"}}
    placed |= {f"node_modules/{name}": {"version": version} for name, version in packages.items()}
    return json.dumps({"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": placed}, indent=1)


GOOD, BETTER, BAD = lock(fine="1.0.0"), lock(fine="1.0.1"), lock(fine="1.0.0", evil="1.0.0")


@pytest.fixture(scope="session")
def intel(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> Path:
    """A fresh npm feed that knows `evil`."""
    directory = tmp_path_factory.mktemp("intel")
    shutil.copy(compiled, directory)
    path = directory / "osv" / "npm.sqlite"
    with publish.writing(path):
        facts = build.Facts(family="npm", source="tests", fetched=datetime.now(UTC))
        build.build(path, [advisory("MAL-2026-1", "evil")], facts)
    return directory


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """`main` with a good lockfile."""
    repository = Git(tmp_path / "project")
    repository.commit_files("before", {LOCK: GOOD})
    return repository
