"""What became of each package between two readings of one source, and of each finding."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.matching.compare import compare
from scanner.matching.standing import stand
from scanner.model.comparison import Step
from scanner.model.component import Component, Location, Origin
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, Standing, State
from scanner.model.purl import Purl


def npm(name: str, version: str | None, **others: Any) -> Component:
    return Component(
        name=name,
        version=version,
        purl=Purl("npm", None, name, version),
        location=Location("package-lock.json"),
        **others,
    )


def steps(before: list[Component], after: list[Component]) -> list[tuple[str, str]]:
    return [(change.step, change.component.name) for change in compare("package-lock.json", before, after)]


def test_what_did_not_change_is_not_told() -> None:
    same = [npm("a", "1.0.0"), npm("b", "2.0.0")]
    assert steps(same, list(reversed(same))) == []


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ([], [npm("a", "1.0.0")], Step.ADDED),
        ([npm("a", "1.0.0")], [], Step.REMOVED),
        ([npm("a", "1.9.0")], [npm("a", "1.10.0")], Step.UPDATED),
        ([npm("a", "1.10.0")], [npm("a", "1.9.0")], Step.DOWNGRADED),
        ([npm("a", None, constraint="^1")], [npm("a", None, constraint="^2")], Step.REQUIRED),
        ([npm("a", None, constraint="^1")], [npm("a", "1.0.0")], Step.REQUIRED),
        ([npm("a", "1.0.0", digests=("sha512-AAAA",))], [npm("a", "1.0.0", digests=("sha512-BBBB",))], Step.REDIGESTED),
        (
            [npm("a", "1.0.0", source_url="https://one.invalid/a.tgz")],
            [npm("a", "1.0.0", source_url="https://two.invalid/a.tgz")],
            Step.MOVED,
        ),
        ([npm("a", "1.0.0")], [npm("a", "1.0.0", origin=Origin.GIT, source_url="git+ssh://x.invalid/a")], Step.MOVED),
        (
            [npm("a", "1.0.0", origin=Origin.GIT, source_url="git+https://x.invalid/a#1")],
            [npm("a", "1.0.0", origin=Origin.GIT, source_url="git+https://x.invalid/a#2")],
            Step.MOVED,
        ),
    ],
)
def test_each_step(before: list[Component], after: list[Component], step: Step) -> None:
    assert steps(before, after) == [(step, "a")]


def test_another_address_of_the_same_registry_and_a_digest_that_was_not_there_before_are_no_change() -> None:
    before = [npm("a", "1.0.0", source_url="https://one.invalid/a.tgz")]
    after = [npm("a", "1.0.0", source_url="https://one.invalid/x/a.tgz", digests=("sha512-AAAA",))]
    assert steps(before, after) == []


def test_what_moved_and_has_other_bytes_is_told_as_both() -> None:
    before = [npm("a", "1.0.0", source_url="https://one.invalid/a.tgz", digests=("sha512-AAAA",))]
    after = [npm("a", "1.0.0", source_url="https://two.invalid/a.tgz", digests=("sha512-BBBB",))]
    assert steps(before, after) == [(Step.MOVED, "a"), (Step.REDIGESTED, "a")]


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        (("sha256:aa", "sha256:bb"), ("sha256:bb", "sha256:aa"), False),
        (("sha256:aa", "sha256:bb"), ("sha256:aa",), False),
        (("sha256:aa",), ("sha256:aa", "sha256:bb"), True),
        (("sha256:bb",), ("sha256:aa", "sha256:bb"), True),
        (("sha256:aa",), ("sha256:cc",), True),
        (("sha512-AAAA",), ("sha512-no base64!",), True),
        (("sha256:aa",), ("sha512-AAAA",), False),
        (("sha256:" + "AB" * 32,), ("sha256:" + "ab" * 32,), False),
    ],
)
def test_a_release_of_several_files(was: tuple[str, ...], now: tuple[str, ...], told: bool) -> None:
    found = steps([npm("a", "1.0.0", digests=was)], [npm("a", "1.0.0", digests=now)])
    assert found == ([(Step.REDIGESTED, "a")] if told else [])


def test_several_versions_are_paired_from_the_lowest() -> None:
    before = [npm("a", "1.0.0"), npm("a", "2.0.0"), npm("a", "3.0.0")]
    after = [npm("a", "3.0.0"), npm("a", "2.1.0"), npm("a", "1.1.0"), npm("a", "4.0.0")]
    told = [
        (change.step, change.before and change.before.version, change.after and change.after.version)
        for change in compare("x", before, after)
    ]
    assert told == [
        (Step.UPDATED, "1.0.0", "1.1.0"), (Step.UPDATED, "2.0.0", "2.1.0"), (Step.ADDED, None, "4.0.0"),
    ]  # fmt: skip


_sides = st.lists(st.builds(npm, st.sampled_from("abc"), st.sampled_from(["1.0.0", "1.1.0", "2.0.0"])), max_size=6)


@given(_sides, _sides)
def test_the_reverse_of_a_change_is_its_mirror(before: list[Component], after: list[Component]) -> None:
    there = list(compare("x", before, after))
    back = list(compare("x", after, before))
    mirrored = {
        Step.ADDED: Step.REMOVED,
        Step.REMOVED: Step.ADDED,
        Step.UPDATED: Step.DOWNGRADED,
        Step.DOWNGRADED: Step.UPDATED,
    }
    assert sorted((mirrored[change.step], change.component.name) for change in there) == sorted(
        (change.step, change.component.name) for change in back
    )


def finding(version: str, state: State = State.CERTAIN, path: str = "package-lock.json", **others: Any) -> Finding:
    component = msgspec.structs.replace(npm("axios", version), location=Location(path))
    fields: dict[str, Any] = {"class_": FindingClass.COMPROMISE, "severity": Severity.CRITICAL} | others
    return Finding(
        id=f"{path} {version} {fields['class_']}", state=state, title="", reason="", component=component, claims=(),
        evidence=(Evidence(location=Location(path), value=""),), **fields,
    )  # fmt: skip


def standings(
    before: list[Finding], after: list[Finding], moved: dict[str, str] | None = None
) -> list[Standing | None]:
    told, gone = stand(before, after, moved or {})
    return [one.standing for one in (*told, *gone)]


def test_from_one_bad_version_to_another_it_is_still_there() -> None:
    assert standings([finding("1.14.1")], [finding("0.30.4")]) == [Standing.STILL]


def test_a_lock_that_moved_brings_nothing() -> None:
    after = [finding("1.14.1", path="web/package-lock.json")]
    assert standings([finding("1.14.1")], after, {"web/package-lock.json": "package-lock.json"}) == [Standing.STILL]
    assert standings([finding("1.14.1")], after) == [Standing.INTRODUCED, Standing.GONE]


def test_what_becomes_surer_is_new() -> None:
    assert standings([finding("1.13.0", State.NEAR_MISS)], [finding("1.14.1")]) == [Standing.INTRODUCED]
    assert standings([finding("^1", State.POSSIBLE, severity=Severity.HIGH)], [finding("1.14.1")]) == [
        Standing.INTRODUCED
    ]
    assert standings([finding("1.14.1")], [finding("^1", State.POSSIBLE, severity=Severity.HIGH)]) == [Standing.STILL]


def test_what_is_gone_is_told_unless_it_was_only_near() -> None:
    assert standings([finding("1.14.1"), finding("1.0.0", State.NEAR_MISS, path="b")], []) == [Standing.GONE]


def test_one_more_name_for_what_is_there_already() -> None:
    one = npm("a", "1.0.0")
    other = msgspec.structs.replace(one, alias="trim")
    (told,) = compare("lock", [one], [one, other])
    assert (told.step, told.before, told.after) == (Step.ADDED, None, other)
    assert list(compare("lock", [one, other], [one, other, one])) == []
