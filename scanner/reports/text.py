"""The report for a person at a terminal: what, why, where, through whom, by whom, what now; then the ledger."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Sequence
from typing import TextIO

from scanner.display import address, line
from scanner.model import purl as purls
from scanner.model.campaign import Campaign
from scanner.model.ecosystem import full_name
from scanner.model.finding import Claim, Finding, FindingClass, State
from scanner.model.report import Coverage, Report, Verdict
from scanner.reports.style import Style

_WIDTH = 100
_SHOWN = 25
"""Findings of lesser weight that are told one by one; of a compromise, all are."""
_HEADLINES = {
    Verdict.COMPROMISED: "COMPROMISED: pratique refused.",
    Verdict.SUSPICIOUS: "SUSPICIOUS: look before this goes on board.",
    Verdict.VULNERABLE: "VULNERABLE: no sign of a compromise, but known vulnerabilities.",
    Verdict.INCOMPLETE: "INCOMPLETE: nothing was found, but not everything could be checked.",
    Verdict.CLEAR: "CLEAR: pratique granted.",
}
_COLOURS = {
    Verdict.COMPROMISED: "red",
    Verdict.SUSPICIOUS: "yellow",
    Verdict.VULNERABLE: "yellow",
    Verdict.INCOMPLETE: "yellow",
    Verdict.CLEAR: "green",
}


def write(report: Report, out: TextIO) -> None:
    """Write `report`, coloured where `out` is a terminal that wants it."""
    style = Style.of(out, os.environ)
    put = _Printer(out, style)
    put(style(_HEADLINES[report.verdict], _COLOURS[report.verdict], bold=True))
    put(f"Target: {line(report.target)}")
    compromises = _of(report, FindingClass.COMPROMISE, (State.CERTAIN, State.POSSIBLE))
    for number, finding in enumerate(compromises, 1):
        put()
        _compromise(put, number, finding)
    _others(put, report)
    _near(put, _of(report, FindingClass.COMPROMISE, (State.NEAR_MISS,)))
    _suppressed(put, report)
    put()
    _ledger(put, report.coverage)
    put(f"Exit {report.exit_code}: " + ("; ".join(map(line, report.reasons)) or "nothing at or above the gate"))


class _Printer:
    """Prints lines, the label in a column of its own."""

    def __init__(self, out: TextIO, style: Style) -> None:
        self._out = out
        self.style = style

    def __call__(self, text: str = "") -> None:
        self._out.write(text + "\n")

    def field(self, label: str, text: str, *, indent: int = 3) -> None:
        """A labelled paragraph, wrapped under itself."""
        head = " " * indent + f"{label:<8} "
        wrapped = textwrap.wrap(text, _WIDTH - len(head), break_long_words=False, break_on_hyphens=False) or [""]
        self(self.style(head, "dim") + wrapped[0])
        for more in wrapped[1:]:
            self(" " * len(head) + more)

    def item(self, label: str, text: str, *, indent: int = 3) -> None:
        """A labelled line that is never broken: paths and addresses are copied from the terminal."""
        self(self.style(" " * indent + f"{label:<8} ", "dim") + text)


def _of(report: Report, class_: FindingClass, states: Sequence[State]) -> list[Finding]:
    return [f for f in report.findings if f.class_ is class_ and f.state in states and f.suppressed is None]


def _compromise(put: _Printer, number: int, finding: Finding) -> None:
    colour = "red" if finding.state is State.CERTAIN else "yellow"
    put(put.style(f"{number}. {line(finding.title)}", colour, bold=True) + f"  [{finding.state}]")
    put.field("why", line(finding.reason) + ".")
    for claim in finding.claims[:6]:
        put.field("says", _claim(claim))
    if len(finding.claims) > 6:
        put.field("", f"and {len(finding.claims) - 6} more records (--format json has all)")
    label = "where"
    for evidence in finding.evidence[:5]:
        at = "" if evidence.location.line is None else f":{evidence.location.line}"
        put.item(label, f"{line(evidence.location.path)}{at}  {line(evidence.value, limit=200)}")
        label = ""
    if len(finding.evidence) > 5:
        put.item("", f"and {len(finding.evidence) - 5} more places")
    _paths(put, finding)
    if finding.campaign is not None:
        _campaign(put, finding.campaign)
    put.field("do now", line(finding.what_to_do, limit=4_000))
    put.item("id", finding.id)


def _claim(claim: Claim) -> str:
    if claim.indicator is not None:
        note = f" ({line(claim.indicator.note, limit=120)})" if claim.indicator.note else ""
        return f"{line(claim.feed)}: {claim.indicator.type} {line(claim.indicator.value, limit=160)}{note}"
    if claim.advisory is None:
        return f"{line(claim.feed)}: {line(claim.record)}"
    summary = f" {line(claim.advisory.summary, limit=160)}" if claim.advisory.summary else ""
    return f"{line(claim.feed)}: {line(claim.record)} of {line(claim.advisory.modified[:10])}{summary}"


def _paths(put: _Printer, finding: Finding) -> None:
    component = finding.component
    if component is None:
        return
    if not finding.introduced_through:
        put.item("through", "no path in this source's graph leads to it")
    for position, path in enumerate(finding.introduced_through):
        put.item("through" if position == 0 else "", " > ".join(_step(step) for step in path))
    if component.alias is not None:
        put.item("", f"installed under the name {line(component.alias)}")


def _step(step: str) -> str:
    """A purl is shown as `name@version`: type and qualifiers stand in the other formats."""
    if not step.startswith("pkg:"):
        return line(step, limit=120)
    parsed = purls.parse(step)
    name = full_name(parsed)
    return line(f"{name}@{parsed.version}" if parsed.version else name, limit=120)


def _campaign(put: _Printer, campaign: Campaign) -> None:
    span = " to ".join(dict.fromkeys(filter(None, (campaign.first_seen, campaign.last_seen))))
    put.field(
        "campaign",
        f"{line(campaign.name)} ({line(campaign.id)}){', ' + line(span) if span else ''}. " + line(campaign.summary),
    )
    if campaign.actor is not None:
        aliases = ", ".join(line(alias) for alias in campaign.actor.aliases[:6])
        put.field(
            "actor", f"{line(campaign.actor.name)}, {_nation(campaign)}" + (f"; also {aliases}" if aliases else "")
        )
    label = "by whom"
    for claim in campaign.attribution:
        name = f" as {line(claim.name)}" if claim.name else ""
        put.item(label, f"{line(claim.by)}{name}: {claim.confidence}  {address(claim.reference)}")
        label = ""
    if not campaign.attribution:
        put.item("by whom", "nobody has attributed it in what we have read")
    if not campaign.attribution and campaign.references:
        put.item("see", address(campaign.references[0].url))


def _nation(campaign: Campaign) -> str:
    nations = {"KP": "North Korea", "CN": "China", "RU": "Russia", "IR": "Iran", "VN": "Vietnam"}
    code = campaign.nation if campaign.actor is None else campaign.actor.nation
    return nations.get(code, "nation unknown" if code == "unknown" else line(code))


def _others(put: _Printer, report: Report) -> None:
    rest = [f for f in report.findings if f.class_ is not FindingClass.COMPROMISE and f.suppressed is None]
    for class_ in FindingClass:
        findings = [finding for finding in rest if finding.class_ is class_]
        if not findings:
            continue
        put()
        put(put.style(f"{_TITLES[class_]}: {_counted(findings)}", bold=True))
        for finding in findings[:_SHOWN]:
            place = finding.evidence[0].location if finding.evidence else None
            at = "" if place is None else f"  {line(place.path)}" + (f":{place.line}" if place.line else "")
            state = "" if finding.state is State.CERTAIN else f" [{finding.state}]"
            put(f"   {finding.severity.word:<8} {line(finding.title, limit=110)}{state}{put.style(at, 'dim')}")
        if len(findings) > _SHOWN:
            put(f"   and {len(findings) - _SHOWN} more (--format json has all)")


_TITLES = {
    FindingClass.COMPROMISE: "Compromises",
    FindingClass.SUSPICIOUS_CHANGE: "Suspicious changes",
    FindingClass.INTEGRITY: "Integrity",
    FindingClass.VULNERABILITY: "Vulnerabilities (no compromise)",
    FindingClass.HYGIENE: "Hygiene",
}


def _counted(findings: Iterable[Finding]) -> str:
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.severity.word] = counts.get(finding.severity.word, 0) + 1
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def _near(put: _Printer, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    put()
    put(put.style("Near misses (the package is here, at another version or from another source):", bold=True))
    for finding in findings[:_SHOWN]:
        component = finding.component
        if component is None:
            continue
        at = finding.evidence[0].location if finding.evidence else component.location
        known_as = line(finding.campaign.name if finding.campaign else finding.claims[0].record, limit=80)
        place = f"{line(at.path)}:{at.line}" if at.line else line(at.path)
        what = f"{line(component.name)} {line(component.version or component.constraint or '')}".strip()
        put(f"   {what}  {known_as}  {put.style(place, 'dim')}")
    if len(findings) > _SHOWN:
        put(f"   and {len(findings) - _SHOWN} more (--format json has all)")


def _suppressed(put: _Printer, report: Report) -> None:
    suppressed = [finding for finding in report.findings if finding.suppressed is not None]
    if suppressed:
        put()
        put(put.style(f"Suppressed: {len(suppressed)}", bold=True))
    for finding in suppressed:
        decision = finding.suppressed
        assert decision is not None
        put(f"   {line(finding.title, limit=110)}: {line(decision.reason)} (until {line(decision.expires)})")


def _ledger(put: _Printer, coverage: Coverage) -> None:
    read = [file for file in coverage.files if file.components or file.status == "read"]
    readers = dict.fromkeys(file.reader for file in read if file.reader)
    put(
        f"Read     {_number(len(read), 'file')}, {_number(coverage.components_read, 'component')}"
        + (f" ({', '.join(readers)})" if 0 < len(readers) <= 8 else "")
    )
    lost = coverage.components_read - coverage.components_checked
    put(
        f"Checked  {_number(coverage.components_checked, 'component')} against "
        + (_feeds(coverage) or "nothing")
        + (f"; {lost} could not be matched" if lost else "")
    )
    problems = [problem for problem in coverage.problems if not problem.harmless]
    bad_feeds = [feed for feed in coverage.feeds if feed.status in ("missing", "stale", "broken")]
    if not (problems or coverage.unmatchable or bad_feeds):
        put("Missed   nothing that we know of")
        return
    put(f"Missed   {_number(len(problems), 'problem')}, {_number(len(coverage.unmatchable), 'unmatched component')}")
    for problem in problems[:_SHOWN]:
        at = f"{line(problem.where)}:{problem.line}" if problem.line else line(problem.where)
        put(f"   {at}: {line(problem.what)}" + (f" ({line(problem.hint)})" if problem.hint else ""))
    _rest(put, len(problems))
    for item in coverage.unmatchable[:_SHOWN]:
        component = item.component
        name = f"{line(component.name)} {line(component.version or '')}".strip()
        put(f"   {line(component.location.path)}: {name}: {line(item.reason)}")
    _rest(put, len(coverage.unmatchable))
    for feed in bad_feeds[:_SHOWN]:
        put(f"   {line(feed.name)} is {feed.status}: run pratique intel sync")
    _rest(put, len(bad_feeds))


def _rest(put: _Printer, count: int) -> None:
    if count > _SHOWN:
        put(f"   and {count - _SHOWN} more (--format json has all)")


def _feeds(coverage: Coverage) -> str:
    present = [feed for feed in coverage.feeds if feed.status != "missing"]
    words = []
    for feed in present[:6]:
        age = "" if feed.age_hours is None else f", {_age(feed.age_hours)} old"
        words.append(f"{line(feed.name)} ({feed.records:,} records{age})")
    return ", ".join(words) + (f" and {len(present) - 6} more feeds" if len(present) > 6 else "")


def _age(hours: float) -> str:
    if hours < 1:
        return "under an hour"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}" + ("" if count == 1 else "s")
