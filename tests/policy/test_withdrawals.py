"""Local withdrawals: what they set aside, what stands all the same, and what comes back."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from scanner.model.finding import Claim, Finding, FindingClass, Severity, State
from scanner.model.withdrawal import Withdrawal
from scanner.policy import withdrawals
from tests import factories

TODAY = date(2026, 11, 29)


def claim(record: str, *aliases: str) -> Claim:
    return Claim(feed="osv/npm", record=record, advisory=factories.advisory(record, "axios", aliases=aliases))


def finding(*claims: Claim) -> Finding:
    return Finding(
        id="f",
        class_=FindingClass.COMPROMISE,
        state=State.CERTAIN,
        severity=Severity.CRITICAL,
        title="axios is bad",
        reason="this very version is bad",
        component=factories.component("pkg:npm/axios@1.14.1"),
        claims=claims,
    )


def withdrawal(id_: str, **fields: Any) -> Withdrawal:
    defaults: dict[str, Any] = {"id": id_, "reason": "a mirror's mistake", "expires": TODAY, "made": TODAY}
    return Withdrawal(**(defaults | fields))


def judge(one: Finding, *known: Withdrawal) -> tuple[Finding, int]:
    judged = withdrawals.judge([one], known, today=TODAY, where="w.json")
    return judged.findings[0], len(judged.expired)


@pytest.mark.parametrize("id_", ["MAL-1", "mal-1", "GHSA-aaaa", "CVE-2026-1"])
def test_what_rests_on_a_withdrawn_report_alone_is_set_aside(id_: str) -> None:
    # One report under three names, of which each record knows some.
    known = finding(claim("MAL-1", "GHSA-aaaa"), claim("GHSA-aaaa", "CVE-2026-1"))
    judged, expired = judge(known, withdrawal(id_, by="ops"))
    assert judged.suppressed is not None
    assert msgspec.to_builtins(judged.suppressed) == {
        "reason": f"{id_} withdrawn: a mirror's mistake",
        "expires": "2026-11-29",
        "by": "ops",
        "where": "w.json",
        "stated": None,
        "justification": None,
    }
    assert (judged.reason, expired) == (known.reason, 0)


def test_what_somebody_else_says_too_stands() -> None:
    judged, _ = judge(finding(claim("MAL-1"), claim("LWA-7")), withdrawal("MAL-1"))
    assert judged.suppressed is None
    assert judged.reason.endswith("MAL-1 is withdrawn here, but not everything that says so")
    both, _ = judge(
        finding(claim("MAL-1"), claim("LWA-7")), withdrawal("MAL-1"), withdrawal("LWA-7", expires=date(2027, 1, 1))
    )
    assert both.suppressed is not None
    assert both.suppressed.expires == "2026-11-29"


def test_it_comes_back_after_the_last_day_and_says_so() -> None:
    over = withdrawal("MAL-1", expires=date(2026, 11, 28))
    judged, expired = judge(finding(claim("MAL-1")), over)
    assert (judged.suppressed, expired) == (None, 1)
    assert judged.reason.endswith("the withdrawal of MAL-1 ended on 2026-11-28")
    # One that holds covers it, whatever ran out before.
    assert judge(finding(claim("MAL-1")), over, withdrawal("MAL-1"))[0].suppressed is not None


@pytest.mark.parametrize(
    ("package", "covered"),
    [("axios", True), ("Axios", True), ("pkg:npm/axios", True), ("axio", False), ("pkg:npm/axios@1.14.1", False)],
)
def test_it_may_be_on_one_package_only(package: str, covered: bool) -> None:
    judged, _ = judge(finding(claim("MAL-1")), withdrawal("MAL-1", package=package))
    assert (judged.suppressed is not None) is covered
    file = msgspec.structs.replace(finding(claim("MAL-1")), component=None)
    assert judge(file, withdrawal("MAL-1", package=package))[0].suppressed is None
    assert judge(file, withdrawal("MAL-1"))[0].suppressed is not None


def test_others_are_left_as_they_are() -> None:
    known = finding(claim("MAL-1"))
    assert judge(known, withdrawal("MAL-11")) == (known, 0)
    assert judge(known) == (known, 0)
    # Nothing is withdrawn by saying nothing.
    bare = finding()
    assert judge(bare, withdrawal("MAL-1")) == (bare, 0)
