"""The JSON dossier, `pratique-audit/1`: fields are added, never renamed or removed.

Schema: docs/schemas/pratique-audit-1.schema.json. The scan in it has the shape of a scan's report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import scanner
from scanner.model.audit import AuditReport, DeliveryChanges, Question, SbomFacts, Standard
from scanner.model.component import Component, Problem
from scanner.model.decision import OpenFinding, Recalled
from scanner.model.finding import Finding
from scanner.model.report import CodeState
from scanner.reports import json_comparison, json_output, json_v1
from scanner.reports.audit import delivered, released

SCHEMA = "pratique-audit/1"
_TABLE, _CHANGES = "pratique-audits/1", "pratique-sbom-diff/1"


def write(report: AuditReport, out: TextIO) -> None:
    """Write the dossier as one JSON object."""
    json_output.dump(body(report), out)


def body(report: AuditReport) -> dict[str, Any]:
    """The dossier as plain data, in the order of the schema."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "pratique", "version": scanner.__version__},
        "product": report.product or None,
        "sbom": {
            "path": report.report.target,
            "sha256": report.digest or None,
            "subject": None if report.subject is None else _component(report.subject),
            "facts": None if report.facts is None else _facts(report.facts),
            "components": len(report.components),
        },
        "decision": None if report.decision is None else _decision(report.decision),
        "judgeable": report.judgeable,
        "reasons": list(report.reasons),
        "quality": [_standard(one) for one in report.standards],
        "released": None if report.released is None else released.body(report.released),
        "artefact": None if report.artefact is None else delivered.body(report.artefact),
        "changes": None if report.changes is None else _changes(report.changes),
        "questions": [_question(number, one) for number, one in enumerate(report.questions, 1)],
        "scan": json_v1.body(report.report),
    }


def _decision(recalled: Recalled) -> dict[str, Any]:
    one = recalled.decision
    return {
        "decide": one.decide,
        "until": None if one.until is None else one.until.isoformat(),
        "expired": recalled.expired,
        "because": one.because,
        "by": one.by,
        "conditions": list(one.conditions),
        "made": one.made.isoformat(),
        "sbom": {"path": one.sbom or None, "sha256": one.sha256, "same": recalled.same},
        "product": one.product or None,
        "version": one.version or None,
        "vendor": one.vendor or None,
        "verdict": one.verdict,
        "not_affected": [
            {"vulnerability": stated.vulnerability, "justification": stated.justification}
            for stated in one.not_affected
        ],
        "open": [_open(was) for was in one.open],
        "new": [finding.id for finding in recalled.new],
        "gone": [was.finding for was in recalled.gone],
        "where": recalled.where,
        "fresh": recalled.fresh,
    }


def _open(was: OpenFinding) -> dict[str, Any]:
    return {
        "finding": was.finding,
        "class": was.class_,
        "state": was.state,
        "package": was.package or None,
        "records": list(was.records),
        "title": was.title,
    }


def _facts(facts: SbomFacts) -> dict[str, Any]:
    return {
        "format": facts.format,
        "version": facts.version or None,
        "serial": facts.serial or None,
        "created": facts.created or None,
        "authors": list(facts.authors),
        "tools": list(facts.tools),
        "lifecycles": list(facts.lifecycles),
        "completeness": None if facts.completeness is None else list(facts.completeness),
        "vulnerabilities": facts.vulnerabilities,
    }


def _standard(standard: Standard) -> dict[str, Any]:
    return {
        "id": standard.id,
        "title": standard.title,
        "source": standard.source,
        "score": standard.score,
        "requirements": [
            {
                "id": one.id,
                "asks": one.asks,
                "met": one.met,
                "of": one.of,
                "lacking": len(one.concerned),
                "note": one.note or None,
                # The whole list where it is the point; the other standards ask the same of the same components.
                "components": [_component(component) for component in one.concerned]
                if standard.id == "identity" and len(one.concerned) < one.of
                else [],
            }
            for one in standard.requirements
        ],
    }


def _component(component: Component) -> dict[str, Any]:
    return {
        "name": component.name,
        "version": component.version,
        "purl": None if component.purl is None else str(component.purl),
        "ref": component.ref or None,
    }


def _changes(changes: DeliveryChanges) -> dict[str, Any]:
    return {
        "previous": {
            "path": changes.path,
            "sha256": changes.digest,
            "subject": None if changes.product is None else _component(changes.product),
            "facts": _facts(changes.facts),
            "components": changes.before,
        },
        "remarks": list(changes.remarks),
        "components": [json_comparison.change(one) for one in changes.steps],
        "suppliers": [
            {**_component(one.after), "before": one.before.supplier, "after": one.after.supplier}
            for one in changes.suppliers
        ],
        "maintainers": released.maintainers(changes.maintainers),
        "undigested": [_component(one) for one in changes.undigested],
        "code": None if changes.code is None else _code(changes.code),
    }


def _code(state: CodeState) -> dict[str, Any]:
    return {"releases": state.packages, "compared": state.compared, "whole": list(state.whole)}


def _question(number: int, question: Question) -> dict[str, Any]:
    return {
        "number": number,
        "about": question.about,
        "text": question.text,
        "components": [_component(one) for one in question.components],
    }


def table(reports: Iterable[AuditReport | Problem], out: TextIO) -> None:
    """Many SBOMs: what a table of them shows."""
    rows: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    for one in reports:
        if isinstance(one, Problem):
            problems.append(json_v1.problem_body(one))
        else:
            rows.append(_row(one))
    json_output.dump(
        {
            "schema": _TABLE,
            "tool": {"name": "pratique", "version": scanner.__version__},
            "audits": rows,
            "problems": problems,
        },
        out,
    )


def _row(report: AuditReport) -> dict[str, Any]:
    scanned = report.report
    return {
        "path": scanned.target,
        "sha256": report.digest or None,
        "product": report.product or None,
        "verdict": scanned.verdict,
        "exit": {"code": scanned.exit_code, "reasons": list(scanned.reasons)},
        "judgeable": report.judgeable,
        "reasons": list(report.reasons),
        "components": len(report.components),
        "unmatchable": len(scanned.coverage.unmatchable),
        "scores": {one.id: one.score for one in report.standards},
        "findings": [one.title for one in scanned.findings if one.weighed and one.id in scanned.closing],
        "questions": len(report.questions),
        "decision": None if report.decision is None else _decision(report.decision),
    }


def changes(target: str, compared: DeliveryChanges, findings: Sequence[Finding], out: TextIO) -> None:
    """The part of the change alone."""
    json_output.dump(
        {
            "schema": _CHANGES,
            "tool": {"name": "pratique", "version": scanner.__version__},
            "target": {"path": target},
            "findings": [json_v1.finding_body(one) for one in findings],
            "changes": _changes(compared),
        },
        out,
    )
