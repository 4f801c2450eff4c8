"""Whether a record, as published, says that a version is affected."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.errors import InputError
from scanner.matching import affects
from scanner.versions import UncomparableError


def record(*affected: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": list(affected), **fields}


def package(ecosystem: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"package": {"ecosystem": ecosystem, "name": name}, **fields}


def span(*events: dict[str, str], kind: str = "ECOSYSTEM", **fields: Any) -> dict[str, Any]:
    return {"type": kind, "events": list(events), **fields}


BEFORE_TWO = span({"introduced": "0"}, {"fixed": "2.0.0"})


@pytest.mark.parametrize(
    ("version", "expected"), [("1.9.9", True), ("2.0.0", False), ("2.0.0-rc1", True), ("", True), ("10.0.0", False)]
)
def test_a_range(version: str, expected: bool) -> None:
    assert affects(record(package("npm", "a", ranges=[BEFORE_TWO])), "npm", "a", version) is expected


def test_a_git_range_that_stands_first_hides_nothing() -> None:
    git = span({"introduced": "0"}, kind="GIT", repo="https://github.com/a/b")
    assert affects(record(package("npm", "a", ranges=[git, BEFORE_TWO])), "npm", "a", "1.0.0")
    assert not affects(record(package("npm", "a", ranges=[git, BEFORE_TWO])), "npm", "a", "3.0.0")


def test_several_windows_and_last_affected() -> None:
    windows = span({"introduced": "3.0.0"}, {"last_affected": "3.2.0"}, {"introduced": "1.0.0"}, {"fixed": "1.5.0"})
    told = [
        affects(record(package("npm", "a", ranges=[windows])), "npm", "a", version)
        for version in ("0.9.0", "1.0.0", "1.5.0", "2.0.0", "3.0.0", "3.2.0", "3.2.1")
    ]
    assert told == [False, True, False, False, True, True, False]


def test_a_limit_ends_a_range() -> None:
    limited = span({"introduced": "0"}, {"limit": "2.0.0"})
    assert affects(record(package("npm", "a", ranges=[limited])), "npm", "a", "1.0.0")
    assert not affects(record(package("npm", "a", ranges=[limited])), "npm", "a", "2.0.0")


def test_a_list_or_a_range_is_enough_and_neither_is_none() -> None:
    both = package("npm", "a", versions=["9.0.0"], ranges=[BEFORE_TWO])
    assert affects(record(both), "npm", "a", "9.0.0")
    assert affects(record(both), "npm", "a", "1.0.0")
    assert not affects(record(package("npm", "a")), "npm", "a", "1.0.0")


@pytest.mark.parametrize(
    ("ecosystem", "filed", "asked"),
    [("PyPI", "Foo.Bar", "foo_bar"), ("NuGet", "Newtonsoft.Json", "newtonsoft.json"), ("Packagist", "A/B", "a/b")],
)
def test_names_are_normalised_on_both_sides(ecosystem: str, filed: str, asked: str) -> None:
    assert affects(record(package(ecosystem, filed, versions=["1.0"])), ecosystem, asked, "1.0")


@pytest.mark.parametrize(
    ("filed", "asked", "expected"),
    [
        ("Debian:12", "Debian:12", True),
        ("Debian:12", "Debian", True),
        ("Debian", "Debian:12", True),
        ("Debian:11", "Debian:12", False),
    ],
)
def test_releases_of_a_distribution(filed: str, asked: str, expected: bool) -> None:
    assert affects(record(package(filed, "xz", ranges=[BEFORE_TWO])), asked, "xz", "1.0-1") is expected


def test_versions_are_compared_as_versions() -> None:
    assert affects(record(package("PyPI", "a", versions=["1.0"])), "PyPI", "a", "1.0.0")
    assert not affects(record(package("npm", "a", versions=["1.0.0"])), "PyPI", "a", "1.0.0")


def test_a_withdrawn_record_affects_nothing() -> None:
    assert not affects(
        record(package("npm", "a", versions=["1.0.0"]), withdrawn="2026-02-01T00:00:00Z"), "npm", "a", "1.0.0"
    )


def test_an_ecosystem_without_order_still_has_lists() -> None:
    listed = record(package("Unheard-of", "a", versions=["weird"]))
    assert affects(listed, "Unheard-of", "a", "weird")
    with pytest.raises(UncomparableError):
        affects(record(package("Unheard-of", "a", ranges=[BEFORE_TWO])), "Unheard-of", "a", "1.0.0")


def test_a_broken_record_is_an_input_error() -> None:
    with pytest.raises(InputError):
        affects({"id": "X", "affected": 7}, "npm", "a", "1.0.0")
