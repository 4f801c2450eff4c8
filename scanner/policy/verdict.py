"""Findings and coverage → the verdict, the exit status, and the reasons in words."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.model.finding import Finding, FindingClass, Severity, State
from scanner.model.inventory import ReadStatus
from scanner.model.report import Coverage, Verdict
from scanner.policy.gate import Gate

OK, FINDINGS, INCOMPLETE = 0, 1, 3
_NOUNS: dict[str, str] = {
    FindingClass.INTEGRITY: "integrity finding",
    FindingClass.HYGIENE: "hygiene finding",
    FindingClass.SUSPICIOUS_CHANGE: "suspicious change",
}
"""Where the word of the class cannot be counted."""


def verdict(findings: Sequence[Finding], coverage: Coverage) -> Verdict:
    """The worst word that the findings support; `clear` only where everything was checked.

    A compromise that is only possible makes a target suspicious: nothing proves that the bad version is there.
    """
    standing = [finding for finding in findings if finding.weighed and finding.state is not State.NEAR_MISS]
    if any(f.class_ is FindingClass.COMPROMISE and f.state is State.CERTAIN for f in standing):
        return Verdict.COMPROMISED
    if any(_suspicious(finding) for finding in standing):
        return Verdict.SUSPICIOUS
    if any(finding.class_ is FindingClass.VULNERABILITY for finding in standing):
        return Verdict.VULNERABLE
    return Verdict.CLEAR if coverage.complete else Verdict.INCOMPLETE


def _suspicious(finding: Finding) -> bool:
    if finding.class_ is FindingClass.COMPROMISE:
        return True
    changed = finding.class_ in (FindingClass.SUSPICIOUS_CHANGE, FindingClass.INTEGRITY)
    return changed and finding.severity >= Severity.HIGH


def exit_status(findings: Sequence[Finding], coverage: Coverage, gate: Gate) -> tuple[int, tuple[str, ...]]:
    """(status, reasons): 1 where the gate closes, else 3 where something was not checked, else 0."""
    reasons = [
        f"{count} {state} {_plural(count, _NOUNS.get(class_, class_))}"
        for (state, class_), count in _closing(findings, gate).items()
    ]
    missing = incompleteness(coverage)
    if reasons:
        return FINDINGS, (*reasons, *missing)
    return (INCOMPLETE, missing) if missing else (OK, ())


def closing(findings: Sequence[Finding], gate: Gate) -> tuple[str, ...]:
    """The ids of those on which the gate closes."""
    return tuple(dict.fromkeys(finding.id for finding in findings if gate.closes_on(finding)))


def _closing(findings: Sequence[Finding], gate: Gate) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        if gate.closes_on(finding):
            key = (str(finding.state), str(finding.class_))
            counts[key] = counts.get(key, 0) + 1
    return counts


def incompleteness(coverage: Coverage) -> tuple[str, ...]:
    """Why the ledger does not allow `clear`, one sentence each; empty when it does."""
    reasons: list[str] = []
    if coverage.components_read == 0 and coverage.changes_judged is None:
        reasons.append("no component was read")
    failed = sum(file.status in (ReadStatus.FAILED, ReadStatus.PARTIAL) for file in coverage.files)
    if failed:
        reasons.append(f"{failed} {_plural(failed, 'file')} could not be read in full")
    if coverage.unmatchable:
        count = len(coverage.unmatchable)
        reasons.append(f"{count} {_plural(count, 'component')} could not be matched")
    others = [problem for problem in coverage.problems if not problem.harmless]
    if others and not failed:
        reasons.append(f"{len(others)} {_plural(len(others), 'problem')}")
    for status, words in (("missing", "not synchronised"), ("stale", "out of date"), ("broken", "broken")):
        names = [feed.name for feed in coverage.feeds if feed.status == status]
        if names:
            shown = ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
            reasons.append(f"{_plural(len(names), 'feed')} {words}: {shown}")
    if not reasons and not coverage.complete:
        reasons.append("something was not checked")
    return tuple(reasons)


def _plural(count: int, word: str) -> str:
    if count == 1:
        return word
    return word[:-1] + "ies" if word.endswith("y") else word + "s"
