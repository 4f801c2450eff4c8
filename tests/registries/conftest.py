"""The registry that the tests of this folder share, and a person who has our campaigns at hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registries.world import World, world


@pytest.fixture
def there(tmp_path: Path, compiled: Path) -> Iterator[World]:
    with world(tmp_path) as running:
        intel = running.home / "intel"
        intel.mkdir()
        shutil.copy(compiled, intel)
        running.environ["PRATIQUE_INTEL_DIR"] = str(intel)
        yield running
