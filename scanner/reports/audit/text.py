"""The dossier for a person at a terminal: can it be judged, is it compromised, what changed, what to ask."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TextIO

from scanner.display import line
from scanner.model.audit import AuditReport, DeliveryChanges, Judgeable, Standard, SupplierChange
from scanner.model.component import Problem
from scanner.model.decision import Recalled
from scanner.model.delivered_files import ArtefactCheck
from scanner.model.finding import Finding
from scanner.model.released import ReleaseCheck
from scanner.model.report import Verdict
from scanner.reports import telling, text
from scanner.reports.audit import delivered, released, words
from scanner.reports.printer import Printer
from scanner.reports.text_finding import tell

_SHOWN, _NAMED = 15, 4
_GOOD, _BAD = "green", "yellow"


def write(report: AuditReport, out: TextIO) -> None:
    """Write the dossier, coloured and as wide as `out` wants it."""
    put = Printer(out, os.environ)
    scanned = report.report
    put(telling.HEADLINES[scanned.verdict], text.COLOURS[scanned.verdict], bold=True)
    put.field("Product", line(report.product, limit=200) or "the SBOM does not say", indent=0)
    put.item("SBOM", line(scanned.target), words.made(report), indent=0)
    if report.digest:
        put.item("SHA-256", report.digest, indent=0)
    if report.decision is not None:
        _decided(put, report.decision)
    _judged(put, report)
    if report.released is not None:
        _released(put, report.released)
    if report.artefact is not None:
        _delivered(put, report.artefact)
    _compromised(put, report)
    if report.changes is not None:
        put()
        changed(put, report.changes)
    _questions(put, report)
    put()
    text.ledger(put, scanned)
    reasons = "; ".join(map(line, scanned.reasons)) or "nothing at or above the gate"
    put.field(f"Exit {scanned.exit_code}", reasons, indent=0)


def _decided(put: Printer, recalled: Recalled) -> None:
    decision = recalled.decision
    put()
    good = recalled.stands and not recalled.new
    said = words.decided(recalled)
    put(f"What was decided? {said[:1].upper()}{said[1:]}.", _GOOD if good else _BAD, bold=True)
    put.entry(f"because: {line(decision.because, limit=600)}", hang=2)
    for condition in decision.conditions:
        put.entry(f"on condition: {line(condition, limit=600)}", hang=2)
    if not recalled.fresh:
        put.entry(words.undecided(recalled), hang=2)
        for finding in recalled.new[:_NAMED]:
            put.entry(f"new: {line(finding.title, limit=200)}", indent=6, hang=2)
        if len(recalled.new) > _NAMED:
            put.entry(f"and {len(recalled.new) - _NAMED:,} more (--format json has all)", indent=6)
    put.entry(f"kept in {line(recalled.where)}; it sets no finding aside", hang=2)


def _judged(put: Printer, report: AuditReport) -> None:
    put()
    good = report.judgeable is Judgeable.YES
    put(f"Can it be judged? {words.JUDGED[report.judgeable].capitalize()}.", _GOOD if good else _BAD, bold=True)
    for reason in report.reasons:
        put.entry(line(reason, limit=300), hang=2)
    for standard in report.standards:
        _standard(put, standard)


def _standard(put: Printer, standard: Standard) -> None:
    looked = [one for one in standard.requirements if one.met is not None]
    met = sum(bool(one.met) for one in looked)
    score = "" if standard.score is None else f" ({standard.score} %)"
    put.entry(f"{standard.title}: {met} of {len(looked)} met{score}")
    if standard.id != "identity":
        missing = ", ".join(one.id for one in standard.missing)
        if missing:
            put.entry(f"lacks {missing}", indent=6, hang=2)
        return
    for one in standard.missing:
        put.entry(f"lacks {one.asks}", words.lacking(one), indent=6, hang=2)
        if one.concerned and not one.note:
            put.entry(words.names(one.concerned, _NAMED), indent=8, hang=2)


def _released(put: Printer, checks: Sequence[ReleaseCheck]) -> None:
    put()
    said, good = released.headline(checks)
    put(f"{released.TITLE} {said}.", _GOOD if good else _BAD, bold=True)
    for label, text_ in released.counts(checks):
        put.entry(f"{label}: {text_}", hang=2)
    odd = list(filter(released.odd, checks))
    for one in odd[:_SHOWN]:
        put.entry(f"{words.called(one.component)}: {released.said(one)}", indent=6, hang=2)
    if len(odd) > _SHOWN:
        put.entry(f"and {len(odd) - _SHOWN:,} more (--format json has all)", indent=6)
    for reason, count in released.unasked(checks)[:_SHOWN]:
        put.entry(f"not asked: {count:,} {line(reason, limit=200)}", hang=2)


def _delivered(put: Printer, check: ArtefactCheck) -> None:
    put()
    said, good = delivered.headline(check)
    put(f"{delivered.TITLE} {said}.", _GOOD if good else _BAD, bold=True)
    put.entry(delivered.opened(check), hang=2)
    for group in delivered.groups(check):
        put.entry(f"{group.title}: {len(group.rows):,}", hang=2)
        for name, where in group.rows[:_SHOWN] if group.odd else ():
            put.entry(name, where, indent=6, hang=2)
        if group.odd and len(group.rows) > _SHOWN:
            put.entry(f"and {len(group.rows) - _SHOWN:,} more (--format json has all)", indent=6)
    for reason, count in delivered.reasons(check)[:_SHOWN]:
        put.entry(f"{count:,}: {reason}", indent=6, hang=2)


def _compromised(put: Printer, report: AuditReport) -> None:
    scanned = report.report
    parts = telling.parts(scanned.findings)
    put()
    if scanned.verdict is Verdict.COMPROMISED:
        put("Is it compromised? Yes.", "red", bold=True)
    elif scanned.verdict is Verdict.SUSPICIOUS:
        put("Is it compromised? Perhaps.", _BAD, bold=True)
    elif scanned.coverage.complete:
        put("Is it compromised? Nothing says so.", _GOOD, bold=True)
    else:
        put("Is it compromised? Nothing says so, of what could be checked.", _BAD, bold=True)
    for number, finding in enumerate(parts.in_full, 1):
        tell(put, number, finding)
    text.others(put, parts.listed)
    text.near_misses(put, parts.near)
    text.suppressions(put, scanned)


def changed(put: Printer, changes: DeliveryChanges) -> None:
    """What lies between two deliveries."""
    put(f"What changed? {words.counts(changes).capitalize()}.", bold=True)
    put.entry(f"since {words.since(changes)}", hang=2)
    for remark in changes.remarks:
        put.entry(f"careful: {line(remark, limit=300)}", hang=2)
    if code := words.code(changes):
        put.entry(f"as code: {code}", hang=2)
    ordered = telling.ordered(changes.steps)
    for change in ordered[:_SHOWN]:
        whence = telling.whence(change)
        old, new = telling.version(change.before), telling.version(change.after)
        version = f"{old} -> {new}" if old and new and old != new else new or old
        put.entry(f"{telling.step(change)}: {line(change.component.name, limit=120)} {version}".strip(), whence)
    if len(ordered) > _SHOWN:
        put.entry(f"and {len(ordered) - _SHOWN:,} more (--format json has all)")
    for one in changes.suppliers[:_SHOWN]:
        put.entry(f"other supplier: {_supplied(one)}", hang=2)
    if len(changes.suppliers) > _SHOWN:
        put.entry(f"and {len(changes.suppliers) - _SHOWN:,} more (--format json has all)")
    for other in changes.maintainers[:_SHOWN]:
        put.entry(f"other maintainers: {words.called(other.after)}: {released.people(other)}", hang=2)
    if len(changes.maintainers) > _SHOWN:
        put.entry(f"and {len(changes.maintainers) - _SHOWN:,} more (--format json has all)")


def only_changes(changes: DeliveryChanges, findings: Sequence[Finding], out: TextIO) -> None:
    """The part of the change alone."""
    put = Printer(out, os.environ)
    changed(put, changes)
    for number, finding in enumerate(findings, 1):
        put()
        tell(put, number, finding)


def _supplied(one: SupplierChange) -> str:
    old, new = (line(side.supplier or "", limit=80) for side in (one.before, one.after))
    return f"{words.called(one.after)}: {old} -> {new}"


def _questions(put: Printer, report: AuditReport) -> None:
    if not report.questions:
        return
    put()
    put("What to ask the vendor:", bold=True)
    for number, one in enumerate(report.questions, 1):
        put.entry(f"{number}. {line(one.text, limit=600)}", words.names(one.components, _NAMED), hang=3)


def table(reports: Iterable[AuditReport | Problem], out: TextIO) -> None:
    """Many SBOMs, a line each as it is judged, and what could not be looked at. A path is never broken."""
    put = Printer(out, os.environ)
    out.write(f"{'verdict':<12} {'judged':<8} {'listed':>7} {'silent':>7} {'score':>5} {'ask':>4}  SBOM\n")
    problems = []
    count = 0
    for one in reports:
        if isinstance(one, Problem):
            problems.append(one)
            continue
        count += 1
        out.write(_row(one) + "\n")
        for finding in telling.parts(one.report.findings).in_full[:_NAMED]:
            put.entry(line(finding.title, limit=200), indent=13, hang=2)
    for problem in problems:
        put.entry(f"{line(problem.where)}: {line(problem.what)}", line(problem.hint or ""), hang=2)
    put.field("Audited", telling.number(count, "SBOM", "SBOMs"), indent=0)


def _row(report: AuditReport) -> str:
    scanned = report.report
    scores = [one.score for one in report.standards if one.score is not None]
    score = str(sum(scores) // len(scores)) if scores else "-"
    return (
        f"{scanned.verdict:<12} {words.JUDGED[report.judgeable]:<8} {len(report.components):>7,} "
        f"{len(scanned.coverage.unmatchable):>7,} {score:>5} {len(report.questions):>4}  {line(scanned.target)}"
    )
