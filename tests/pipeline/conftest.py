"""An intelligence directory in which our own campaigns are compiled already: compiling takes half a second."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scanner.pipeline import rulebook


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the compiled campaigns."""
    directory = tmp_path_factory.mktemp("compiled")
    rulebook.open_campaigns(rulebook.directory(), directory).close()
    return directory / "campaigns.sqlite"


@pytest.fixture
def db(compiled: Path, tmp_path: Path) -> Path:
    """Empty but for that."""
    directory = tmp_path / "db"
    directory.mkdir()
    shutil.copy(compiled, directory)
    return directory
