"""The report for a person at a terminal: the verdict, how much of what, each finding, then what was checked."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TextIO

from scanner.display import address, line
from scanner.model.finding import Finding, FindingClass, State
from scanner.model.inventory import ReadStatus
from scanner.model.report import Coverage, FeedState, Report, Verdict
from scanner.reports import exploitation, telling, text_changes, text_code, text_history, text_policy
from scanner.reports.printer import Printer
from scanner.reports.telling import version
from scanner.reports.text_finding import scope, step_name, tell

_SHOWN = 25
"""Findings of lesser weight, and gaps, that are told one by one; of a compromise, all are."""
COLOURS = {
    Verdict.COMPROMISED: "red",
    Verdict.SUSPICIOUS: "yellow",
    Verdict.VULNERABLE: "yellow",
    Verdict.INCOMPLETE: "yellow",
    Verdict.CLEAR: "green",
}


def write(report: Report, out: TextIO) -> None:
    """Write `report`, coloured and as wide as `out` wants it."""
    put = Printer(out, os.environ)
    put(telling.HEADLINES[report.verdict], COLOURS[report.verdict], bold=True)
    parts = telling.parts(report.findings)
    summary(put, report, parts)
    exposures = {one.finding: one for one in report.history.exposures} if report.history else {}
    for number, finding in enumerate(parts.in_full, 1):
        put()
        tell(put, number, finding)
        if finding.id in exposures:
            text_history.tell(put, exposures[finding.id])
    others(put, parts.listed)
    near_misses(put, parts.near)
    suppressions(put, report)
    if report.comparison is not None:
        text_changes.tell(put, report.comparison)
    put()
    ledger(put, report)
    reasons = "; ".join(map(line, report.reasons)) or "nothing at or above the gate"
    put.field(f"Exit {report.exit_code}", reasons, indent=0)


def summary(put: Printer, report: Report, parts: telling.Parts) -> None:
    """The target, the change or the history, and how much of what was found and missed."""
    put.item("Target", line(report.target), indent=0)
    if report.history is not None:
        text_history.summary(put, report.history)
    if report.comparison is not None:
        text_changes.summary(put, report.comparison)
    counts = Counter(telling.noun(finding) for finding in report.findings if finding.weighed)
    found = [telling.number(count, *noun) for noun, count in counts.items()]
    if parts.suppressed:
        found.append(f"{parts.suppressed:,} suppressed")
    old = parts.old
    before = f"; {old:,} {'was' if old == 1 else 'were'} there before (--format json has all)" if old else ""
    nothing = "nothing" if report.comparison is None else "nothing new"
    put.field("Found", (", ".join(found) or nothing) + before, indent=0)
    if missed := telling.missed(report.coverage):
        put.field("Missed", ", ".join(missed) + ": see the end", indent=0)


def others(put: Printer, findings: Sequence[Finding]) -> None:
    """Lists of what is not told in full."""
    for class_ in FindingClass:
        these = [finding for finding in findings if finding.class_ is class_]
        if not these:
            continue
        put()
        put(f"{telling.TITLES[class_]}: {_counted(these)}", bold=True)
        told = [finding for finding in these if not _by_requirement(finding)]
        for finding in told[:_SHOWN]:
            place = f"{telling.at(finding.evidence[0].location)}. " if finding.evidence else ""
            state = "" if finding.state is State.CERTAIN else str(finding.state)
            marks = [*exploitation.words(finding.exploitation), scope(finding.component), state]
            mark = "".join(f" [{word}]" for word in marks if word)
            put.entry(
                f"{telling.grade(finding):<8} {line(finding.title, limit=200)}{mark}",
                f"{place}{_through(finding)}{line(finding.what_to_do)}",
                hang=9,
            )
        _rest(put, len(told))
        _requirements(put, [finding for finding in these if _by_requirement(finding)])


def _through(finding: Finding) -> str:
    """The shortest way to what somebody else pulled in; nothing to say of what the project asks for itself."""
    steps = list(map(step_name, next(iter(finding.introduced_through), ())[1:-1]))
    if len(steps) > 3:
        steps[1:-1] = ["..."]
    return f"Through {' > '.join(steps)}. " if steps else ""


def _by_requirement(finding: Finding) -> bool:
    """A vulnerability of some version that a requirement admits: told by requirement, not by the hundred."""
    return finding.class_ is FindingClass.VULNERABILITY and finding.state is State.POSSIBLE


def _requirements(put: Printer, findings: Sequence[Finding]) -> None:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        component = finding.component
        if component is not None and finding.evidence:
            what = f"{line(component.name)} {version(component)}".strip()
            groups.setdefault((what, telling.at(finding.evidence[0].location)), []).append(finding)
    for (what, place), group in list(groups.items())[:_SHOWN]:
        worst = max(group, key=lambda finding: finding.severity)
        counted = telling.number(len(group), "known vulnerability", "known vulnerabilities")
        put.entry(
            f"{telling.grade(worst):<8} {what}: {counted} in versions that it may be [possible]",
            f"{place}. {_through(worst)}Pin a version to know which.",
            hang=9,
        )
    _rest(put, len(groups))


def _counted(findings: Iterable[Finding]) -> str:
    return ", ".join(f"{count:,} {grade}" for grade, count in Counter(map(telling.grade, findings)).items())


def near_misses(put: Printer, findings: Sequence[Finding]) -> None:
    """Other versions of what was taken over."""
    if not findings:
        return
    put()
    put("Near misses (the package is here, at another version or from another source):", bold=True)
    for finding in findings[:_SHOWN]:
        component = finding.component
        what = line(finding.title, limit=120) if component is None else f"{line(component.name)} {version(component)}"
        known_as = line(finding.campaign.name if finding.campaign else finding.claims[0].record, limit=80)
        mark = f" [{scope(component)}]" if scope(component) else ""
        place = telling.at(finding.evidence[0].location) if finding.evidence else ""
        put.entry(f"{what.strip()}{mark}: {known_as}", place)
    _rest(put, len(findings))


def suppressions(put: Printer, report: Report) -> None:
    """What somebody decided on, and why."""
    suppressed = [finding for finding in report.findings if finding.suppressed is not None]
    if not suppressed:
        return
    put()
    put(f"Suppressed: {len(suppressed):,}", bold=True)
    for finding in suppressed:
        assert finding.suppressed is not None
        put.entry(line(finding.title, limit=200), telling.decision(finding.suppressed))


def ledger(put: Printer, report: Report) -> None:
    """What was read, what it was checked against, and what could not be."""
    coverage = report.coverage
    if report.comparison is not None:
        text_changes.ledger(put, report.comparison)
        _read(put, coverage)
    elif coverage.changes_judged is not None:
        same = coverage.changes_judged - len(coverage.files)
        changed = telling.number(len(coverage.files), "file differs", "files differ")
        put.field("Compared", f"{changed}, {same:,} do not", indent=0)
    else:
        _read(put, coverage)
    if coverage.online is not None:
        sent = telling.number(len(coverage.online.sent), "name", "names")
        kept = f"; {len(coverage.online.withheld):,} kept here" if coverage.online.withheld else ""
        at_hand = f"; {coverage.online.known:,} asked lately" if coverage.online.known else ""
        put.field("Asked", f"{address(coverage.online.url)}: {sent} sent, no version{at_hand}{kept}", indent=0)
    if coverage.files_searched:
        files = telling.number(coverage.files_searched, "file", "files")
        size = f"{coverage.bytes_searched / 1e6:,.1f} MB"
        put.field("Searched", f"{files}, {size}, for digests, names and texts of campaigns", indent=0)
    if coverage.code is not None:
        text_code.ledger(put, coverage.code, None if report.comparison is None else report.comparison.base)
    text_policy.ledger(put, report)
    put.field("Missed", ", ".join(telling.missed(coverage)) or "nothing that we know of", indent=0)
    problems = [problem for problem in coverage.problems if not problem.harmless]
    for problem in problems[:_SHOWN]:
        at = f"{line(problem.where)}:{problem.line}" if problem.line else line(problem.where)
        put.entry(f"{at}: {line(problem.what)}", line(problem.hint or ""), hang=2)
    _rest(put, len(problems))
    for item in coverage.unmatchable[:_SHOWN]:
        name = f"{line(item.component.name)} {version(item.component)}".strip()
        put.entry(f"{telling.at(item.component.location)}: {name}: {line(item.reason)}", hang=2)
    _rest(put, len(coverage.unmatchable))
    for status, feeds in telling.feed_gaps(coverage).items():
        names = ", ".join(line(feed.name) + (f" ({age})" if (age := _age(feed)) else "") for feed in feeds[:_SHOWN])
        more = f" and {len(feeds) - _SHOWN:,} more" if len(feeds) > _SHOWN else ""
        word = "feed" if len(feeds) == 1 else "feeds"
        put.entry(f"{word} {status}: {names}{more}", "run pratique intel sync", hang=2)


def _read(put: Printer, coverage: Coverage) -> None:
    read = [file for file in coverage.files if file.components or file.status is ReadStatus.READ]
    readers = dict.fromkeys(line(file.reader) for file in read if file.reader)
    kinds = f" ({', '.join(readers)})" if 0 < len(readers) <= 8 else ""
    put.field(
        "Read",
        f"{telling.number(len(read), 'file', 'files')}, {_components(coverage.components_read)}{kinds}",
        indent=0,
    )
    against = _feeds(coverage) or "nothing"
    put.field("Checked", f"{_components(coverage.components_checked)} against {against}", indent=0)


def _rest(put: Printer, count: int) -> None:
    if count > _SHOWN:
        put.entry(f"and {count - _SHOWN:,} more (--format json has all)")


def _feeds(coverage: Coverage) -> str:
    present = [feed for feed in coverage.feeds if feed.status not in ("missing", "broken")]
    words = []
    for feed in present[:6]:
        age = _age(feed)
        words.append(f"{line(feed.name)} ({feed.records:,} records{', ' if age else ''}{age})")
    return ", ".join(words) + (f" and {len(present) - 6:,} more feeds" if len(present) > 6 else "")


def _age(feed: FeedState) -> str:
    hours = feed.age_hours
    if hours is None:
        return ""
    if hours < 1:
        return "under an hour old"
    return f"{hours:.0f} h old" if hours < 72 else f"{hours / 24:.0f} days old"


def _components(count: int) -> str:
    return telling.number(count, "component", "components")
