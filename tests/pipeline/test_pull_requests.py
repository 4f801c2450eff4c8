"""Each pull request of the collection gets the right exit status for the right reason; benign ones pass silently."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.codescan import engine
from scanner.errors import EngineError
from scanner.intel import build, publish
from scanner.model import ecosystem
from scanner.model.advisory import AdvisoryKind
from scanner.model.finding import Severity
from scanner.model.report import Report
from scanner.pipeline.base import scan_base
from scanner.pipeline.scan import Settings
from tests.factories import advisory
from tests.pipeline import pull_requests
from tests.pipeline.pull_requests import Pull
from tests.support import fill
from tests.targets.repositories import Git

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def intel(compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own campaigns, and feeds that know of nothing that the honest packages have."""
    directory = tmp_path_factory.mktemp("intel")
    shutil.copy(compiled, directory)
    for family in ("npm", "PyPI", "GitHub Actions"):
        one = advisory("GHSA-1", "nobody-has-this", family=family, kind=AdvisoryKind.VULNERABILITY)
        path = directory / "osv" / f"{ecosystem.slug(family)}.sqlite"
        with publish.writing(path):
            build.build(path, [one], build.Facts(family=family, source="tests", fetched=NOW))
    return directory


def judged(pull: Pull, folder: Path, intel: Path) -> Report:
    git = Git(folder)
    git.commit_files("before", {"NOTICE": "x", **_filled(pull.before)})
    git("checkout", "--quiet", "-b", "change")
    git.commit_files("after", _filled(pull.after))
    settings = Settings(
        intel_directory=intel, now=lambda: NOW, environ=os.environ, home=folder / "nowhere", code=pull.code
    )
    return scan_base(git.root, "main", settings, internal=pull.internal)


def _filled(files: pull_requests.Files) -> dict[str, str | bytes | None]:
    return {path: None if text is None else fill(text) for path, text in files.items()}


@pytest.mark.parametrize("pull", pull_requests.ALL, ids=[pull.name for pull in pull_requests.ALL])
def test_a_pull_request(pull: Pull, tmp_path: Path, intel: Path) -> None:
    if pull.code:
        try:
            engine.find(os.environ)
        except EngineError as error:
            pytest.skip(f"{error}: rules are not run")
    report = judged(pull, tmp_path / "project", intel)
    least = Severity.HIGH if pull.status else Severity.MEDIUM
    grave = [one for one in report.findings if one.weighed and one.severity >= least]
    told = [
        *(f"{one.title} {one.reason} {' '.join(place.location.path for place in one.evidence)}" for one in grave),
        *(f"{one.where} {one.what}" for one in report.coverage.problems if not one.harmless),
    ]
    assert report.exit_code == pull.status, (report.reasons, told)
    for words in pull.told:
        assert any(words in text for text in told), (words, told)
    if pull.status == 0 and not pull.told:
        assert [one.title for one in report.findings if one.weighed and one.severity >= Severity.MEDIUM] == []


def test_there_are_thirty() -> None:
    assert len(pull_requests.ALL) >= 30
    assert len({pull.name for pull in pull_requests.ALL}) == len(pull_requests.ALL)
