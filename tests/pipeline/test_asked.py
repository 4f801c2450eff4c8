"""What a word is taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.pipeline.asked import MAX_LENGTH, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg:npm/axios@1.14.1", ["package axios of npm, version 1.14.1"]),
        ("pkg:npm/%40scope/name", ["package @scope/name of npm, any version"]),
        ("axios@1.14.1", ["package axios of any ecosystem, version 1.14.1"]),
        ("org.example:lib@1", ["package org.example:lib of any ecosystem, version 1"]),
        ("a" * 31 + "b", ["a md5 digest"]),
        ("AB" * 20, ["a sha1 digest", "a git commit"]),
        ("sha256:" + "ab" * 32, ["a sha256 digest"]),
        ("sha512-" + "A" * 86 + "==", ["a sha512 digest"]),
        ("hxxps://evil[.]invalid/a", ["an address (URL)"]),
        ("evil[.]invalid", ["a domain", "package evil.invalid of any ecosystem, any version"]),
        ("8.8.8[.]8", ["an IP address"]),
        ("who[@]evil.invalid", ["an e-mail address", "package who of any ecosystem, version evil.invalid"]),
        ("CVE-2026-0001", ["the id of a record", "package CVE-2026-0001 of any ecosystem, any version"]),
        ("GHSA-aaaa-bbbb-cccc", ["the id of a record", "package GHSA-aaaa-bbbb-cccc of any ecosystem, any version"]),
        ("a b c", ["a value of some indicator"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert list(read(text).read_as) == expected


@pytest.mark.parametrize("text", ["github.com", "10.0.0.1", "sha256:" + "0" * 64])
def test_what_everybody_has_is_said_to_be_so(text: str) -> None:
    assert read(text).remarks


@pytest.mark.parametrize("text", ["", "   ", "x" * (MAX_LENGTH + 1), "pkg:", "pkg:npm"])
def test_what_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read(text)


@given(st.text(min_size=1, max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    try:
        question = read(text)
    except UsageError:
        return
    assert question.read_as
