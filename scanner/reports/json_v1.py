"""The JSON report, `pratique-report/1`: fields are added, never renamed or removed.

Schema: docs/schemas/pratique-report-1.schema.json.
"""

from __future__ import annotations

from typing import Any, TextIO

import scanner
from scanner.model import corroboration
from scanner.model.campaign import Campaign
from scanner.model.component import Component, Location, Problem
from scanner.model.finding import Claim, Finding
from scanner.model.report import CodeState, Coverage, Report
from scanner.model.signal import Brought
from scanner.reports import exploitation, json_comparison, json_history, json_output, json_policy

SCHEMA = "pratique-report/1"


def write(report: Report, out: TextIO) -> None:
    """Write `report` as one JSON object. The same report gives the same bytes."""
    json_output.dump(body(report), out)


def body(report: Report) -> dict[str, Any]:
    """The report as plain data, in the order of the schema."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "pratique", "version": scanner.__version__},
        "started": report.started,
        "finished": report.finished,
        "target": {"path": report.target, "base": report.base},
        "verdict": report.verdict,
        "exit": {"code": report.exit_code, "reasons": list(report.reasons)},
        "coverage": _coverage(report.coverage),
        "findings": [finding_body(finding) for finding in report.findings if finding.suppressed is None],
        "suppressed": [finding_body(finding) for finding in report.findings if finding.suppressed is not None],
        **({} if report.history is None else {"history": json_history.body(report.history)}),
        **({} if report.comparison is None else {"comparison": json_comparison.body(report.comparison, finding_body)}),
        **({} if report.policy is None else {"policy": json_policy.policy(report.policy)}),
        **({} if not report.vex else {"vex": [json_policy.vex(one) for one in report.vex]}),
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "complete": coverage.complete,
        "files": [
            {
                "path": file.path,
                "reader": file.reader or None,
                "status": file.status,
                "components": file.components,
                "reason": file.reason,
            }
            for file in coverage.files
        ],
        "components": {"read": coverage.components_read, "checked": coverage.components_checked},
        "searched": {"files": coverage.files_searched, "bytes": coverage.bytes_searched},
        "unmatchable": [
            {
                "name": item.component.name,
                "version": item.component.version,
                "purl": _purl(item.component),
                "location": _place(item.component.location),
                "reason": item.reason,
            }
            for item in coverage.unmatchable
        ],
        "feeds": [
            {
                "name": feed.name,
                "records": feed.records,
                "newest": feed.newest,
                "fetched": feed.fetched,
                "age_hours": feed.age_hours,
                "status": feed.status,
            }
            for feed in coverage.feeds
        ],
        "online": None
        if coverage.online is None
        else {
            "url": coverage.online.url,
            "sent": list(coverage.online.sent),
            "known": coverage.online.known,
            "withheld": list(coverage.online.withheld),
            "records": coverage.online.records,
        },
        "code": None if coverage.code is None else _code(coverage.code),
        "problems": [problem_body(problem) for problem in coverage.problems],
    }


def _code(code: CodeState) -> dict[str, Any]:
    return {
        "switched_off": code.switched_off,
        "packages": {"found": code.packages, "compared": code.compared, "judged_whole": list(code.whole)},
        "files": {"found": code.files, "identical": code.identical, "judged": code.judged},
    }


def problem_body(problem: Problem) -> dict[str, Any]:
    """One problem, as every JSON output of ours writes it."""
    return {
        "where": problem.where,
        "line": problem.line,
        "what": problem.what,
        "hint": problem.hint,
        "harmless": problem.harmless,
    }


def finding_body(finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "id": finding.id,
        "class": finding.class_,
        "state": finding.state,
        "severity": finding.severity.word,
        **({} if finding.standing is None else {"standing": finding.standing}),
        "title": finding.title,
        "reason": finding.reason,
        "component": None if finding.component is None else _component(finding.component),
        "advisories": list(dict.fromkeys(claim.record for claim in finding.claims if claim.indicator is None)),
        "aliases": sorted({name for claim in finding.claims if claim.advisory for name in claim.advisory.aliases}),
        "campaign": None if finding.campaign is None else campaign_body(finding.campaign),
        "indicators": [_indicator(claim) for claim in finding.claims if claim.indicator is not None],
        "records": [_record(claim) for claim in finding.claims],
        "sources": list(corroboration.of_finding(finding)),
        "evidence": [
            {
                "path": evidence.location.path,
                "line": evidence.location.line,
                "value": evidence.value,
                "excerpt": evidence.excerpt,
            }
            for evidence in finding.evidence
        ],
        "introduced_through": [list(path) for path in finding.introduced_through],
        **({} if finding.brings is None else {"brings": _brings(finding.brings)}),
        "what_to_do": finding.what_to_do,
        "exploitation": exploitation.body(finding.exploitation),
        "suppressed": None
        if finding.suppressed is None
        else {
            "reason": finding.suppressed.reason,
            "expires": finding.suppressed.expires,
            "by": finding.suppressed.by,
            "where": finding.suppressed.where,
        },
    }


def _brings(brought: Brought) -> dict[str, Any]:
    """What the code can now that it could not, and when it runs, signal by signal."""
    return {
        "place": brought.place,
        "whole": brought.whole,
        "signals": [
            {
                "rule": signal.rule,
                "says": signal.says,
                "trigger": signal.trigger,
                "confidence": signal.confidence,
                "novelty": signal.novelty,
                "path": signal.path,
                "line": signal.line,
                "old_path": signal.old_path,
                "message": signal.message,
                "excerpt": signal.excerpt,
            }
            for signal in brought.signals
        ],
    }


def _component(component: Component) -> dict[str, Any]:
    return {
        "purl": _purl(component),
        "name": component.name,
        "version": component.version,
        "constraint": component.constraint,
        "alias": component.alias,
        "scope": component.scope,
        "origin": component.origin,
    }


def campaign_body(campaign: Campaign) -> dict[str, Any]:
    """A campaign as findings show it; attribution is quoted with who says so and where."""
    actor = campaign.actor
    return {
        "id": campaign.id,
        "name": campaign.name,
        "actor": None if actor is None else actor.name,
        "actor_aliases": [] if actor is None else list(actor.aliases),
        "nation": campaign.nation,
        "kind": campaign.kind,
        "first_seen": campaign.first_seen,
        "last_seen": campaign.last_seen,
        "attribution": [
            {"by": claim.by, "name": claim.name, "confidence": claim.confidence, "reference": claim.reference}
            for claim in campaign.attribution
        ],
        "summary": campaign.summary,
        "references": [reference.url for reference in campaign.references],
    }


def _indicator(claim: Claim) -> dict[str, Any]:
    indicator = claim.indicator
    assert indicator is not None
    return {
        "type": indicator.type,
        "value": indicator.value,
        "versions": None if indicator.versions is None else list(indicator.versions),
        "campaign": indicator.campaign,
        "source": claim.feed,
        "note": indicator.note,
        "references": list(indicator.references),
    }


def _record(claim: Claim) -> dict[str, Any]:
    advisory = claim.advisory
    return {
        "feed": claim.feed,
        "id": claim.record,
        "modified": None if advisory is None else advisory.modified,
        "summary": None if advisory is None else advisory.summary,
        "references": [] if advisory is None else [reference.url for reference in advisory.references],
    }


def _purl(component: Component) -> str | None:
    return None if component.purl is None else str(component.purl)


def _place(location: Location) -> str:
    return location.path if location.line is None else f"{location.path}:{location.line}"
