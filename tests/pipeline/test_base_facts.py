"""What a registry says around a release: too young, withdrawn, provenance lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scanner.model.finding import FindingClass
from scanner.model.signal import Provenance
from scanner.pipeline import base_facts
from scanner.registries.release import ReleaseFacts
from tests.factories import component

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
ONE = component("pkg:npm/left@1.0.1")
THREE = timedelta(days=3)


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
