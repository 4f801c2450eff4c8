"""What is known of each vulnerability here, as one OpenVEX document.

Spec 0.2.0: https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md. One statement for each vulnerability or
compromise of a package. `not_affected` only where somebody gave a justification: a suppression without one is a
decision, not a reason, and stands as the action on what stays `affected`. Guide: docs/reports-machines.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any, TextIO

import scanner
from scanner.display import line
from scanner.model.component import Component
from scanner.model.finding import Finding, FindingClass, State
from scanner.model.report import Report
from scanner.reports import json_output, telling, tracker, uri
from scanner.reports.inventory_cyclonedx import checksum

Body = dict[str, Any]
Decided = Callable[[Finding], Body | None]
"""A finding → its status as somebody decided on it, or `None`."""

_CONTEXT = "https://openvex.dev/ns/v0.2.0"
_CLASSES = (FindingClass.VULNERABILITY, FindingClass.COMPROMISE)
_HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha-256", "sha384": "sha-384", "sha512": "sha-512"}


def write(report: Report, out: TextIO, decided: Decided | None = None) -> None:
    """Write one document. The same report gives the same bytes. `decided`: what was decided on its vulnerabilities."""
    statements = [_statement(report, finding, component, decided) for finding, component in _told(report)]
    body = {
        "@context": _CONTEXT,
        "@id": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, repr((report.target, report.started, statements)))}",
        "author": "pratique",
        "role": "Scanner",
        "timestamp": report.started,
        "version": 1,
        "tooling": f"pratique {scanner.__version__}; verdict: {tracker.verdict(report)}",
        "statements": statements,
    }
    json_output.dump(body, out)


def _told(report: Report) -> Iterator[tuple[Finding, Component]]:
    for finding in tracker.told(report):
        if finding.component is not None and finding.class_ in _CLASSES:
            yield finding, finding.component


def _statement(report: Report, finding: Finding, component: Component, decided: Decided | None) -> Body:
    (first, *others) = tracker.names(finding)
    vulnerability: Body = {"@id": uri.absolute(first.page), "name": first.value, "description": line(finding.title)}
    if others:
        vulnerability["aliases"] = [one.value for one in others]
    places = ", ".join(telling.at(evidence.location) for evidence in finding.evidence[:5])
    return {
        "@id": f"urn:pratique:finding:{finding.id}",
        "vulnerability": {key: value for key, value in vulnerability.items() if value is not None},
        "timestamp": report.started,
        "products": [_product(component)],
        "status_notes": f"{line(report.target or 'target')}, {places}: {line(finding.reason)}",
        **((decided and decided(finding)) or _status(report, finding)),
    }


def _status(report: Report, finding: Finding) -> Body:
    suppressed = finding.suppressed
    if suppressed is not None and (stated := tracker.stated(finding)) is not None:
        why = line(suppressed.reason)
        if stated == "fixed":
            return {"status": stated, "impact_statement": why}
        given = suppressed.justification
        return {"status": stated, "impact_statement": why} | ({} if given is None else {"justification": given})
    if finding.class_ is FindingClass.VULNERABILITY and finding.state is not State.CERTAIN:
        return {"status": "under_investigation"}
    what = line(finding.what_to_do, limit=4_000) or "Find out whether it does harm here."
    return {
        "status": "affected",
        "action_statement": f"{what} ({tracker.suppression(suppressed)})" if suppressed else what,
        "action_statement_timestamp": report.started,
    }


def _product(component: Component) -> Body:
    purl = None if component.purl is None else uri.absolute(str(component.purl))
    hashes: dict[str, str] = {}
    for digest in component.digests:
        if (found := checksum(digest)) is not None:
            hashes.setdefault(_HASHES[found[0]], found[1])
    body: Body = {} if purl is None else {"@id": purl, "identifiers": {"purl": purl}}
    if purl is None:
        cpe = next((one for one in component.cpes if one.startswith("cpe:2.3:")), None)
        name = uuid.uuid5(uuid.NAMESPACE_URL, repr((component.name, component.version)))
        body = {"identifiers": {"cpe23": cpe}} if cpe else {"@id": f"urn:uuid:{name}"}
    return body | ({"hashes": hashes} if hashes else {})
