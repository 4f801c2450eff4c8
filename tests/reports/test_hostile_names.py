"""Whatever a stranger calls his package: people see harmless lines, machines get it back as it was."""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from collections.abc import Callable
from enum import Enum
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.model.inventory import Inventory
from scanner.model.report import Report
from scanner.reports import FORMATS, inventory_cyclonedx, inventory_json, inventory_purls, json_output, writer
from tests.factories import reading
from tests.reports.cyclonedx_schema import validator
from tests.reports.samples import CERTAIN, REPORT

UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
CHOSEN = (
    "\x1b[2J", "\x1b]8;;https://evil.invalid\x07", "\r\nverdict: clear", "\x00", "\x7f", "\x9b31m", "\u202egnp.exe",
    "\u200b", "\u2028", "\u2029", "\ufeff", "\ue000", "\U000e0041", "\ud800", "::error::", "<script>", "`|\\|", "%s{0}",
    "\x85", "\xad", "é", "漢字",
)  # fmt: skip
# What decides in the report's own words, and is never a stranger's.
_OURS = frozenset(("status", "type", "id", "algorithm", "confidence", "started", "finished", "closing", "finding"))


def hostile(value: Any, text: str) -> Any:
    """The value with `text` behind every string in it that a stranger may have written."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return value + text
    if isinstance(value, tuple):
        return tuple(hostile(item, text) for item in value)
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        return type(value)(**{name: item if name in _OURS else hostile(item, text) for name, item in fields.items()})
    return value


def written(write: Callable[..., None], what: Any, **more: Any) -> str:
    out = io.StringIO()
    write(what, out, **more)
    return out.getvalue()


def seen(text: str) -> None:
    """Nothing stands in the text that the eye does not see, or that a terminal obeys."""
    bad = {char for char in text if char != "\n" and unicodedata.category(char) in UNSEEN}
    assert bad == set()


MADE_UP = st.text(max_size=12)
TEXTS = st.one_of(st.sampled_from(CHOSEN), MADE_UP)


def chosen(test: Callable[..., None]) -> Callable[..., None]:
    """The test with every text that was chosen, beside those that hypothesis makes up."""
    for text in CHOSEN:
        test = example(text=text)(test)
    return test


@pytest.mark.parametrize("name", FORMATS)
@chosen
@settings(max_examples=12, deadline=None)
@given(text=MADE_UP)
def test_reports_show_nothing_unseen(name: str, text: str) -> None:
    report: Report = hostile(REPORT, text)
    said = written(writer(name), report)
    seen(said.replace("\r\n", "\n") if name == "csv" else said)
    if name == "text":  # a line break in a name makes no line of its own
        assert said.count("\n") < 400
        assert not any(line.startswith(("verdict:", "::error::")) for line in said.splitlines())


def listing(text: str) -> Inventory:
    component = hostile(CERTAIN.component, text)
    return Inventory(readings=(reading(component, path=f"bom{text}.json"),), looked_for=1)


def located(_: Any) -> Any:
    return [CERTAIN.component.location] if CERTAIN.component is not None else []


@chosen
@settings(max_examples=12, deadline=None)
@given(text=MADE_UP)
def test_inventories_show_nothing_unseen(text: str) -> None:
    found = listing(text)
    seen(written(inventory_purls.write, found))
    seen(written(inventory_json.write, found, located=located))
    seen(written(inventory_cyclonedx.write, found))
    assert written(inventory_purls.write, found).count("\n") == 1


@chosen
@settings(max_examples=12, deadline=None)
@given(text=MADE_UP)
def test_json_gives_names_back_as_they_were(text: str) -> None:
    report: Report = hostile(REPORT, text)
    body = json.loads(written(writer("json"), report))
    (first, *_) = report.findings
    assert first.component is not None
    assert body["findings"][0]["component"]["name"] == first.component.name
    assert body["findings"][0]["title"] == first.title
    assert body["coverage"]["problems"][0]["what"] == report.coverage.problems[0].what


@chosen
@settings(max_examples=12, deadline=None)
@given(text=MADE_UP)
def test_cyclonedx_stays_valid(text: str) -> None:
    body = json.loads(written(inventory_cyclonedx.write, listing(text)))
    assert [error.message for error in validator().iter_errors(body)] == []


def test_every_unseen_character_is_escaped_in_json() -> None:
    kinds = UNSEEN - {"Cs"}
    every = "".join(one for one in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(one) in kinds)
    said = written(json_output.dump, {"name": every})
    seen(said)
    assert json.loads(said)["name"] == every


def test_ordinary_letters_are_left_alone() -> None:
    assert written(json_output.dump, "naïve 漢字 😀") == '"naïve 漢字 😀"\n'
