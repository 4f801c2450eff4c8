"""OpenVEX of a delivery: what somebody decided on its vulnerabilities, beside what a scan's says.

A vulnerability is `not_affected` only where the decision gives a justification. One that was accepted with the delivery
stays `affected`, and what is done about it is that somebody accepted it, until when and on which conditions. Nothing is
said by a decision that ended, that is on another delivery, or that is older than the finding; nothing on a compromise.
"""

from __future__ import annotations

from typing import Any, TextIO

from scanner.display import line
from scanner.model.audit import AuditReport
from scanner.model.decision import Recalled
from scanner.model.finding import Finding, FindingClass, State
from scanner.reports import openvex, tracker


def write(report: AuditReport, out: TextIO) -> None:
    """Write one document."""
    recalled = report.decision
    if recalled is None or not recalled.stands:
        openvex.write(report.report, out)
        return
    new = {one.id for one in recalled.new}
    openvex.write(report.report, out, lambda finding: None if finding.id in new else _status(recalled, finding))


def _status(recalled: Recalled, finding: Finding) -> dict[str, Any] | None:
    if finding.class_ is not FindingClass.VULNERABILITY or finding.suppressed is not None:
        return None
    decision = recalled.decision
    who = f"{line(decision.by)} on {decision.made.date()}"
    why = line(decision.because, limit=2_000)
    names = {one.value.casefold() for one in tracker.names(finding)}
    for stated in decision.not_affected:
        if stated.vulnerability.casefold() in names:
            return {
                "status": "not_affected",
                "justification": stated.justification,
                "impact_statement": f"{why} (decided by {who})",
            }
    if finding.state is not State.CERTAIN:
        return None
    until = "" if decision.until is None else f" until {decision.until}"
    conditions = "".join(f"; on condition: {line(one)}" for one in decision.conditions)
    return {
        "status": "affected",
        "action_statement": f"Accepted{until} by {who}: {why}{conditions}",
        "action_statement_timestamp": decision.made.isoformat(),
    }
