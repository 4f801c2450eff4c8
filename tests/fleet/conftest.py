"""Every test of the store runs on a real SQLite file and on a real PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner.fleet.store import Store, open_store
from tests.fleet import postgres


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """One PostgreSQL for the whole session."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'pratique[fleet]'")
    found, name = postgres.binaries(), postgres.user()
    if found is None:
        pytest.skip("PostgreSQL is not installed here (no initdb on the path nor under /usr/lib/postgresql)")
    if name is None:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")
    folder = postgres.scratch()
    running = postgres.Server(folder, found, name)
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


on_sqlite = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
"""A test that says nothing of the store: what it asks of one is asked of both databases by the tests beside it."""


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    if request.param == "sqlite":
        return str(tmp_path / "fleet.sqlite")
    running: postgres.Server = request.getfixturevalue("server")
    return running.emptied()


@pytest.fixture
def opened(where: str) -> Iterator[Callable[[], Store]]:
    """Opens the store once more; all are closed at the end."""
    stores: list[Store] = []

    def open_() -> Store:
        stores.append(open_store(where))
        return stores[-1]

    yield open_
    for one in stores:
        one.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()


@pytest.fixture(scope="session")
def campaigns(compiled: Path) -> Path:
    """A folder of intelligence with our campaigns and nothing else."""
    return compiled.parent
