"""CSV: one record a finding, and nothing that a spreadsheet would run, whatever separator it reads by."""

from __future__ import annotations

import csv
import io
import re
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.model.report import Report
from scanner.reports import csv_table, writer
from tests.conftest import Golden
from tests.reports.samples import CERTAIN, CHANGE, CLEAR, SUPPRESSED
from tests.reports.test_hostile_names import TEXTS, hostile

HERE = Path(__file__).parent / "csv"
_BEGINS = re.compile(r"\s*[=+\-@＝＋－＠]")


def written(report: Report) -> str:
    out = io.StringIO()
    writer("csv")(report, out)
    return out.getvalue()


def test_golden(golden: Golden) -> None:
    golden(HERE / "change.csv", written(CHANGE).replace("\r\n", "\n"))


def test_it_is_as_rfc_4180_has_it() -> None:
    said = written(CHANGE)
    assert said.count("\r\n") == said.count("\n") == said.count("\r") == 2 + len(CHANGE.findings)
    assert said.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(said, newline=""), strict=True))
    assert rows[0]["id"] == CERTAIN.id
    assert rows[0]["closes_gate"] == "yes"
    (suppressed,) = (row for row in rows if row["suppressed"])
    assert (suppressed["id"], suppressed["suppressed_by"]) == (SUPPRESSED.id, "alice")
    assert [row["standing"] for row in rows].count("gone") == 1


def test_nothing_found_is_a_header() -> None:
    assert written(CLEAR).splitlines() == [",".join(f'"{name}"' for name in csv_table.COLUMNS)]


FORMULAS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", " ", "\t", "\r\n", '"', ";", ",", "|", "x;", 'y",', " ;\t "]),
    st.sampled_from(["=", "+", "-", "@", "＝", "＠"]),
    st.sampled_from(["cmd|' /C calc'!A0", "1+1", 'HYPERLINK("https://evil.invalid")', "SUM(A1)"]),
    st.sampled_from(["", '"', ";", "\n=1", ";=1"]),
)


@settings(max_examples=60, deadline=None)
@given(text=st.one_of(FORMULAS, TEXTS))
@example(text=";=1")
def test_no_cell_is_a_formula(text: str) -> None:
    assert not _BEGINS.match(csv_table.cell(text))
    said = written(_beginning(hostile(CHANGE, text), text))
    # Whichever separator the spreadsheet is set to: no cell of any reading begins a formula.
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(said, newline=""), delimiter=separator):
            assert not [one for one in row if _BEGINS.match(one)]
    # Nor where it knows nothing of quotes.
    for one in re.split(r'[",;\t|\r\n]', said):
        assert not _BEGINS.match(one)


def _beginning(report: Report, text: str) -> Report:
    """The same, with a finding that begins with the text in every field."""
    assert CERTAIN.component is not None
    component = msgspec.structs.replace(
        CERTAIN.component, name=text, version=text, source_url=text, location=type(CERTAIN.component.location)(text)
    )
    first = msgspec.structs.replace(
        CERTAIN,
        title=text,
        reason=text,
        what_to_do=text,
        component=component,
        evidence=(),
        introduced_through=((text,),),
    )
    return msgspec.structs.replace(report, findings=(first, *report.findings))


@pytest.mark.parametrize("name", ["good", "@scope/name", "-x"])
def test_a_field_is_read_back_but_for_the_apostrophe(name: str) -> None:
    assert csv_table.cell(name).removeprefix("'") == name


def test_five_thousand_findings_take_under_a_second() -> None:
    found = tuple(msgspec.structs.replace(CERTAIN, id=f"{n:020x}", title=f"good {n}") for n in range(5_000))
    report = msgspec.structs.replace(CHANGE, findings=found)
    began = time.process_time()
    assert written(report).count("\n") == 5_002
    assert time.process_time() - began < 1
