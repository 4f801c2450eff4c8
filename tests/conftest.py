"""What every test may use: the golden comparison, and the material shared beside the repository."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.warm import Warm

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

Golden = Callable[[Path, Any], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite golden files; the diff is the review")


# How long an example takes says something of the machine, not of the code: benchmarks/ measure that.
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")


@pytest.fixture(autouse=True)
def _as_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are as wide and as plain whatever terminal, or none, the tests are started from."""
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare text or JSON with the file that holds what is expected."""

    def compare(path: Path, got: Any) -> None:
        text = got if isinstance(got, str) else json.dumps(got, indent=1, ensure_ascii=False) + "\n"
        if request.config.getoption("--accept"):
            path.write_text(text, encoding="utf-8")
            return
        assert path.exists(), f"{path} is missing: run pytest --accept and read what it wrote"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material beside the repository: real feeds, SBOMs and schemas."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here: real feeds and SBOMs lie outside the repository")
    return SHARED


@pytest.fixture(autouse=True)
def _stores_are_closed() -> Iterator[None]:
    """Newer Pythons complain of a database that nobody closed."""
    yield
    from tests import factories

    while factories.OPENED:
        factories.OPENED.pop().close()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of our own campaigns, compiled: that takes half a second, which few tests are about."""
    from scanner.pipeline import rulebook

    directory = tmp_path_factory.mktemp("compiled")
    rulebook.open_campaigns(rulebook.directory(), directory).close()
    return directory / "campaigns.sqlite"


@pytest.fixture(scope="session")
def warm(compiled: Path) -> Iterator[Warm]:
    """Runs commands in processes of their own that need not import everything first."""
    from tests.warm import warm

    with warm(compiled.parent) as running:
        yield running
