"""Which findings fail a scan, and what the exit status says."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.model.component import Problem
from scanner.model.finding import Finding, FindingClass, Severity, State, Suppression
from scanner.model.inventory import ReadStatus
from scanner.model.report import Coverage, FeedState, FileState, Unmatchable, Verdict
from scanner.policy import gate, verdict
from tests.factories import component


def finding(class_: FindingClass, state: State, severity: Severity, **fields: Any) -> Finding:
    defaults: dict[str, Any] = {
        "id": "0" * 20,
        "title": "t",
        "reason": "r",
        "component": None,
        "claims": (),
    }
    return Finding(class_=class_, state=state, severity=severity, **(defaults | fields))


def coverage(**fields: Any) -> Coverage:
    defaults: dict[str, Any] = {
        "files": (FileState(path="a", reader="r", status=ReadStatus.READ, components=1),),
        "components_read": 1,
        "components_checked": 1,
        "unmatchable": (),
        "feeds": (),
        "problems": (),
    }
    return Coverage(**(defaults | fields))


CERTAIN = finding(FindingClass.COMPROMISE, State.CERTAIN, Severity.CRITICAL)
POSSIBLE = finding(FindingClass.COMPROMISE, State.POSSIBLE, Severity.HIGH)
NEAR = finding(FindingClass.COMPROMISE, State.NEAR_MISS, Severity.LOW)
CVE = finding(FindingClass.VULNERABILITY, State.CERTAIN, Severity.CRITICAL)
CHANGE = finding(FindingClass.SUSPICIOUS_CHANGE, State.CERTAIN, Severity.HIGH)
SMALL_CHANGE = finding(FindingClass.SUSPICIOUS_CHANGE, State.CERTAIN, Severity.MEDIUM)


@pytest.mark.parametrize(
    ("fail_on", "closing", "passing"),
    [
        (None, [CERTAIN, POSSIBLE, CHANGE], [NEAR, CVE, SMALL_CHANGE]),
        ("vulnerability:critical", [CERTAIN, POSSIBLE, CVE], [NEAR]),
        ("vulnerability", [CVE], []),
        ("suspicious-change:medium", [CHANGE, SMALL_CHANGE, CERTAIN], [CVE]),
        ("compromise:certain", [CERTAIN], [POSSIBLE, NEAR]),
        ("compromise:near-miss", [CERTAIN, POSSIBLE, NEAR], []),
    ],
)
def test_the_gate(fail_on: str | None, closing: list[Finding], passing: list[Finding]) -> None:
    chosen = gate.parse(fail_on)
    assert all(chosen.closes_on(one) for one in closing)
    assert not any(chosen.closes_on(one) for one in passing)


@pytest.mark.parametrize("text", ["malware", "vulnerability:enormous", "compromise:critical", ","])
def test_a_gate_that_nobody_can_read_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError):
        gate.parse(text)


def test_a_suppressed_finding_does_not_close_the_gate() -> None:
    decision = Suppression(reason="looked into", expires="2027-01-01")
    silent = finding(FindingClass.COMPROMISE, State.CERTAIN, Severity.CRITICAL, suppressed=decision)
    assert not gate.DEFAULT.closes_on(silent)
    assert verdict.verdict([silent], coverage()) is Verdict.CLEAR


@pytest.mark.parametrize(
    ("findings", "expected", "status"),
    [
        ([], Verdict.CLEAR, 0),
        ([NEAR], Verdict.CLEAR, 0),
        ([CVE], Verdict.VULNERABLE, 0),
        ([POSSIBLE], Verdict.SUSPICIOUS, 1),
        ([CHANGE, CVE], Verdict.SUSPICIOUS, 1),
        ([CVE, POSSIBLE, CERTAIN], Verdict.COMPROMISED, 1),
    ],
)
def test_verdict_and_status(findings: list[Finding], expected: Verdict, status: int) -> None:
    assert verdict.verdict(findings, coverage()) is expected
    assert verdict.exit_status(findings, coverage(), gate.DEFAULT)[0] == status


FEED = FeedState(name="osv/npm", records=1, newest=None, fetched=None, age_hours=1.0, status="fresh")
INCOMPLETE = [
    coverage(components_read=0, components_checked=0, files=()),
    coverage(unmatchable=(Unmatchable(component=component("pkg:npm/a@1"), reason="no version"),), components_checked=0),
    coverage(problems=(Problem(where="a", what="lost"),)),
    coverage(
        feeds=(FeedState(name="osv/npm", records=0, newest=None, fetched=None, age_hours=None, status="missing"),)
    ),
    coverage(feeds=(FeedState(name="osv/npm", records=9, newest=None, fetched=None, age_hours=999.0, status="stale"),)),
]


@pytest.mark.parametrize("ledger", INCOMPLETE)
def test_nothing_is_silently_clear(ledger: Coverage) -> None:
    assert verdict.verdict([], ledger) is Verdict.INCOMPLETE
    status, reasons = verdict.exit_status([], ledger, gate.DEFAULT)
    assert status == 3
    assert reasons
    assert verdict.exit_status([CERTAIN], ledger, gate.DEFAULT)[0] == 1, "findings win over incomplete"


def test_a_harmless_remark_leaves_the_ledger_complete() -> None:
    ledger = coverage(problems=(Problem(where="a", what="schema", harmless=True),), feeds=(FEED,))
    assert verdict.verdict([], ledger) is Verdict.CLEAR
    assert verdict.exit_status([], ledger, gate.DEFAULT) == (0, ())
