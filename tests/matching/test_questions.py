"""What a vendor is asked, in which order."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.matching.questions import questions
from scanner.model.campaign import Campaign
from scanner.model.exploitation import Exploitation, Exploited
from scanner.model.finding import Finding, FindingClass, Severity, State, Suppression
from scanner.model.report import Unmatchable
from tests.factories import component

ATTACK = Campaign(id="attack", name="attack", first_seen="2026-03-30", last_seen="2026-03-31")


def finding(class_: FindingClass = FindingClass.COMPROMISE, **fields: Any) -> Finding:
    given: dict[str, Any] = {
        "id": "0",
        "class_": class_,
        "state": State.CERTAIN,
        "severity": Severity.HIGH,
        "title": "it",
        "reason": "so",
        "component": component("pkg:npm/good@1.0.0"),
        "claims": (),
        "campaign": None,
    }
    return Finding(**(given | fields))


def asked(*findings: Finding, created: str = "", **fields: Any) -> list[tuple[str, str]]:
    found = questions(findings, fields.get("silent", ()), (), None, created=created, unread=fields.get("unread", 0))
    return [(one.about, one.text) for one in found]


@pytest.mark.parametrize(
    ("created", "told"),
    [
        ("2026-03-30T00:00:00Z", True),
        ("2026-03-31T23:59:00Z", True),
        ("2026-04-01T00:00:00Z", False),
        ("2026-03-29T23:59:00Z", False),
        ("", False),
        ("yesterday", False),
    ],
)
@pytest.mark.parametrize("state", State)
def test_an_sbom_made_during_the_attack_is_told(created: str, told: bool, state: State) -> None:
    ((about, text),) = asked(finding(campaign=ATTACK, state=state), created=created)
    assert about == "compromise"
    assert text.startswith("The SBOM was made on 2026-03-3") is told


def test_a_month_is_a_span_too() -> None:
    month = Campaign(id="attack", name="attack", first_seen="2026-03", last_seen="2026-03")
    ((_, during),) = asked(finding(campaign=month), created="2026-03-15T00:00:00Z")
    ((_, after),) = asked(finding(campaign=month), created="2026-04-01T00:00:00Z")
    assert during.startswith("The SBOM was made on 2026-03-15")
    assert not after.startswith("The SBOM")


def test_the_gravest_comes_first() -> None:
    exploited = Exploited(cve="CVE-1", since="2026-01-01", due="2026-02-01", ransomware=False, name="it")
    found = asked(
        finding(FindingClass.VULNERABILITY),
        finding(FindingClass.VULNERABILITY, exploitation=Exploitation(known_exploited=exploited)),
        finding(FindingClass.INTEGRITY),
        finding(),
        silent=(Unmatchable(component=component("pkg:npm/odd@1"), reason="no version"),),
        unread=2,
    )
    assert [about for about, _ in found] == [
        "compromise", "integrity", "known-exploited", "vulnerability", "silent", "unread",
    ]  # fmt: skip


def test_nobody_is_asked_of_what_is_suppressed_or_met() -> None:
    decided = Suppression(reason="known", expires="2027-01-01")
    assert asked(finding(suppressed=decided), finding(FindingClass.VULNERABILITY, severity=Severity.LOW)) == []
