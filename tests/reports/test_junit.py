"""JUnit: valid by the strict schema, red where the gate closes, never green where nothing was looked at."""

from __future__ import annotations

import io
import time
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given, settings

from scanner.model.finding import FindingClass
from scanner.model.report import Report
from scanner.reports import writer
from tests.conftest import SHARED, Golden
from tests.reports.samples import CERTAIN, CHANGE, CLEAR, REPORT
from tests.reports.test_hostile_names import TEXTS, hostile

HERE = Path(__file__).parent / "junit"
etree: Any = pytest.importorskip("lxml.etree", reason="lxml judges the schema")


def written(report: Report) -> bytes:
    out = io.StringIO()
    writer("junit")(report, out)
    return out.getvalue().encode()


def parsed(report: Report) -> ET.Element:
    return ET.fromstring(written(report))


@cache
def schema() -> Any:
    return etree.XMLSchema(etree.parse(SHARED / "schemas" / "junit" / "JUnit.xsd"))


def valid(report: Report) -> None:
    schema().assertValid(etree.fromstring(written(report)))


@pytest.mark.parametrize(("case", "report"), [("change", CHANGE), ("clear", CLEAR)])
def test_golden(golden: Golden, case: str, report: Report) -> None:
    golden(HERE / f"{case}.xml", written(report).decode())


@pytest.mark.parametrize("report", [CHANGE, REPORT, CLEAR], ids=["change", "everything", "clear"])
def test_valid(shared: Path, report: Report) -> None:
    valid(report)


@settings(max_examples=30, deadline=None)
@given(text=TEXTS)
def test_no_name_makes_an_element(text: str) -> None:
    shape, named = parsed(CHANGE), parsed(hostile(CHANGE, text))
    assert [one.tag for one in named.iter()] == [one.tag for one in shape.iter()]
    assert [sorted(one.keys()) for one in named.iter()] == [sorted(one.keys()) for one in shape.iter()]
    if SHARED.is_dir():
        valid(hostile(CHANGE, text))


def test_failures_are_what_closes_the_gate() -> None:
    root = parsed(CHANGE)
    assert len(root.findall(".//failure")) == len(CHANGE.closing)
    assert [one.get("name") for one in root.findall("testsuite")] == [*FindingClass, "coverage"]
    for suite in root.findall("testsuite"):
        for attribute, tag in (
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(suite.get(attribute) or "") == len(suite.findall(f".//{tag}"))


def test_what_was_not_checked_is_skipped_and_an_incomplete_scan_is_no_success() -> None:
    coverage = parsed(CHANGE).findall("testsuite")[-1]
    assert len(coverage.findall(".//skipped")) == 6
    assert not coverage.findall(".//error")
    failed = msgspec.structs.replace(REPORT, findings=(), closing=(), exit_code=3)
    assert len(parsed(failed).findall(".//error")) == 1
    assert not parsed(CLEAR).findall(".//error")


def test_names_are_the_same_in_the_next_run_and_no_others() -> None:
    names = [one.get("name") for one in parsed(CHANGE).findall(".//testcase")]
    assert len(set(names)) == len(names)


def test_five_thousand_findings_take_under_a_second() -> None:
    found = tuple(msgspec.structs.replace(CERTAIN, id=f"{n:020x}", title=f"good {n}") for n in range(5_000))
    report = msgspec.structs.replace(CHANGE, findings=found, closing=tuple(one.id for one in found))
    began = time.process_time()
    said = written(report)
    assert time.process_time() - began < 1
    assert said.count(b"<failure") == 5_000
