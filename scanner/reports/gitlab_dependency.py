"""Findings on packages as GitLab's dependency-scanning report (`artifacts:reports:dependency_scanning`).

Schema 15.2.1: https://gitlab.com/gitlab-org/security-products/security-report-schemas. GitLab refuses a whole report
that is not valid. What was suppressed is left out, since the format cannot say so, and so are near misses.
Guide: docs/reports-machines.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO

import scanner
from scanner.display import line
from scanner.model.component import Component
from scanner.model.finding import Finding, FindingClass, Severity
from scanner.model.report import Report
from scanner.reports import json_output, telling, tracker

Body = dict[str, Any]

_VERSION = "15.2.1"
_SEVERITIES = {
    Severity.NONE: "Info",
    Severity.LOW: "Low",
    Severity.MEDIUM: "Medium",
    Severity.HIGH: "High",
    Severity.CRITICAL: "Critical",
}
_TOOL = {"id": "pratique", "name": "pratique", "vendor": {"name": "pratique"}, "version": scanner.__version__}
_MESSAGES = 100


def write(report: Report, out: TextIO) -> None:
    """Write the report. The same report gives the same bytes."""
    body = {
        "version": _VERSION,
        "scan": {
            "analyzer": _TOOL,
            "scanner": _TOOL,
            "type": "dependency_scanning",
            "start_time": _time(report.started),
            "end_time": _time(report.finished),
            # A scan that could not see everything must not look like one that found nothing.
            "status": "success" if report.coverage.complete else "failure",
            "messages": list(_messages(report)),
        },
        "vulnerabilities": [
            _vulnerability(report, finding, finding.component)
            for finding in tracker.told(report)
            if finding.component is not None and finding.suppressed is None
        ],
    }
    json_output.dump(body, out)


def _time(rfc3339: str) -> str:
    """UTC, as GitLab has it: without a zone."""
    return rfc3339[:19]


def _messages(report: Report) -> Iterator[Body]:
    yield {"level": "info", "value": f"verdict: {report.verdict}"}
    for where, what in islice(telling.gaps(report.coverage), _MESSAGES):
        place = f"{telling.at(where)}: " if where.path else ""
        yield {"level": "warn", "value": f"{place}{what}"}


def _vulnerability(report: Report, finding: Finding, component: Component) -> Body:
    (place, *_) = telling.places(report, finding)
    vectors = tracker.vectors(finding)
    dependency: Body = {
        "package": {"name": line(component.name)},
        "version": line(component.version or component.constraint or ""),
    }
    if finding.introduced_through:
        dependency["direct"] = any(len(path) <= 2 for path in finding.introduced_through)
    body: Body = {
        "id": finding.id,
        "name": line(finding.title, limit=255),
        "description": tracker.block(tracker.story(report, finding)),
        "severity": _SEVERITIES[finding.severity] if telling.is_scored(finding) else "Unknown",
        "solution": tracker.span(finding.what_to_do) if finding.what_to_do else None,
        "identifiers": list(_identifiers(finding)),
        "cvss_vectors": [{"vendor": "unknown", "vector": vector} for vector in vectors],
        "links": [{"url": url} for url in tracker.pages(finding)],
        "location": {"file": line(place.path, limit=4_000), "dependency": dependency},
    }
    return {key: value for key, value in body.items() if value not in (None, [])}


def _identifiers(finding: Finding) -> Iterator[Body]:
    for name in tracker.names(finding):
        body = {"type": name.kind, "name": name.value, "value": name.value}
        yield body if name.page is None else body | {"url": name.page}
    if finding.class_ is FindingClass.COMPROMISE:
        number = str(tracker.MALICIOUS_CODE)
        page = f"https://cwe.mitre.org/data/definitions/{number}.html"
        yield {"type": "cwe", "name": f"CWE-{number}", "value": number, "url": page}
