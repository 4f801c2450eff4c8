"""What is the same whichever database is underneath is tested on one file of SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.fleet.store import Store, open_store


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "alone.sqlite") as store:
        yield store
