"""What a registry says around a release: too young, withdrawn, provenance lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.model.finding import FindingClass
from scanner.model.signal import Provenance
from scanner.pipeline import base_facts
from scanner.pipeline.base import scan_base
from scanner.pipeline.scan import Settings
from scanner.registries.release import ReleaseFacts
from tests.factories import component
from tests.targets.repositories import Git

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
ONE = component("pkg:npm/left@1.0.1")
THREE = timedelta(days=3)
AGED = ("1.0.0", "2026-10-01T00:00:00Z")


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(hours=5), ["left 1.0.1 was published 5 hours before this scan"]),
        (timedelta(hours=71), ["left 1.0.1 was published 71 hours before this scan"]),
        (timedelta(hours=-2), ["left 1.0.1 was published 0 hours before this scan"]),
        (timedelta(days=3), []),
        (None, []),
    ],
)
def test_a_young_release(age: timedelta | None, told: list[str]) -> None:
    facts = ReleaseFacts(published=None if age is None else NOW - age)
    found = list(base_facts.findings(ONE, facts, NOW, THREE))
    assert [one.title for one in found] == told
    assert all(one.class_ is FindingClass.HYGIENE for one in found)


def test_no_cool_down_no_finding() -> None:
    assert list(base_facts.findings(ONE, ReleaseFacts(published=NOW), NOW, timedelta(0))) == []


def test_a_release_that_was_withdrawn() -> None:
    (found,) = base_facts.findings(ONE, ReleaseFacts(withdrawn="security holding package"), NOW, THREE)
    assert found.title == "left 1.0.1 was withdrawn by its publisher or registry"
    assert "security holding package" in found.reason


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [(True, False, True), (True, True, False), (True, None, False), (False, False, False), (None, False, False)],
)
def test_provenance_that_the_release_before_had(before: bool | None, after: bool | None, lost: bool) -> None:
    told = list(base_facts.signals(ReleaseFacts(attested=before), ReleaseFacts(attested=after), "pkg:npm/left@1.0.1"))
    assert [one.says for one in told] == ([Provenance.LOST_ATTESTATION] if lost else [])


def uv_lock(version: str, uploaded: str, digest: str = "a") -> str:
    file = f'url = "https://files.invalid/left-{version}.whl", hash = "sha256:{digest * 64}"'
    return f"""\
version = 1

[[package]]
name = "left"
version = "{version}"
source = {{ registry = "https://registry.invalid/simple" }}
wheels = [{{ {file}, upload-time = "{uploaded}" }}]
"""


@pytest.mark.parametrize(
    ("before", "after", "cool_down", "told"),
    [
        (AGED, ("1.0.1", "2026-11-29T07:00:00Z"), 3.0, ["left 1.0.1 was published 5 hours before this scan"]),
        (AGED, ("1.0.1", "2026-11-29T07:00:00Z"), 0.1, []),
        (AGED, ("1.0.1", "2026-11-01T07:00:00Z"), 60.0, ["left 1.0.1 was published 28 days before this scan"]),
        # A file that joins an old release is as young as it is.
        (AGED, ("1.0.0", "2026-11-29T10:00:00Z", "b"), 3.0, ["left 1.0.0 was published 2 hours before this scan"]),
        # What was young before the change is not its doing.
        (("1.0.0", "2026-11-29T00:00:00Z"), ("1.0.0", "2026-11-29T00:00:00Z"), 3.0, []),
    ],
)  # fmt: skip
def test_the_age_that_a_lock_says_needs_no_network(
    tmp_path: Path, before: tuple[str, ...], after: tuple[str, ...], cool_down: float, told: list[str]
) -> None:
    git = Git(tmp_path / "project")
    git.commit_files("before", {"uv.lock": uv_lock(*before)})
    git("checkout", "--quiet", "-b", "change")
    git.commit_files("after", {"uv.lock": uv_lock(*after), "README": "x"})
    (tmp_path / "intel").mkdir()
    settings = Settings(intel_directory=tmp_path / "intel", now=lambda: NOW, environ={}, home=tmp_path, code=False)
    report = scan_base(git.root, "main", settings, cool_down=cool_down)
    found = [one for one in report.findings if "was published" in one.title]
    assert [one.title for one in found] == told
    assert all(one.class_ is FindingClass.HYGIENE and one.evidence[0].location.line == 4 for one in found)
    assert all(one.id not in report.closing for one in found)
