"""Annotations: a name can neither begin a command, nor end its own, nor set a property of another's."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path
from typing import NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.display import line
from scanner.model.report import Report
from scanner.reports import writer
from tests.conftest import Golden
from tests.reports.samples import CERTAIN, CHANGE, CLEAR, SEVERE, SUPPRESSED
from tests.reports.test_hostile_names import TEXTS, hostile

HERE = Path(__file__).parent / "annotations"
NASTY = st.one_of(
    TEXTS,
    st.sampled_from(
        [
            "\n::error::x",
            "\r::stop-commands::t",
            "%0A::error::x",
            "%3A%2C",
            ",line=1",
            "::",
            ",title=y::z",
            "##[error]x",
        ]
    ),
)


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def written(report: Report) -> str:
    out = io.StringIO()
    writer("github-annotations")(report, out)
    return out.getvalue()


def runner(said: str) -> list[Command]:
    """What the runner makes of it, by its documented rules."""
    found = []
    for one in re.split(r"\r\n|\r|\n", said):
        if not one:
            continue
        assert one.startswith("::"), one
        head, _, data = one[2:].partition("::")
        name, _, rest = head.partition(" ")
        properties = dict(pair.split("=", 1) for pair in rest.split(","))
        found.append(
            Command(name, {key: _undone(value, more=True) for key, value in properties.items()}, _undone(data))
        )
    return found


def _undone(text: str, *, more: bool = False) -> str:
    if more:
        text = text.replace("%3A", ":").replace("%2C", ",")
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_golden(golden: Golden) -> None:
    golden(HERE / "change.txt", written(CHANGE))
    golden(HERE / "clear.txt", written(CLEAR))


def test_what_closes_the_gate_is_an_error() -> None:
    commands = runner(written(CHANGE))
    assert [one.name for one in commands].count("error") == len(CHANGE.closing)
    first = commands[0]
    assert first.properties == {"file": "shop/package-lock.json", "title": CERTAIN.title, "line": "7"}
    text = written(CHANGE)
    assert SUPPRESSED.title not in text
    assert SEVERE.title not in text  # it was there before


@settings(max_examples=40, deadline=None)
@given(text=NASTY)
def test_no_name_makes_a_command(text: str) -> None:
    plain, named = runner(written(CHANGE)), runner(written(hostile(CHANGE, text)))
    assert [one.name for one in named] == [one.name for one in plain]
    for before, after in zip(plain, named, strict=True):
        assert set(after.properties) == set(before.properties)
        assert after.properties.get("line") == before.properties.get("line")
        for value in (*after.properties.values(), after.data):
            assert "\n" not in value
            assert "\r" not in value


@settings(max_examples=40, deadline=None)
@given(text=NASTY)
def test_what_is_said_is_what_was_meant(text: str) -> None:
    found = msgspec.structs.replace(CERTAIN, title=f"x{text}"[:100])
    first = runner(written(msgspec.structs.replace(CHANGE, findings=(found,))))[0]
    assert first.properties["title"] == line(found.title, limit=160)
    assert first.data.startswith(line(found.title))


def test_at_most_ten_of_each_and_the_rest_counted() -> None:
    found = tuple(msgspec.structs.replace(CERTAIN, id=f"{n:020x}", title=f"good {n}") for n in range(5_000))
    report = msgspec.structs.replace(CHANGE, findings=found, closing=tuple(one.id for one in found))
    began = time.process_time()
    commands = runner(written(report))
    assert time.process_time() - began < 1
    errors = [one for one in commands if one.name == "error"]
    assert len(errors) == 10
    assert "and 4,991 more" in errors[-1].data
    assert max([one.name for one in commands].count(level) for level in ("error", "warning", "notice")) <= 10
