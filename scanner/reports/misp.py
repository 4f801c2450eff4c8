"""Findings as one MISP event, for sharing what was seen: attributes for indicators, an object for each bad package.

Format: https://www.misp-project.org/datamodels/ (core format), objects by the template `malicious-package-report` of
https://github.com/MISP/misp-objects. The same findings as in `stix`, marked `tlp:amber`, distributed to nobody until
somebody decides so. Who is behind it stands as a comment that names the vendor who says so. Guide:
docs/intelligence.md.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TextIO

from scanner.display import address
from scanner.model import ecosystem
from scanner.model.campaign import Campaign, Indicator, IndicatorType
from scanner.model.finding import Claim, Finding, State
from scanner.model.observable import LENGTHS
from scanner.model.report import Report
from scanner.reports import json_output
from scanner.reports.stix import shared

Body = dict[str, Any]

_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "https://pratique.invalid/misp")
_TEMPLATE = {
    "name": "malicious-package-report",
    "meta-category": "misc",
    "description": "Object describing a malicious open source package report from an OSV-style feed such as OpenSSF "
    "malicious-packages.",
    "template_uuid": "2f8a8711-6ef8-4a9d-89de-f547670573cb",
    "template_version": "4",
}
_NETWORK, _DELIVERY, _ANALYSIS = "Network activity", "Payload delivery", "External analysis"
_TYPES = {
    IndicatorType.DOMAIN: ("domain", _NETWORK),
    IndicatorType.URL: ("url", _NETWORK),
    IndicatorType.EMAIL: ("email", _DELIVERY),
    IndicatorType.STRING: ("pattern-in-file", "Artifacts dropped"),
    IndicatorType.PATH: ("filename", "Artifacts dropped"),
    IndicatorType.COMMIT: ("git-commit-id", "Internal reference"),
    IndicatorType.ADVISORY: ("vulnerability", _ANALYSIS),
}
"""Type and category; others become `text`, which says what it is."""


def write(report: Report, out: TextIO) -> None:
    """Write one event. The same report gives the same bytes."""
    findings = list(shared(report))
    stamp = str(int(datetime.fromisoformat(report.started).timestamp()))
    event: Body = {
        "uuid": _uuid("event", report.target, report.started),
        "info": f"pratique: {_counted(findings)} in {report.target}",
        "date": report.started[:10],
        "timestamp": stamp,
        # 1 high, 2 medium, 4 undefined; analysis 0: whether it ran, and where, is still to be found out.
        "threat_level_id": _threat(findings),
        "analysis": "0",
        "distribution": "0",
        "published": False,
        "Tag": [{"name": "tlp:amber"}, {"name": 'osint:source-type="automatic-analysis"'}],
        "Attribute": _distinct(attribute for finding in findings for attribute in _attributes(finding, stamp)),
        "Object": _distinct(_package(finding, stamp) for finding in findings if finding.component is not None),
    }
    json_output.dump({"Event": event}, out)


def _counted(findings: list[Finding]) -> str:
    if not findings:
        return "no compromise"
    names = dict.fromkeys(finding.campaign.name for finding in findings if finding.campaign is not None)
    word = "compromise" if len(findings) == 1 else "compromises"
    return f"{len(findings)} {word}" + (f" ({', '.join(names)})" if names else "")


def _threat(findings: list[Finding]) -> str:
    if any(finding.state is State.CERTAIN for finding in findings):
        return "1"
    return "2" if findings else "4"


def _attributes(finding: Finding, stamp: str) -> Iterator[Body]:
    for claim in finding.claims:
        if claim.indicator is not None and claim.indicator.type not in (IndicatorType.PACKAGE, IndicatorType.PRODUCT):
            yield _of_indicator(finding, claim.indicator, claim, stamp)
    if finding.campaign is not None:
        yield from _of_campaign(finding.campaign, stamp)


def _of_indicator(finding: Finding, said: Indicator, claim: Claim, stamp: str) -> Body:
    type_, category, value = _typed(said)
    notes = [f"{finding.title} [{finding.state}]", said.note, f"{claim.feed}: {claim.record}"]
    # Commits and texts cannot be handed to a sensor, and what proves nothing by itself must not alarm one.
    sensor = said.alone and category not in ("Internal reference", "Other")
    return _attribute(type_, category, value, stamp, to_ids=sensor, comment="; ".join(filter(None, notes)))


def _typed(said: Indicator) -> tuple[str, str, str]:
    value = said.value
    if said.type is IndicatorType.DIGEST:
        algorithm, _, digits = value.rpartition(":")
        algorithm = algorithm or LENGTHS.get(len(digits), "")
        return (algorithm, _DELIVERY, digits) if algorithm else ("text", "Other", f"{said.type}: {value}")
    if said.type is IndicatorType.IP and value.count(":") == 1:
        return "ip-dst|port", _NETWORK, value.replace(":", "|")
    if said.type is IndicatorType.IP:
        return "ip-dst", _NETWORK, value
    if said.type is IndicatorType.REPOSITORY:
        return "url", _DELIVERY, f"https://{value}"
    if said.type is IndicatorType.ADVISORY and not value.upper().startswith("CVE-"):
        return "text", "Other", f"advisory: {value}"
    if said.type in _TYPES:
        return (*_TYPES[said.type], value)
    return "text", "Other", f"{said.type}: {value}"


def _of_campaign(campaign: Campaign, stamp: str) -> Iterator[Body]:
    yield _attribute("campaign-name", "Attribution", campaign.name, stamp, comment=campaign.summary)
    if campaign.actor is not None:
        for claim in campaign.attribution:
            said = f"{claim.by} says so ({claim.confidence}), quoted: {address(claim.reference)}"
            yield _attribute("threat-actor", "Attribution", claim.name or campaign.actor.name, stamp, comment=said)
    for reference in campaign.references:
        yield _attribute("link", _ANALYSIS, address(reference.url), stamp, comment=reference.title or "")


def _package(finding: Finding, stamp: str) -> Body:
    component = finding.component
    assert component is not None
    who = None if component.purl is None else ecosystem.identity(component.purl)
    records = [claim.advisory for claim in finding.claims if claim.advisory is not None]
    place = "; ".join(
        dict.fromkeys(
            f"{seen.location.path}:{seen.location.line}" if seen.location.line else seen.location.path
            for seen in finding.evidence[:20]
        )
    )
    said: list[tuple[str, str, str]] = [
        ("package-name", "text", component.name),
        ("package-purl", "text", "" if component.purl is None else str(component.purl)),
        ("ecosystem", "text", "" if who is None else who.ecosystem),
        ("affected-version", "text", component.version or ""),
        ("affected-range", "text", component.constraint or "" if component.version is None else ""),
        ("analysis", "text", f"{finding.title} [{finding.state}]: {finding.reason}"),
        *(("report-id", "text", record.id) for record in records[:1]),
        *(("report-modified", "datetime", record.modified) for record in records[:1] if record.modified),
        *(("origin-source", "text", origin) for record in records for origin in record.origins),
        *(("reference", "link", address(one.url)) for record in records for one in record.references),
    ]
    id_ = _uuid("object", finding.id)
    return {
        **_TEMPLATE,
        "uuid": id_,
        "timestamp": stamp,
        "distribution": "5",  # as the event
        "comment": f"seen in {place}" if place else "",
        "Attribute": _distinct(
            _attribute(type_, "Other" if type_ != "link" else _ANALYSIS, value, stamp, relation=relation, within=id_)
            for relation, type_, value in said
            if value
        ),
    }


def _attribute(
    type_: str,
    category: str,
    value: str,
    stamp: str,
    *,
    to_ids: bool = False,
    comment: str = "",
    relation: str | None = None,
    within: str = "",
) -> Body:
    body: Body = {
        "uuid": _uuid("attribute", within, type_, value, relation or "", comment),
        "type": type_,
        "category": category,
        "value": value,
        "to_ids": to_ids,
        "disable_correlation": type_ == "text" and relation != "package-purl",
        "timestamp": stamp,
        "distribution": "5",
        "comment": comment,
    }
    return body if relation is None else body | {"object_relation": relation}


def _distinct(bodies: Iterable[Body]) -> list[Body]:
    return list({body["uuid"]: body for body in bodies}.values())


def _uuid(*parts: str) -> str:
    return str(uuid.uuid5(_OURS, json.dumps(parts)))
