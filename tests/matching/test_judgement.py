"""Which rule of a record takes a version in: said in the record's terms, and never against the matcher."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.matching import judgement
from scanner.model.advisory import Affected, EventKind
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.knowledge import Judgement
from scanner.versions import ranges
from tests.factories import advisory, indicator

FROM, FIXED, LAST = EventKind.INTRODUCED, EventKind.FIXED, EventKind.LAST_AFFECTED


def affected(**fields: object) -> Affected:
    return advisory("MAL-2026-1", "p", **fields).affected[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "version", "expected", "rule"),
    [
        (affected(), "1.0.0", True, "every version is affected: a range begins at 0 and never ends"),
        (affected(versions=["1.0.0"]), "1.0.0", True, "version 1.0.0 is named"),
        (affected(versions=["1.0.0"]), "v1.0.0", True, "version 1.0.0 is named, which is the same one"),
        (affected(versions=["1.0.0"]), "1.0.1", False, "it is not among 1.0.0"),
        (affected(events=[(FROM, "1.0.0"), (FIXED, "1.2.0")]), "1.1.9", True, "it lies in the range >=1.0.0 <1.2.0"),
        (affected(events=[(FROM, "0"), (LAST, "1.2.0")]), "1.2.0", True, "it lies in the range <=1.2.0"),
        (affected(events=[(FROM, "1.0.0"), (FIXED, "1.2.0")]), "1.2.0", False, "it is not among >=1.0.0 <1.2.0"),
        (affected(events=[(FROM, "1.0.0"), (FIXED, "1.2.0")]), None, None, ">=1.0.0 <1.2.0"),
        (affected(), None, None, "every version"),
    ],
)
def test_records(said: Affected, version: str | None, expected: bool | None, rule: str) -> None:
    assert judgement.of_record("npm", said, version) == Judgement(expected, rule)


def package(**fields: object) -> Indicator:
    return indicator(IndicatorType.PACKAGE, "pkg:npm/p", **fields)


@pytest.mark.parametrize(
    ("said", "version", "expected", "rule"),
    [
        (package(), "9.9.9", True, "every version is bad: the name itself is malicious"),
        (package(), None, None, "every version is bad: the name itself is malicious"),
        (package(versions=("1.0.0",)), "1.0.0", True, "version 1.0.0 is named"),
        (package(versions=("1.0.0",)), "1.0.1", False, "it is not among the bad versions 1.0.0"),
        (package(versions=(), range="1.0.0..2.0.0"), "1.5.0", True, "it is one of 1.0.0 to 2.0.0"),
        (package(versions=("3.0.0",), range="1.0.0..2.0.0"), None, None, "bad versions: 3.0.0 and 1.0.0 to 2.0.0"),
        (package(versions=("v1",), moved=True), "v1", None, "the tag v1 was the attacker's for a time only"),
        (package(hint=True), "1.0.0", None, "only the package's name is published, not which versions are bad"),
        (package(excluded=("1.0.0",)), "1.0.0", False, "it is not among the bad versions every one but 1.0.0"),
    ],
)
def test_indicators(said: Indicator, version: str | None, expected: bool | None, rule: str) -> None:
    assert judgement.of_indicator("npm", said, version) == Judgement(expected, rule)


VERSIONS = st.builds("{}.{}.{}".format, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))


@given(st.lists(VERSIONS, max_size=3), st.one_of(st.none(), st.tuples(VERSIONS, VERSIONS)), VERSIONS)
def test_the_rule_and_the_matcher_agree(named: list[str], window: tuple[str, str] | None, version: str) -> None:
    events = [] if window is None else [(FROM, window[0]), (FIXED, window[1])]
    said = affected(versions=named, events=events)
    assert judgement.of_record("npm", said, version).affected is ranges.affects("npm", said, version)
