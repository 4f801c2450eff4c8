"""Findings of every class as GitLab's Code Quality report (`artifacts:reports:codequality`), which needs no paid tier.

Format: https://docs.gitlab.com/ci/testing/code_quality/, section "Code Quality report format". What could not be
checked is an entry as well: an empty file would look like `clear`. Guide: docs/reports-machines.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, TextIO

from scanner.display import line
from scanner.model.finding import Finding, FindingClass, Severity, State
from scanner.model.report import Report
from scanner.reports import json_output, telling, tracker
from scanner.reports.telling import Place

_SEVERITIES = {
    Severity.NONE: "info",
    Severity.LOW: "minor",
    Severity.MEDIUM: "minor",
    Severity.HIGH: "major",
    Severity.CRITICAL: "critical",
}
_GAPS = 100


def write(report: Report, out: TextIO) -> None:
    """Write one list. What was suppressed is left out, and so are near misses."""
    json_output.dump([*_findings(report), *_gaps(report)], out)


def _findings(report: Report) -> Iterator[dict[str, Any]]:
    for finding in tracker.told(report):
        if finding.suppressed is None:
            (place, *_) = telling.places(report, finding)
            yield _entry(
                telling.says(finding), line(telling.rule(finding), limit=200), finding.id, _severity(finding), place
            )


def _gaps(report: Report) -> Iterator[dict[str, Any]]:
    gaps = list(telling.gaps(report.coverage))
    for where, what in gaps[:_GAPS]:
        place = telling.place(report, where) if where.path else telling.somewhere(report)
        yield _entry(what, "not-checked", _fingerprint(where.path, what), "minor", place)
    if len(gaps) > _GAPS:
        what = f"{len(gaps) - _GAPS:,} more could not be checked: --format json lists them"
        yield _entry(what, "not-checked", _fingerprint("", "more"), "minor", telling.somewhere(report))


def _severity(finding: Finding) -> str:
    if finding.class_ is FindingClass.COMPROMISE and finding.state is State.CERTAIN:
        return "blocker"
    return _SEVERITIES[finding.severity]


def _entry(text: str, check: str, fingerprint: str, severity: str, place: Place) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": check,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": line(place.path, limit=4_000), "lines": {"begin": place.line or 1}},
    }


def _fingerprint(where: str, what: str) -> str:
    return hashlib.sha256(f"{where}\0{what}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
