"""Inventory, vulnerabilities and what is thought of them (VEX) as one CycloneDX 1.6 document.

Spec: https://cyclonedx.org/docs/1.6/json/. Built directly, like the inventory alone: the library needs 4 s for 5,000
vulnerabilities, and more than that for 10,000 components. Compromises stand among the vulnerabilities, with CWE-506;
findings of other classes are annotations of their components. Guide: docs/reports-machines.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TextIO

import scanner
from scanner.display import line
from scanner.model.component import Component
from scanner.model.finding import Finding, FindingClass, State
from scanner.model.inventory import ReadStatus
from scanner.model.report import Report
from scanner.reports import inventory_cyclonedx, json_output, telling, tracker

Body = dict[str, Any]
_Key = tuple[object, ...]

_TIME = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z\Z")
_JUSTIFICATIONS = {
    "component_not_present": "code_not_present",
    "vulnerable_code_not_present": "code_not_present",
    "vulnerable_code_not_in_execute_path": "code_not_reachable",
    "vulnerable_code_cannot_be_controlled_by_adversary": "code_not_reachable",
    "inline_mitigations_already_exist": "protected_by_mitigating_control",
}
"""OpenVEX's word → CycloneDX's."""
_CLASSES = (FindingClass.VULNERABILITY, FindingClass.COMPROMISE)
_TARGET = "target"


def write(report: Report, out: TextIO) -> None:
    """Write one document. The same report gives the same bytes.

    Without an inventory in the report the components are those of the findings.
    """
    listed = [] if report.inventory is None else list(inventory_cyclonedx.referred(report.inventory))
    components = [inventory_cyclonedx.component_body(component, ref) for ref, component in listed]
    found = list(tracker.told(report))
    told = [finding for finding in found if finding.class_ in _CLASSES]
    places = _places(listed, found)
    vulnerabilities = []
    for finding in told:
        refs = [] if finding.component is None else places[_key(finding.component)]
        if not refs:
            refs.append(f"of:{finding.id}")
            components.append(_own(report, finding, refs[0]))
        vulnerabilities.append(_vulnerability(finding, refs))
    body = inventory_cyclonedx.document(
        metadata={
            "timestamp": report.started,
            "component": {"type": "application", "bom-ref": _TARGET, "name": report.target or "target"},
            "properties": [{"name": "pratique:verdict", "value": tracker.verdict(report)}],
        },
        components=components,
        dependencies=[] if report.inventory is None else inventory_cyclonedx.dependencies(report.inventory),
        vulnerabilities=vulnerabilities,
        annotations=[
            _annotation(report, finding, [] if finding.component is None else places[_key(finding.component)])
            for finding in found
            if finding.class_ not in _CLASSES
        ],
        compositions=[{"aggregate": "incomplete", "assemblies": [_TARGET]}] if _is_partial(report) else [],
    )
    json_output.dump(body, out)


def _is_partial(report: Report) -> bool:
    """Whether components may be missing: a file was not read in full."""
    return any(file.status in (ReadStatus.FAILED, ReadStatus.PARTIAL) for file in report.coverage.files)


def _key(component: Component) -> _Key:
    """What a finding groups components by: the same version in the same file."""
    return (component.location.path, component.name, component.version, component.constraint, component.origin)


def _places(listed: list[tuple[str, Component]], findings: list[Finding]) -> dict[_Key, list[str]]:
    found: dict[_Key, list[str]] = {
        _key(finding.component): [] for finding in findings if finding.component is not None
    }
    names = {finding.component.name for finding in findings if finding.component is not None}
    for ref, component in listed:
        if component.name in names and (refs := found.get(_key(component))) is not None:
            refs.append(ref)
    return found


def _own(report: Report, finding: Finding, ref: str) -> Body:
    """A component for what stands in no inventory: a file, or a package that only the finding knows."""
    if finding.component is not None:
        return inventory_cyclonedx.component_body(finding.component, ref)
    (place, *_) = telling.places(report, finding)
    return {"type": "file", "bom-ref": ref, "name": place.path}


def _vulnerability(finding: Finding, refs: list[str]) -> Body:
    (first, *others) = tracker.names(finding)
    record = next((claim.advisory for claim in finding.claims if claim.advisory is not None), None)
    version = None if finding.component is None else finding.component.version
    body: Body = {
        "bom-ref": f"finding:{finding.id}",
        "id": first.value,
        "source": _source(first),
        "references": [{"id": one.value, "source": _source(one)} for one in others],
        "ratings": list(_ratings(finding)),
        "cwes": [tracker.MALICIOUS_CODE] if finding.class_ is FindingClass.COMPROMISE else [],
        "description": line(finding.title),
        "detail": line(finding.reason),
        "recommendation": line(finding.what_to_do, limit=4_000) or None,
        "advisories": [{"url": url} for url in tracker.pages(finding)],
        "published": _time(record.published) if record else None,
        "updated": _time(record.modified) if record else None,
        "analysis": _analysis(finding),
        "affects": [_affected(finding, ref, version) for ref in refs],
        "properties": [{"name": f"pratique:{name}", "value": value} for name, value in _properties(finding)],
    }
    return {key: value for key, value in body.items() if value not in (None, [])}


def _annotation(report: Report, finding: Finding, refs: list[str]) -> Body:
    """What is no vulnerability: of the target as a whole where its component is not in the document."""
    grade = ", ".join((str(finding.class_), finding.severity.word, str(finding.state)))
    said = f"{line(finding.title)}. Why: {line(finding.reason)}."
    if finding.what_to_do:
        said += f" What to do: {line(finding.what_to_do, limit=4_000)}"
    return {
        "bom-ref": f"finding:{finding.id}",
        "subjects": refs or [_TARGET],
        "annotator": {"component": {"type": "application", "name": "pratique", "version": scanner.__version__}},
        "timestamp": report.started,
        "text": f"{grade}: {said}",
    }


def _source(name: tracker.Name) -> Body:
    said = {"cve": "NVD", "ghsa": "GitHub Advisories", "osv": "OSV"}.get(name.kind, "pratique")
    return {"name": said} if name.page is None else {"name": said, "url": name.page}


def _ratings(finding: Finding) -> Iterator[Body]:
    severity = finding.severity.word if telling.is_scored(finding) else "unknown"
    vectors = tracker.vectors(finding)
    for vector in vectors:
        method = "CVSSv31" if vector.startswith("CVSS:3.1") else "CVSSv3"
        yield {"severity": severity, "method": method, "vector": vector}
    if not vectors:
        yield {"severity": severity, "method": "other"}


def _analysis(finding: Finding) -> Body:
    """What is thought of it. A scanner only knows which version is there: what that means is for people to find out."""
    said = finding.suppressed
    if said is not None and (status := tracker.stated(finding)) is not None:
        body: Body = {"state": "resolved" if status == "fixed" else "not_affected", "detail": line(said.reason)}
        word = _JUSTIFICATIONS.get(said.justification or "")
        return body if word is None else body | {"justification": word}
    sure = finding.class_ is FindingClass.COMPROMISE and finding.state is State.CERTAIN
    return {"state": "exploitable" if sure else "in_triage"} | (
        {} if said is None else {"detail": tracker.suppression(said)}
    )


def _affected(finding: Finding, ref: str, version: str | None) -> Body:
    if version is None:
        return {"ref": ref}
    status = "affected" if finding.state is State.CERTAIN else "unknown"
    if tracker.stated(finding) is not None:
        status = "unaffected"
    return {"ref": ref, "versions": [{"version": line(version, limit=1_024), "status": status}]}


def _properties(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "class", str(finding.class_)
    yield "state", str(finding.state)
    if finding.standing is not None:
        yield "standing", str(finding.standing)
    if finding.campaign is not None:
        yield "campaign", line(finding.campaign.id)
    found = finding.exploitation
    if found is not None and found.known_exploited is not None:
        yield "known-exploited-since", line(found.known_exploited.since)
    if found is not None and found.likelihood is not None:
        yield "epss", str(found.likelihood.probability)


def _time(text: str | None) -> str | None:
    """The time, where it is one that every reader takes."""
    return text if text and _TIME.match(text) else None
