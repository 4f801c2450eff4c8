"""Annotations of a GitHub workflow run: commands on standard output, which the runner reads line by line.

Spec: GitHub Docs, "Workflow commands"; the runner undoes %25, %0D and %0A, and in properties %3A and %2C. A line break
in a name would begin a command of its own: none of ours holds one, nor any other control character.
The runner keeps 10 errors, 10 warnings and 10 notices of a step, the first that come. Guide: docs/reports.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TextIO

from scanner.display import line
from scanner.model.finding import Finding, FindingClass, Severity
from scanner.model.report import Report
from scanner.reports import telling
from scanner.reports.telling import Place

_LEVELS = ("error", "warning", "notice")
_MOST = 10
_SHORT = 160


class _Note(NamedTuple):
    level: str
    title: str
    text: str
    place: Place | None = None


def write(report: Report, out: TextIO) -> None:
    """Write the verdict as a notice, then what is worth a mark beside a line."""
    shown: dict[str, list[_Note]] = {level: [] for level in _LEVELS}
    dropped = dict.fromkeys(_LEVELS, 0)
    for note in _notes(report):
        if len(shown[note.level]) < _MOST:
            shown[note.level].append(note)
        else:
            dropped[note.level] += 1
    for level in _LEVELS:
        if dropped[level]:
            last = shown[level].pop()
            rest = f"and {dropped[level] + 1:,} more of this kind, which a step cannot show: see the report"
            shown[level].append(_Note(level, f"{last.title} …", rest))
        for note in shown[level]:
            out.write(_command(note) + "\n")


def _notes(report: Report) -> Iterator[_Note]:
    reasons = "; ".join(line(reason) for reason in report.reasons) or "nothing at or above the gate"
    yield _Note("notice", "pratique", f"{telling.HEADLINES[report.verdict]} Exit {report.exit_code}: {reasons}")
    closing = frozenset(report.closing)
    for finding in telling.gravest(report, _told(report, closing)):
        place = telling.places(report, finding)[0]
        level = _level(finding, finding.id in closing)
        yield _Note(level, line(finding.title, limit=_SHORT), telling.says(finding), place)
    for location, what in telling.gaps(report.coverage):
        place = telling.place(report, location)
        yield _Note("warning", "not checked", f"{line(place.path)}: {what}" if place.path else what, place)


def _told(report: Report, closing: frozenset[str]) -> Iterable[Finding]:
    """What the gate looks at; a near miss marks no line unless the gate asks for it."""
    for finding in report.findings:
        if finding.id in closing or (finding.weighed and not telling.is_near(finding)):
            yield finding


def _level(finding: Finding, closes: bool) -> str:
    if closes:
        return "error"
    minor = finding.severity < Severity.MEDIUM or finding.class_ is FindingClass.HYGIENE
    return "notice" if minor and finding.class_ is not FindingClass.COMPROMISE else "warning"


def _command(note: _Note) -> str:
    properties = {"title": note.title}
    if note.place is not None and note.place.path:
        properties = {"file": line(note.place.path), **properties}
        if note.place.line:
            properties["line"] = str(note.place.line)
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    inside = f" (in the archive: {line(note.place.inside)})" if note.place is not None and note.place.inside else ""
    return f"::{note.level} {said}::{_data(note.text + inside)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
