"""Findings as a STIX 2.1 bundle, for sharing what was seen: sightings of indicators, and what they indicate.

Only compromises that are certain or possible: a list of one's vulnerabilities is nobody else's business, and a near
miss was not seen. Everything is marked TLP:AMBER. Who is behind a campaign stands as a relationship for each vendor's
statement, with that vendor's confidence and page: it is quoted, not ours. Guide: docs/intelligence.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TextIO
from urllib.parse import urlsplit

import scanner
from scanner.display import address
from scanner.model.campaign import Actor, Attribution, Campaign, Confidence, IndicatorType
from scanner.model.finding import Claim, Finding, FindingClass, State
from scanner.model.report import Report
from scanner.reports import json_output
from scanner.reports.stix_objects import (
    MARKING,
    SINCE,
    TLP_AMBER,
    Object,
    file_objects,
    observable,
    observed,
    own_id,
    package_pattern,
    pattern,
    time,
)

_CONFIDENCE = {Confidence.SUSPECTED: 15, Confidence.LIKELY: 50, Confidence.CONFIRMED: 85}
"""Low, medium, high by the specification's appendix A."""
_SURENESS = {State.CERTAIN: 85, State.POSSIBLE: 50, State.NEAR_MISS: 0}
_EVIDENCE = 20
_SELF = own_id("identity", "pratique")


def write(report: Report, out: TextIO) -> None:
    """Write one bundle. The same report gives the same bytes."""
    objects: dict[str, Object] = {one["id"]: one for one in _objects(report)}
    bundle = {
        "type": "bundle",
        "id": own_id("bundle", report.target, report.started, *sorted(objects)),
        "objects": list(objects.values()),
    }
    json_output.dump(bundle, out)


def shared(report: Report) -> Iterator[Finding]:
    """The findings that are worth telling others: compromises that were seen and not waved through."""
    for finding in report.findings:
        if (
            finding.class_ is FindingClass.COMPROMISE
            and finding.state is not State.NEAR_MISS
            and finding.suppressed is None
        ):
            yield finding


def _objects(report: Report) -> Iterator[Object]:
    yield MARKING
    yield _ours(
        report,
        _SELF,
        name="pratique",
        identity_class="system",
        description=f"pratique {scanner.__version__}, a scanner for compromised dependencies",
    )
    findings = list(shared(report))
    if findings:
        yield _target(report)
    for finding in findings:
        yield from _finding(report, finding)


def _finding(report: Report, finding: Finding) -> Iterator[Object]:
    seen = list(_seen(finding))
    yield from seen
    observation = own_id("observed-data", report.target, report.started, finding.id)
    if seen:
        yield _ours(
            report,
            observation,
            created=report.started,
            first_observed=report.started,
            last_observed=max(report.started, report.finished),
            number_observed=1,
            object_refs=sorted({one["id"] for one in seen}),
        )
    if finding.campaign is not None:
        yield from _campaign(report, finding.campaign)
    for claim in finding.claims:
        indicator = _indicator(report, finding, claim)
        if indicator is None:
            continue
        yield indicator
        if finding.campaign is not None and claim.record == finding.campaign.id:
            yield _relationship(report, "indicates", indicator["id"], own_id("campaign", finding.campaign.id))
        yield _ours(
            report,
            own_id("sighting", report.target, report.started, finding.id, indicator["id"]),
            created=report.started,
            sighting_of_ref=indicator["id"],
            first_seen=report.started,
            last_seen=max(report.started, report.finished),
            count=1,
            observed_data_refs=[observation] if seen else None,
            where_sighted_refs=[_target(report)["id"]],
            confidence=_SURENESS[finding.state],
            description=f"{finding.title} [{finding.state}]: {finding.reason}",
        )


def _seen(finding: Finding) -> Iterator[Object]:
    component = finding.component
    if component is not None:
        cpe = next((one for one in component.cpes if one.startswith("cpe:2.3:")), None)
        said = {"name": component.name, "version": component.version, "cpe": cpe, "vendor": component.supplier}
        yield observable("software", said)
    for path in dict.fromkeys(evidence.location.path for evidence in finding.evidence[:_EVIDENCE]):
        if path:
            yield from file_objects(path)
    for claim in finding.claims:
        one = None if claim.indicator is None else observed(claim.indicator)
        if one is not None:
            yield one


def _indicator(report: Report, finding: Finding, claim: Claim) -> Object | None:
    said = claim.indicator
    if said is None or said.type is IndicatorType.ADVISORY:
        return _of_record(report, finding, claim)
    first = said.first_seen or (finding.campaign.first_seen if finding.campaign else None)
    references = [_page(url) for url in said.references]
    if said.type is IndicatorType.PACKAGE:
        references.append({"source_name": "purl", "external_id": said.value})
    return _ours(
        report,
        own_id("indicator", claim.feed, claim.record, said.type, said.value, *(said.versions or ())),
        name=f"{said.type} {said.value}",
        description=said.note,
        indicator_types=["malicious-activity" if said.alone else "anomalous-activity"],
        pattern=pattern(said, finding.component.version if finding.component else None),
        pattern_type="stix",
        valid_from=min(time(first) or report.started, report.started),
        external_references=references,
    )


def _of_record(report: Report, finding: Finding, claim: Claim) -> Object | None:
    """A published record as an indicator: the package at the versions that it names, or at the one that was found."""
    component, record = finding.component, claim.advisory
    if component is None:
        return None
    named = [version for one in (record.affected if record else ()) for version in one.versions]
    versions = [component.version] if component.version else named
    id_ = claim.record if claim.indicator is None else claim.indicator.value
    references: list[Object] = [{"source_name": claim.feed, "external_id": id_}]
    if component.purl is not None:
        references.append({"source_name": "purl", "external_id": str(component.purl)})
    references += [_page(reference.url) for reference in (record.references if record else ())]
    published = (record.published or record.modified) if record else None
    return _ours(
        report,
        own_id("indicator", claim.feed, id_, component.name, *versions),
        name=f"{id_}: {component.name}",
        description=(record.summary if record else None) or None,
        indicator_types=["malicious-activity"],
        pattern=package_pattern(component.name, versions),
        pattern_type="stix",
        valid_from=min(published or report.started, report.started),
        external_references=references,
    )


def _campaign(report: Report, campaign: Campaign) -> Iterator[Object]:
    id_ = own_id("campaign", campaign.id)
    first, last = time(campaign.first_seen), time(campaign.last_seen, end=True)
    yield _ours(
        report,
        id_,
        name=campaign.name,
        description=campaign.summary or None,
        aliases=list(campaign.aliases) or None,
        first_seen=first,
        last_seen=last if first is None or last is None or last >= first else None,
        external_references=[
            {"source_name": "pratique", "external_id": campaign.id},
            *(_page(one.url, one.publisher, one.title) for one in campaign.references),
        ],
    )
    if campaign.actor is not None and campaign.attribution:
        actor = _actor(report, campaign.actor, campaign.kind)
        yield actor
        for claim in campaign.attribution:
            yield _attributed(report, claim, id_, actor["id"])


def _actor(report: Report, actor: Actor, kind: str) -> Object:
    references = [_page(url) for url in actor.references]
    if actor.attack_id:
        references.append(
            {
                "source_name": "mitre-attack",
                "external_id": actor.attack_id,
                "url": f"https://attack.mitre.org/groups/{actor.attack_id}",
            }
        )
    return _ours(
        report,
        own_id("threat-actor", actor.id),
        name=actor.name,
        description=None if actor.nation == "unknown" else f"Nation, as reported: {actor.nation}",
        aliases=list(actor.aliases) or None,
        threat_actor_types=["nation-state"] if kind == "state" else None,
        external_references=references or None,
    )


def _attributed(report: Report, claim: Attribution, campaign: str, actor: str) -> Object:
    name = f" under the name {claim.name}" if claim.name else ""
    wording = f': "{claim.wording}"' if claim.wording else ""
    return _relationship(
        report,
        "attributed-to",
        campaign,
        actor,
        claim.by,
        claim.name or "",
        description=f"{claim.by} says so{name}, {claim.confidence}{wording}. "
        "Quoted, not the opinion of whoever shares this.",
        confidence=_CONFIDENCE[claim.confidence],
        external_references=[_page(claim.reference, claim.by)],
    )


def _relationship(report: Report, kind: str, source: str, target: str, *key: str, **more: Any) -> Object:
    return _ours(
        report,
        own_id("relationship", kind, source, target, *key),
        relationship_type=kind,
        source_ref=source,
        target_ref=target,
        **more,
    )


def _target(report: Report) -> Object:
    return _ours(
        report,
        own_id("identity", "target", report.target),
        name=report.target or "target",
        identity_class="system",
        description="The target of the scan, as it was named on the command line",
    )


def _page(url: str, publisher: str | None = None, title: str | None = None) -> Object:
    shown = address(url)
    body = {"source_name": publisher or urlsplit(shown).hostname or "reference", "description": title, "url": shown}
    return {key: value for key, value in body.items() if value}


def _ours(report: Report, id_: str, *, created: str = SINCE, **fields: Any) -> Object:
    """An object of ours; fields without a value are left out."""
    body: Object = {
        "type": id_.partition("--")[0],
        "spec_version": "2.1",
        "id": id_,
        "created_by_ref": _SELF,
        "created": min(created, report.started),
        "modified": report.started,
        "object_marking_refs": [TLP_AMBER],
        **fields,
    }
    return {key: value for key, value in body.items() if value is not None}
