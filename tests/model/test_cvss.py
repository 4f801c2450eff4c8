"""The highest score of a record's vectors, whatever else stands among them."""

from __future__ import annotations

import pytest

from scanner.matching import severity
from scanner.model import cvss
from scanner.model.advisory import Advisory, AdvisoryKind
from scanner.model.finding import Severity

V2, V3 = "AV:N/AC:L/Au:N/C:N/I:N/A:C", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"


@pytest.mark.parametrize(
    ("vectors", "score"),
    [
        ([V2], 7.8), ([V3], 9.8), ([V4], 9.3), ([V2, V4, V3], 9.8), (["6.5"], 6.5), (["CVSS:3.1/AV:?", V2], 7.8),
        ([], None), (["medium"], None), (["CVSS:3.1/AV:?"], None), (["nan"], None), (["inf"], None), (["11"], None),
        (["-1"], None),
    ],
)  # fmt: skip
def test_the_highest_that_can_be_understood(vectors: list[str], score: float | None) -> None:
    assert cvss.highest(vectors) == score


def test_a_record_that_was_stored_without_its_score_is_graded_all_the_same() -> None:
    record = Advisory(
        id="GHSA-1", kind=AdvisoryKind.VULNERABILITY, modified="", severity=(("CVSS_V3", V3),), severity_word="LOW"
    )
    assert record.score is None
    assert severity.of(record) is Severity.CRITICAL
