"""Findings for DefectDojo, as its "Generic Findings Import" takes them.

Format: https://docs.defectdojo.com/supported_tools/parsers/generic_findings_import/. An import with a field that it
does not know is refused whole, so nothing of our own is added. Guide: docs/reports-machines.md.
"""

from __future__ import annotations

from typing import Any, TextIO

import scanner
from scanner.display import line
from scanner.model.exploitation import Exploitation
from scanner.model.finding import Finding, FindingClass, Severity
from scanner.model.report import Report
from scanner.reports import json_output, telling, tracker

Body = dict[str, Any]

_SEVERITIES = {
    Severity.NONE: "Info",
    Severity.LOW: "Low",
    Severity.MEDIUM: "Medium",
    Severity.HIGH: "High",
    Severity.CRITICAL: "Critical",
}
# Lengths of its columns: what is longer fails the import.
_TITLE, _COMPONENT, _VERSION, _ID, _PATH = 511, 500, 100, 500, 4_000
_VULNERABLE_DEPENDENCY = 1395
"""CWE-1395, dependency on a vulnerable component of others: the record's own weakness is not known."""


def write(report: Report, out: TextIO) -> None:
    """Write one import. The same report gives the same bytes."""
    body = {
        "name": "pratique",
        "type": "pratique",
        "version": scanner.__version__,
        "description": tracker.block([line(f"{report.target or 'target'}: {tracker.verdict(report)}")]),
        "static_tool": True,
        "dynamic_tool": False,
        "findings": [_finding(report, finding) for finding in tracker.told(report)],
    }
    json_output.dump(body, out)


def _finding(report: Report, finding: Finding) -> Body:
    (place, *_) = telling.places(report, finding)
    vectors = tracker.vectors(finding)
    body: Body = {
        "title": line(finding.title, limit=_TITLE),
        "severity": _SEVERITIES[finding.severity],
        "severity_justification": None if telling.is_scored(finding) else "No record gives a severity.",
        "description": tracker.block(tracker.story(report, finding)),
        "mitigation": tracker.span(finding.what_to_do) if finding.what_to_do else None,
        "references": "\n".join(f"<{url}>" for url in tracker.pages(finding)) or None,
        "date": report.started[:10],
        "active": finding.suppressed is None,
        "verified": False,
        "false_p": tracker.stated(finding) is not None,
        "risk_accepted": finding.suppressed is not None and tracker.stated(finding) is None,
        "static_finding": True,
        "dynamic_finding": False,
        "file_path": line(place.path, limit=_PATH),
        "line": place.line,
        "unique_id_from_tool": finding.id,
        "vuln_id_from_tool": line(telling.rule(finding), limit=_ID),
        "vulnerability_ids": [name.value for name in tracker.names(finding) if name.kind != "pratique"],
        "cwe": _weakness(finding),
        "cvssv3": vectors[0] if vectors else None,
        "tags": _tags(finding),
        **_component(finding),
        **_exploitation(finding.exploitation),
    }
    return {key: value for key, value in body.items() if value not in (None, [])}


def _component(finding: Finding) -> Body:
    component = finding.component
    if component is None:
        return {}
    return {
        "component_name": line(component.name, limit=_COMPONENT),
        "component_version": line(component.version or component.constraint or "", limit=_VERSION) or None,
    }


def _weakness(finding: Finding) -> int | None:
    if finding.class_ is FindingClass.COMPROMISE:
        return tracker.MALICIOUS_CODE
    return _VULNERABLE_DEPENDENCY if finding.class_ is FindingClass.VULNERABILITY else None


def _tags(finding: Finding) -> list[str]:
    """Words of ours only: a comma or a quote in a tag makes others of it."""
    scope = [] if finding.component is None else [str(finding.component.scope)]
    standing = [] if finding.standing is None else [str(finding.standing)]
    return [str(finding.class_), str(finding.state), *scope, *standing]


def _exploitation(found: Exploitation | None) -> Body:
    if found is None:
        return {}
    body: Body = {}
    if found.likelihood is not None:
        body |= {"epss_score": found.likelihood.probability, "epss_percentile": found.likelihood.percentile}
    if found.known_exploited is not None:
        body |= {"known_exploited": True, "ransomware_used": found.known_exploited.ransomware}
    return body
