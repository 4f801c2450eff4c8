"""Decisions on deliveries: what is written is read back, what is wrong is told by line, what is new is new."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.model.decision import Answer, Decision, NotAffected, OpenFinding
from scanner.model.finding import FindingClass, State
from scanner.model.report import Verdict
from scanner.policy import decisions

MADE = datetime(2026, 11, 30, 8, tzinfo=UTC)


def decision(**fields: Any) -> Decision:
    plain = Decision(
        decide=Answer.ACCEPT,
        because="looked at",
        by="Ada",
        made=MADE,
        sha256="a" * 64,
        product="shop",
        vendor="Makers",
        verdict=Verdict.CLEAR,
    )
    return msgspec.structs.replace(plain, **fields)


# What a basic string can hold: any scalar value; a lone surrogate is none, and stands for text that was broken before.
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
SAID = TEXT.map(lambda text: "x" + text)


@given(
    st.lists(
        st.builds(
            decision,
            because=SAID,
            by=SAID,
            sbom=TEXT,
            product=TEXT,
            conditions=st.lists(TEXT, max_size=3).map(tuple),
            not_affected=st.lists(
                st.builds(NotAffected, vulnerability=TEXT, justification=st.just("component_not_present")), max_size=2
            ).map(tuple),
            open=st.lists(
                st.builds(
                    OpenFinding,
                    finding=TEXT,
                    class_=st.sampled_from(FindingClass),
                    state=st.sampled_from(State),
                    package=TEXT,
                    records=st.lists(TEXT, max_size=2).map(tuple),
                    title=TEXT,
                ),
                max_size=3,
            ).map(tuple),
        ),
        max_size=3,
    )
)
def test_what_is_written_is_read_back(made: list[Decision]) -> None:
    text = decisions.HEAD + "".join(map(decisions.table, made))
    book = decisions.parse(text.encode(), where="d.toml")
    assert list(book.decisions) == made
    assert [text.splitlines()[number - 1] for number in book.lines] == ["[[decision]]"] * len(made)
    shown = text.replace("\n", "")
    assert shown.isprintable()


def test_a_lone_surrogate_does_not_break_the_file() -> None:
    text = decisions.table(decision(by="\udc80"))
    assert tomllib.loads(text)["decision"][0]["by"] == "?"


SOUND = decisions.table(decision())


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("[[decision]\n", ":1:", "not TOML"),
        ("\n[[decisions]]\n", ":1:", "decisions"),
        (SOUND + SOUND.replace('"accept"', '"perhaps"'), ":13:", "perhaps"),
        (SOUND.replace('"accept"', '"accept-until"'), ":2:", "until"),
        (SOUND + "until = 2027-01-01\n", ":2:", "until"),
        (SOUND.replace('"looked at"', '" "'), ":2:", "because"),
        (SOUND.replace('"' + "a" * 64, '"abc'), ":2:", "sha256"),
        (SOUND.replace("08:00:00Z", "08:00:00"), ":2:", "zone"),
        (SOUND + "expires = 2027-01-01\n", ":2:", "expires"),
        (SOUND + 'conditions = [\n  "a",\n  3,\n]\n', ":13:", "Expected `str`"),
        (SOUND + 'not-affected = [{ vulnerability = "X", justification = "so" }]\n', ":2:", "no justification"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, at: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        decisions.parse(text.encode(), where="d.toml")
    assert f"d.toml{at}" in str(caught.value)
    assert says in str(caught.value)


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(UsageError, match="at most"):
        decisions.parse(b" " * (decisions.MOST_BYTES + 1), where="d.toml")


def book(*made: Decision) -> decisions.Book:
    return decisions.parse("".join(map(decisions.table, made)).encode(), where="d.toml")


def test_this_very_sbom_comes_before_a_newer_one_of_the_product() -> None:
    newer = decision(sha256="b" * 64, made=MADE.replace(hour=9))
    known = book(decision(), newer)
    assert known.on("a" * 64, "shop", "Makers") == 0
    assert known.on("c" * 64, "SHOP", "makers") == 1
    assert known.on("c" * 64, "shop", "") == 1
    assert known.on("c" * 64, "shop", "Others") is None
    assert known.on("c" * 64, "", "") is None
    assert known.on("", "", "") is None


def test_of_two_of_one_moment_the_later_in_the_file_counts() -> None:
    assert book(decision(), decision(decide=Answer.REFUSE)).on("a" * 64, "", "") == 1


@pytest.mark.parametrize(
    ("text", "says"), [("tomorrow", "no day"), ("2026-11-29", "is over"), ("2027-12-24", "more than a year")]
)
def test_a_day_that_is_none(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        decisions.deadline(text, date(2026, 11, 30), date(2027, 12, 1))
