"""How a finding is told in every format: how grave it is, by which words, at which place of the repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scanner.display import address, line
from scanner.model.comparison import ComponentChange, Step
from scanner.model.component import Component, Location
from scanner.model.finding import Finding, FindingClass, Severity, Standing, State, Suppression
from scanner.model.inventory import ReadStatus
from scanner.model.report import Coverage, FeedState, Report, Verdict

HEADLINES = {
    Verdict.COMPROMISED: "COMPROMISED: pratique refused.",
    Verdict.SUSPICIOUS: "SUSPICIOUS: look before this goes on board.",
    Verdict.VULNERABLE: "VULNERABLE: no sign of a compromise, but known vulnerabilities.",
    Verdict.INCOMPLETE: "INCOMPLETE: nothing was found, but not everything could be checked.",
    Verdict.CLEAR: "CLEAR: pratique granted.",
}
TITLES = {
    FindingClass.COMPROMISE: "Compromises",
    FindingClass.SUSPICIOUS_CHANGE: "Suspicious changes",
    FindingClass.INTEGRITY: "Integrity",
    FindingClass.VULNERABILITY: "Vulnerabilities (no compromise)",
    FindingClass.HYGIENE: "Hygiene",
}
_NOUNS = {
    FindingClass.COMPROMISE: ("compromise", "compromises"),
    FindingClass.SUSPICIOUS_CHANGE: ("suspicious change", "suspicious changes"),
    FindingClass.INTEGRITY: ("integrity finding", "integrity findings"),
    FindingClass.VULNERABILITY: ("vulnerability", "vulnerabilities"),
    FindingClass.HYGIENE: ("hygiene finding", "hygiene findings"),
}
_POSSIBLE = ("possible compromise", "possible compromises")
_NEAR = ("near miss", "near misses")
_STANDINGS = {
    Standing.INTRODUCED: ", new with this change",
    Standing.STILL: ", was there before",
    Standing.GONE: ", gone",
}
_ORDER = tuple(FindingClass)
_STATES = (State.NEAR_MISS, State.POSSIBLE, State.CERTAIN)
CHANGES = (Step.REDIGESTED, Step.MOVED, Step.DOWNGRADED, Step.ADDED, Step.REPLACED, Step.UPDATED, Step.REQUIRED,
           Step.REMOVED)  # fmt: skip
"""What may happen to a package, the gravest first."""
STEPS = {
    Step.REDIGESTED: "same version, other digest",
    Step.MOVED: "from another source",
    Step.REQUIRED: "other requirement",
}
"""Where the step's own word says too little."""


def is_near(finding: Finding) -> bool:
    """Whether only another version of what was taken over is here."""
    return finding.class_ is FindingClass.COMPROMISE and finding.state is State.NEAR_MISS


def is_grave(finding: Finding) -> bool:
    """Whether it is told in full rather than in a list."""
    if finding.class_ is FindingClass.INTEGRITY:
        return finding.severity >= Severity.MEDIUM  # without the difference it says too little
    if finding.class_ is FindingClass.SUSPICIOUS_CHANGE:
        return finding.severity >= Severity.HIGH
    return finding.class_ is FindingClass.COMPROMISE


class Parts(NamedTuple):
    """The findings as a person wants them: in full, in lists, and counted only."""

    in_full: tuple[Finding, ...]
    listed: tuple[Finding, ...]
    near: tuple[Finding, ...]
    old: int
    """What a change did not bring is counted, not told; a compromise is told whoever brought it."""
    suppressed: int


def parts(findings: Sequence[Finding]) -> Parts:
    """Sort out what is told in which way."""
    weighed = [finding for finding in findings if finding.weighed]
    others = [finding for finding in weighed if not is_near(finding)]
    suppressed = sum(finding.suppressed is not None for finding in findings)
    return Parts(
        in_full=tuple(finding for finding in others if is_grave(finding)),
        listed=tuple(finding for finding in others if not is_grave(finding)),
        near=tuple(finding for finding in weighed if is_near(finding)),
        old=len(findings) - len(weighed) - suppressed,
        suppressed=suppressed,
    )


def noun(finding: Finding) -> tuple[str, str]:
    """What such a finding is called: one, several."""
    if finding.class_ is FindingClass.COMPROMISE and finding.state is not State.CERTAIN:
        return _NEAR if is_near(finding) else _POSSIBLE
    return _NOUNS[finding.class_]


def is_scored(finding: Finding) -> bool:
    """Whether its severity is somebody's statement: what nobody has scored is not thereby harmless."""
    if finding.class_ is not FindingClass.VULNERABILITY:
        return True
    records = [claim.advisory for claim in finding.claims if claim.advisory is not None]
    return any(one.severity or one.severity_word for one in records)


def grade(finding: Finding) -> str:
    """The severity, or that no record gives one."""
    return finding.severity.word if is_scored(finding) else "unscored"


def mark(finding: Finding) -> str:
    """How sure or how grave, and whether the change brings it: "certain, new with this change"."""
    word = str(finding.state)
    if finding.class_ is not FindingClass.COMPROMISE:
        word = f"{finding.class_}, {finding.severity.word}"
    return word + ("" if finding.standing is None else _STANDINGS[finding.standing])


def gravest(report: Report, findings: Iterable[Finding]) -> list[Finding]:
    """The same, those that close the gate first, then by class, state and severity."""
    closing = frozenset(report.closing)

    def rank(finding: Finding) -> tuple[bool, bool, bool, int, int, int]:
        return (
            finding.id not in closing,
            finding.suppressed is not None or finding.standing is Standing.GONE,
            is_near(finding),
            _ORDER.index(finding.class_),
            -_STATES.index(finding.state),
            -finding.severity,
        )

    return sorted(findings, key=rank)


def records(finding: Finding) -> tuple[str, ...]:
    """Campaigns and advisories that say so, each once, the surest first."""
    first = () if finding.campaign is None else (finding.campaign.id,)
    return tuple(dict.fromkeys((*first, *(claim.record for claim in finding.claims))))


def rule(finding: Finding) -> str:
    """What a person would switch off as one: the record, how sure; of what has no record, its class and severity.

    Two states of one campaign are two rules: some readers give a severity to rules only, and a near miss is no crime.
    """
    named = next(iter(records(finding)), "")
    if finding.class_ is FindingClass.COMPROMISE and finding.state is not State.CERTAIN:
        return f"{finding.state}/{named}" if named else f"{finding.class_}/{finding.state}"
    if finding.class_ in (FindingClass.COMPROMISE, FindingClass.VULNERABILITY) and named:
        return named
    return f"{finding.class_}/{named or finding.severity.word}"


def decision(suppression: Suppression) -> str:
    """Why somebody set a finding aside, until when, who, and where that is written."""
    until = f"until {line(suppression.expires)}" if suppression.expires else "without an end"
    by = f", decided by {line(suppression.by)}" if suppression.by else ""
    where = f", in {line(suppression.where)}" if suppression.where else ""
    return f"{line(suppression.reason)} ({until}{by}{where})"


def says(finding: Finding) -> str:
    """The finding in one line: what, why, what to do."""
    parts = (line(finding.title), line(finding.reason), line(finding.what_to_do, limit=2_000))
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


class Place(NamedTuple):
    """A file of the repository and a line of it; what lies inside an archive is named apart."""

    path: str
    line: int | None
    inside: str = ""


def places(report: Report, finding: Finding) -> tuple[Place, ...]:
    """Where the finding is, each place once, from the root that `pratique` was started in; at least one.

    A finding without a place of its own stands at a file that was read, else at the target.
    """
    seen = [evidence.location for evidence in finding.evidence]
    if not any(one.path for one in seen) and finding.component is not None:
        seen = [finding.component.location]
    found = tuple(dict.fromkeys(place(report, one) for one in seen if one.path))
    return found or (somewhere(report),)


def somewhere(report: Report) -> Place:
    """A place for what has none: formats refuse a finding without one."""
    read = next((file.path for file in report.coverage.files if file.path and file.path != "-"), "")
    return place(report, Location(read)) if read else Place(report.target or ".", None)


def place(report: Report, location: Location) -> Place:
    """A location of the report as a file below the folder that `pratique` was started in."""
    outer, archive, inside = location.path.partition("!/")
    if not outer:
        return Place("", None, inside)
    root = _root(report)
    if root and outer != root and not posixpath.isabs(outer):
        outer = f"{root}/{outer}"
    return Place(outer, None if archive else location.line, inside)


def _root(report: Report) -> str:
    """The folder at which the report's paths begin, or nothing where they are whole or nobody can tell.

    They begin at the target where that is one folder; several targets stand in each path. Of an absolute target, or
    one outside, nothing says where the repository begins; `pratique diff` names both sides by themselves.
    """
    of_two_trees = report.coverage.changes_judged is not None and report.comparison is None
    target = posixpath.normpath(report.target or ".")
    if of_two_trees or ", " in target or target in (".", "-") or target.startswith(("/", "..")):
        return ""
    return target


def missed(coverage: Coverage) -> list[str]:
    """What could not be checked, counted."""
    files = sum(file.status in (ReadStatus.FAILED, ReadStatus.PARTIAL) for file in coverage.files)
    problems = sum(not problem.harmless for problem in coverage.problems)
    counts = [
        (files, "file not read in full", "files not read in full"),
        (problems, "problem", "problems"),
        (len(coverage.unmatchable), "component not matched", "components not matched"),
        *((len(feeds), f"feed {status}", f"feeds {status}") for status, feeds in feed_gaps(coverage).items()),
    ]
    return [number(*count) for count in counts if count[0]]


def gaps(coverage: Coverage) -> Iterable[tuple[Location, str]]:
    """Each thing that could not be checked: where, and what; feeds stand at no place."""
    told = {problem.where for problem in coverage.problems}
    for file in coverage.files:
        if file.status in (ReadStatus.FAILED, ReadStatus.PARTIAL) and file.path not in told:
            yield Location(file.path), f"not read in full: {line(file.reason or 'no reason is given')}"
    for problem in coverage.problems:
        if not problem.harmless:
            hint = f" ({line(problem.hint)})" if problem.hint else ""
            yield Location(problem.where, problem.line), f"{line(problem.what)}{hint}"
    for item in coverage.unmatchable:
        name = f"{line(item.component.name)} {version(item.component)}".strip()
        yield item.component.location, f"{name} could not be matched: {line(item.reason)}"
    for status, feeds in feed_gaps(coverage).items():
        for feed in feeds:
            yield Location(""), f"feed {line(feed.name)} is {status}: run pratique intel sync"


def feed_gaps(coverage: Coverage) -> dict[str, list[FeedState]]:
    """Feeds that could not be relied on, by what is wrong with them."""
    found: dict[str, list[FeedState]] = {}
    for feed in coverage.feeds:
        if feed.status in ("missing", "stale", "broken"):
            found.setdefault(feed.status, []).append(feed)
    return found


def ordered(changes: Sequence[ComponentChange]) -> list[ComponentChange]:
    """The gravest first."""
    return sorted(changes, key=lambda one: (CHANGES.index(one.step), one.path, one.component.name))


def step(change: ComponentChange) -> str:
    """What happened to the package."""
    return STEPS.get(change.step, str(change.step))


def whence(change: ComponentChange) -> str:
    """Of a package that comes from elsewhere now: from where to where; else nothing."""
    if change.step is Step.MOVED and change.before is not None and change.after is not None:
        return f"{_source(change.before)} -> {_source(change.after)}"
    return ""


def _source(component: Component) -> str:
    return address(component.source_url) if component.source_url else str(component.origin)


def version(component: Component | None) -> str:
    """The version, or what is asked for."""
    return "" if component is None else line(component.version or component.constraint or "")


def at(location: Location) -> str:
    """`path:line`, for people."""
    return line(location.path) if location.line is None else f"{line(location.path)}:{location.line}"


def number(count: int, one: str, many: str) -> str:
    """ "1 file", "2,000 files"."""
    return f"{count:,} {one if count == 1 else many}"
