"""An intelligence directory in which our own campaigns are compiled already: compiling takes half a second."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def db(compiled: Path, tmp_path: Path) -> Path:
    """Empty but for that."""
    directory = tmp_path / "db"
    directory.mkdir()
    shutil.copy(compiled, directory)
    return directory
