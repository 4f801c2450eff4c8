"""One line a component, for a spreadsheet: what it is, whether anything can be said of it, and what it lacks.

Written as every CSV of ours: see reports/csv_table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import TextIO

from scanner.model.audit import AuditReport
from scanner.model.comparison import ComponentChange
from scanner.model.component import Component, Problem
from scanner.model.finding import Finding
from scanner.model.purl import Purl
from scanner.model.released import ReleaseCheck
from scanner.reports import telling
from scanner.reports.audit import delivered, words
from scanner.reports.csv_table import cell

COLUMNS = ("name", "version", "purl", "cpe", "supplier", "scope", "digests", "source", "file", "ref", "can_be_judged",
           "why_not", "lacks", "findings", "worst", "change", "version_before", "registry_says", "registry_reason",
           "registry_digest", "published", "withdrawn", "attestation", "asked", "delivered")  # fmt: skip
_TABLE = ("file", "sha256", "product", "verdict", "exit", "judged", "why_not", "components", "silent", "score_identity",
          "score_ntia", "score_cisa", "score_bsi", "questions", "gravest", "decided")  # fmt: skip
_Package = tuple[Purl | None, str, str | None]
_PER_COMPONENT = frozenset(("purl", "version", "name-agrees", "version-agrees", "cpe-only", "refs-once", "connected",
                            "digest", "digest-strong", "digest-fits", "one-digest"))  # fmt: skip


def write(report: AuditReport, out: TextIO) -> None:
    """Write the components in the order of the SBOM, then what was delivered beside them, then what has gone since."""
    table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(COLUMNS)
    silent = {id(one.component): one.reason for one in report.report.coverage.unmatchable}
    lacks: dict[int, list[str]] = {}
    for standard in report.standards:
        for asked in standard.requirements if standard.id in ("identity", "ntia-2021") else ():
            if asked.id in _PER_COMPONENT or asked.id == "supplier":
                for one in asked.concerned:
                    known = lacks.setdefault(id(one), [])
                    if asked.id not in known:
                        known.append(asked.id)
    # One finding stands for every component of that package and version.
    found: dict[_Package, list[Finding]] = {}
    for finding in telling.gravest(report.report, report.report.findings):
        if finding.weighed and finding.component is not None:
            found.setdefault(_package(finding.component), []).append(finding)
    steps = () if report.changes is None else report.changes.steps
    changed = {id(change.after): change for change in telling.ordered(steps)[::-1] if change.after is not None}
    delivered_state = {} if report.artefact is None else delivered.state(report.artefact)
    checks = {id(one.component): one for one in report.released or ()}
    for one in report.components:
        row = _row(one, silent.get(id(one)), lacks.get(id(one), ()), found.get(_package(one), ()), changed.get(id(one)))
        there = delivered_state.get(id(one), "")
        table.writerow([cell(field) for field in (*row, *_released(checks.get(id(one))), there)])
    for hidden in () if report.artefact is None else report.artefact.undeclared:
        row = _row(hidden.component, None, (), found.get(_package(hidden.component), ()), None)
        table.writerow([cell(field) for field in (*row, *_released(None), "not in the SBOM")])
    for change in steps:
        if change.after is None and change.before is not None:
            row = _row(change.before, None, (), (), change)
            table.writerow([cell(field) for field in (*row, *_released(None), "")])


def _package(one: Component) -> _Package:
    return (one.purl, one.name, one.version)


def _row(
    one: Component, silent: str | None, lacks: Iterable[str], found: Iterable[Finding], change: ComponentChange | None
) -> Iterator[str]:
    findings = list(found)
    gone = change is not None and change.after is None
    yield one.name
    yield one.version or one.constraint or ""
    yield "" if one.purl is None else str(one.purl)
    yield " ".join(one.cpes)
    yield one.supplier or ""
    yield one.scope
    yield " ".join(one.digests)
    yield one.source_url or ""
    yield telling.at(one.location)
    yield one.ref
    yield "" if gone else "no" if silent is not None else "yes"
    yield silent or ""
    yield " ".join(lacks)
    yield " ".join(dict.fromkeys(record for finding in findings for record in telling.records(finding)[:5]))
    yield telling.mark(findings[0]) if findings else ""
    yield "" if change is None else telling.step(change)
    yield "" if change is None else telling.version(change.before)


def _released(check: ReleaseCheck | None) -> tuple[str, ...]:
    """What its registry says; nothing where none was to be asked."""
    if check is None:
        return ("",) * 7
    return (
        check.state,
        check.reason,
        check.digest,
        "" if check.published is None else check.published.isoformat(),
        check.withdrawn or "",
        "" if check.attestation is None else check.attestation.state,
        "" if check.asked is None else check.asked.isoformat(timespec="seconds"),
    )


def table(reports: Iterable[AuditReport | Problem], out: TextIO) -> None:
    """Many SBOMs, a line each. What could not be looked at stands between them, with its reason."""
    rows = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(_TABLE)
    for one in reports:
        fields = _problem(one) if isinstance(one, Problem) else _sbom(one)
        rows.writerow([cell(field) for field in fields])


def _problem(problem: Problem) -> list[str]:
    return [problem.where, "", "", "incomplete", "3", "no", problem.what] + [""] * (len(_TABLE) - 7)


def _sbom(report: AuditReport) -> Iterator[str]:
    scanned = report.report
    scores = {one.id: one.score for one in report.standards}
    grave = telling.parts(scanned.findings).in_full
    yield scanned.target
    yield report.digest
    yield report.product
    yield scanned.verdict
    yield str(scanned.exit_code)
    yield words.JUDGED[report.judgeable]
    yield "; ".join(report.reasons)
    yield str(len(report.components))
    yield str(len(scanned.coverage.unmatchable))
    for id_ in ("identity", "ntia-2021", "cisa-2025", "bsi-tr-03183-2"):
        score = scores.get(id_)
        yield "" if score is None else str(score)
    yield str(len(report.questions))
    yield grave[0].title if grave else ""
    yield "" if report.decision is None else words.decided(report.decision)
