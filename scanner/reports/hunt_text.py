"""A hunt for a person with an incident: what of the lists is here, what nearly is, and where we looked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TextIO

from scanner.display import line
from scanner.model.component import Location, Problem
from scanner.model.finding import Finding, State
from scanner.model.hunting import Hunt, ListState
from scanner.model.inventory import ReadStatus
from scanner.model.listing import Line, ListReading, which_versions
from scanner.reports import telling, text_finding
from scanner.reports.printer import Printer

_SHOWN = 40
"""Hits that are told in full, near misses, lists and problems: of each so many."""


def write(hunt: Hunt, out: TextIO) -> None:
    """Write the answer, coloured where `out` is a terminal that wants it."""
    put = Printer(out, os.environ)
    report = hunt.report
    hits = [one for one in report.findings if one.state is not State.NEAR_MISS]
    near = [one for one in report.findings if one.state is State.NEAR_MISS]
    put(*_headline(hunt, hits), bold=True)
    put(f"Target: {line(report.target)}")
    for number, finding in enumerate(hits[:_SHOWN], 1):
        put()
        text_finding.tell(put, number, finding)
    _rest(put, len(hits))
    if near:
        put()
        put("Near misses (the package is here, at another version or from another source):", bold=True)
        for finding in near[:_SHOWN]:
            put.entry(_near(finding), _at(finding.evidence[0].location) if finding.evidence else "")
        _rest(put, len(near))
    put()
    _ledger(put, hunt)
    put(f"Exit {report.exit_code}: " + ("; ".join(map(line, report.reasons)) or "nothing of the lists is here"), hang=2)


def _headline(hunt: Hunt, hits: Sequence[Finding]) -> tuple[str, str]:
    certain = sum(one.state is State.CERTAIN for one in hits)
    if certain:
        possible = len(hits) - certain
        return f"HIT: {certain:,} certain" + (f", {possible:,} possible" if possible else "") + ".", "red"
    if hits:
        return f"POSSIBLE: {len(hits):,} to look at, none certain.", "yellow"
    if hunt.report.exit_code:
        return "INCOMPLETE: nothing of the lists was found, but not everything could be read or looked for.", "yellow"
    return "NOTHING of the lists is here.", "green"


def _near(finding: Finding) -> str:
    component = finding.component
    if component is None:
        return line(finding.title, limit=160)
    bad = dict.fromkeys(which_versions(claim.indicator) for claim in finding.claims[:20] if claim.indicator is not None)
    named = finding.reason if "another version" not in finding.reason else f"on the list: {'; '.join(list(bad)[:6])}"
    return f"{line(component.name)} is there, at {telling.version(component) or 'no version'}; {line(named)}"


def _ledger(put: Printer, hunt: Hunt) -> None:
    for number, one in enumerate(hunt.lists[:_SHOWN]):
        put.field("Lists" if number == 0 else "", _list(one), indent=0)
    _rest(put, len(hunt.lists))
    coverage = hunt.report.coverage
    read = [file for file in coverage.files if file.components or file.status is ReadStatus.READ]
    known = f", {hunt.remembered:,} of them unchanged since an earlier hunt" if hunt.remembered else ""
    put.field("Read", f"{len(read):,} files with {coverage.components_read:,} components{known}", indent=0)
    if coverage.files_searched:
        size = f"{coverage.bytes_searched / 1e6:,.1f} MB"
        put.field("Searched", f"{coverage.files_searched:,} files, {size}, for digests, names and texts", indent=0)
    missed = []
    if hunt.nameless:
        missed.append(f"{hunt.nameless:,} components without a package URL, compared by digest and address only")
    if hunt.not_looked_for:
        types = ", ".join(f"{count:,} {type_}" for type_, count in hunt.not_looked_for.items())
        missed.append(f"not looked for: {types}")
    problems = [problem for problem in coverage.problems if not problem.harmless]
    if problems:
        missed.append(f"{len(problems):,} problem{'' if len(problems) == 1 else 's'}")
    put.field("Missed", "; ".join(missed) or "nothing that we know of", indent=0)
    for problem in problems[:_SHOWN]:
        put.entry(_problem(problem), line(problem.hint or ""), hang=2)
    _rest(put, len(problems))


def _list(one: ListState) -> str:
    types = ", ".join(f"{count:,} {type_}" for type_, count in one.indicators.items()) or "no indicators"
    return f"{line(one.name)} ({line(one.kind)}): {one.understood:,} of {one.lines:,} lines understood: {types}"


def _problem(problem: Problem) -> str:
    at = f"{line(problem.where)}:{problem.line}" if problem.line else line(problem.where)
    return f"{at}: {line(problem.what)}"


def _rest(put: Printer, count: int) -> None:
    if count > _SHOWN:
        put.entry(f"and {count - _SHOWN:,} more (--format json has all)")


def _at(location: Location) -> str:
    return line(location.path) if location.line is None else f"{line(location.path)}:{location.line}"


def write_reading(readings: Sequence[ListReading], states: Sequence[ListState], out: TextIO) -> None:
    """What each line of each list was understood to say, and which were not: `--dry-run`."""
    put = Printer(out, os.environ)
    for reading, one in zip(readings, states, strict=True):
        put(_list(one), bold=True)
        for text in _lines(reading):
            out.write(text + "\n")


def _lines(reading: ListReading) -> Iterator[str]:
    for item in reading.lines():
        match item:
            case Line():
                yield f"{item.number:>7}  {line(item.text)}"
            case Problem():
                hint = f" ({line(item.hint)})" if item.hint else ""
                yield f"{item.line or '':>7}  NOT UNDERSTOOD: {line(item.what)}{hint}"
