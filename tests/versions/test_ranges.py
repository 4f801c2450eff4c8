"""OSV evaluation: https://ossf.github.io/osv-schema/#evaluation"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.advisory import AdvisoryKind, Affected, Event, EventKind, GitRange, VersionRange
from scanner.model.ecosystem import Identity
from scanner.versions import UncomparableError, compare, constraint
from scanner.versions.ranges import affects, possibly

_KINDS = {"+": EventKind.INTRODUCED, "-": EventKind.FIXED, "=": EventKind.LAST_AFFECTED, "!": EventKind.LIMIT}


def advisory(*ranges: str, versions: str = "", git: bool = False) -> Affected:
    """`"+0 -1.2"`: introduced at 0, fixed in 1.2; `=` is last affected, `!` is a limit."""
    commits = GitRange(repository="https://github.com/a/b", events=(Event(EventKind.INTRODUCED, "0"),))
    return Affected(
        identity=Identity("npm", "a"),
        spelled="a",
        advisory="TEST-1",
        kind=AdvisoryKind.VULNERABILITY,
        versions=tuple(versions.split()),
        ranges=tuple(
            VersionRange(tuple(Event(_KINDS[event[0]], event[1:]) for event in text.split())) for text in ranges
        ),
        git_ranges=(commits,) if git else (),
    )


@pytest.mark.parametrize(
    ("record", "inside", "outside"),
    [
        (advisory("+0"), "0.0.0-alpha 0.0.0 1.2.3 99.0.0", ""),
        (advisory("+0 -1.2.0"), "0.0.0-0 1.1.9 1.2.0-rc.1", "1.2.0 v1.2.0 1.2.1 2.0.0"),
        (advisory("+1.0.0 =1.2.0"), "1.0.0 1.2.0 1.2.0+build", "1.0.0-rc.1 1.2.1 1.2.0.1"),
        (advisory("+1.0.0"), "1.0.0 2.0.0", "0.9.9"),
        (advisory("+1.0.0 -1.1.0 +2.0.0 -2.1.0"), "1.0.0 1.0.9 2.0.0 2.0.9", "0.9.0 1.1.0 1.9.9 2.1.0 3.0.0"),
        # The order in the record carries no meaning.
        (advisory("-2.1.0 +2.0.0 -1.1.0 +1.0.0"), "1.0.0 2.0.9", "1.1.0 2.1.0"),
        (advisory("+10.0.0 -9.1.0 +9.0.0"), "9.0.5 10.0.0 11.0.0", "8.0.0 9.1.0"),
        (advisory("+1.0.0 -1.1.0 +2.0.0 =2.1.0"), "1.0.5 2.1.0", "1.5.0 2.1.1"),
        (advisory("+1.0.0 -1.1.0", "+2.0.0 -2.1.0"), "1.0.5 2.0.5", "1.5.0 2.5.0"),
        # Fixed and introduced at one version: bad again from there on.
        (advisory("+1.0.0 -2.0.0 +2.0.0 -3.0.0"), "1.0.0 2.0.0 2.5.0", "3.0.0"),
        (advisory("+1.0.0 -1.0.0"), "", "0.9.0 1.0.0 1.0.1"),
        (advisory("+1.0.0 =1.0.0"), "1.0.0", "0.9.0 1.0.1"),
        # A second start inside an open stretch adds nothing, a second end takes nothing.
        (advisory("+1.0.0 +1.5.0 -2.0.0 -3.0.0"), "1.0.0 1.6.0", "2.0.0 2.5.0"),
        (advisory("-1.0.0"), "", "0.5.0 1.0.0"),
        (advisory("+0 !2.0.0"), "1.0.0 2.0.0-rc", "2.0.0 3.0.0"),
        (advisory("+0 !2.0.0 !3.0.0"), "1.0.0 2.5.0", "3.0.0"),
        (advisory("+0 !2.0.0 !*"), "1.0.0 2.5.0 9.0.0", ""),
        (advisory("+1.0.0 =2.0.0 !2.0.0"), "1.0.0 1.9.0", "2.0.0"),
        (advisory("+0 -1.0.0 +2.0.0 !3.0.0"), "0.5.0 2.5.0", "1.5.0 3.0.0"),
        (advisory(), "", "0.0.0 1.0.0"),
        (advisory(git=True), "", "1.0.0"),
        # Commits first must not hide what stands behind them.
        (advisory("+0 -1.0.0", git=True), "0.9.0", "1.0.0"),
        (advisory(versions="1.0.0 1.0.2"), "1.0.0 v1.0.0 1.0.2+x", "1.0.1"),
        (advisory("+2.0.0", versions="1.0.0"), "1.0.0 2.0.0", "1.5.0"),
        (advisory("+0 -0.1.0", versions="dev-main"), "dev-main 0.0.1", "0.1.0"),
    ],
)
def test_evaluation(record: Affected, inside: str, outside: str) -> None:
    assert [one for one in inside.split() if not affects("npm", record, one)] == []
    assert [one for one in outside.split() if affects("npm", record, one)] == []


def test_versions_compare_as_the_ecosystem_does() -> None:
    assert affects("PyPI", advisory(versions="1.0"), "1.0.0")
    assert affects("Debian:12", advisory("+0 -1.2-1"), "1.2-1~deb12u1")
    assert not affects("Maven", advisory("+0 -2.15.0"), "2.15.0.RELEASE")
    assert affects("Go", advisory("+1.0.0 -1.2.3"), "v1.2.3-0.20200101000000-aaaaaaaaaaaa")
    assert affects("Go", advisory(versions="v0.0.0-20200101000000-aaaaaaaaaaaa"), "v0.0.0-20200101000000-aaaaaaaaaaaa")
    assert affects("Packagist", advisory(versions="dev-main"), "dev-main")


def test_without_an_order_only_what_needs_none_is_decided() -> None:
    assert affects("Unheard of", advisory("+0 -2", versions="1.0"), "1.0")
    assert affects("Unheard of", advisory("+0"), "anything")
    assert not affects("Unheard of", advisory(versions="1.0"), "1.0.0")
    assert not affects("Unheard of", advisory(), "1.0")
    with pytest.raises(UncomparableError) as caught:
        affects("Unheard of", advisory("+0 -2"), "1.0")
    assert "Unheard of" in str(caught.value)
    assert "TEST-1" in str(caught.value)


@pytest.mark.parametrize(
    ("record", "wanted", "answer"),
    [
        (advisory("+0"), "^1.2", True),
        (advisory(versions="1.14.1"), "^1.14.0", True),
        (advisory(versions="1.14.1"), "~1.13.0", False),
        (advisory(versions="2.0.0-beta.1"), ">=1.0.0", False),
        (advisory(versions="2.0.0-beta.1"), "next", True),
        (advisory("+0 -1.2.0"), "^1.2.0", False),
        (advisory("+0 -1.2.0"), "^1.1.9", True),
        (advisory("+0 =1.2.0"), "^1.2.0", True),
        (advisory("+1.0.0 -1.1.0 +3.0.0 -3.1.0"), "^2.0.0", False),
        (advisory("+1.0.0 -1.1.0 +3.0.0 -3.1.0"), "^2.0.0 || ^3.0.5", True),
        (advisory("+2.0.0-alpha -2.0.0"), "^1.0.0", False),
        (advisory("+0 !1.0.0"), ">=1.0.0", False),
        (advisory(), "*", False),
        (advisory(git=True), "*", False),
    ],
)
def test_requirements(record: Affected, wanted: str, answer: bool) -> None:
    assert possibly("npm", record, constraint("npm", wanted)) is answer


NUMBERS = st.integers(0, 6).map(lambda value: f"{value}.0.0")
EVENTS = st.lists(st.tuples(st.sampled_from("+-="), NUMBERS), max_size=6)


@settings(max_examples=100, deadline=None)
@given(events=EVENTS, version=NUMBERS, data=st.data())
def test_the_order_of_events_says_nothing(events: list[tuple[str, str]], version: str, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(events))
    one, other = (advisory(" ".join(kind + at for kind, at in some)) for some in (events, shuffled))
    assert affects("npm", one, version) == affects("npm", other, version)


@settings(max_examples=150, deadline=None)
@given(events=st.lists(st.tuples(st.sampled_from("+-="), st.integers(0, 8)), max_size=6, unique_by=lambda e: e[1]))
def test_agrees_with_the_specification_read_aloud(events: list[tuple[str, int]]) -> None:
    record = advisory(" ".join(f"{kind}{at}.0.0" for kind, at in events))
    for number in range(10):
        version, vulnerable = f"{number}.0.0", False
        for kind, at in sorted(events, key=lambda event: event[1]):
            order = compare("npm", version, f"{at}.0.0")
            if kind == "+" and order >= 0:
                vulnerable = True
            elif (kind == "-" and order >= 0) or (kind == "=" and order > 0):
                vulnerable = False
        assert affects("npm", record, version) == vulnerable


@settings(max_examples=100, deadline=None)
@given(events=EVENTS, low=st.integers(0, 6), size=st.integers(0, 6))
def test_what_a_requirement_admits_and_an_advisory_affects_is_possible(
    events: list[tuple[str, str]], low: int, size: int
) -> None:
    record = advisory(" ".join(kind + at for kind, at in events))
    wanted = constraint("npm", f">={low}.0.0 <={low + size}.0.0")
    hit = any(
        affects("npm", record, version) and wanted.admits(version) for version in (f"{one}.0.0" for one in range(14))
    )
    assert possibly("npm", record, wanted) or not hit
