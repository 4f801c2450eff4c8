"""Markdown for the comment on a pull request: verdict, what the change brings, grave findings as stories, the ledger.

The words are those of the text report. Nothing that a stranger has named becomes an element, see `markdown_text`. The
first line is a mark by which a later run finds its comment and replaces it. GitHub takes 65,536 characters: what has no
room is left out from the mildest end and counted. Guide: docs/reports.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from scanner.display import line
from scanner.markdown_text import code, prose
from scanner.model.comparison import Comparison, ComponentChange
from scanner.model.finding import Finding, Standing
from scanner.model.report import Report
from scanner.reports import telling, text, text_finding, text_history
from scanner.reports.markdown_printer import MarkdownPrinter

MARK = "<!-- pratique:report -->"
COMMENT = 65_000
"""Of GitHub's 65,536 characters: bytes, which are never fewer, and room for a line of whoever posts it."""
_LINES = 25
_HEAD, _LEDGER, _CHANGES, _LISTS = 0.12, 0.15, 0.15, 0.15
"""What a part may take of the whole at most, so that none of them pushes another out; the stories have the rest."""
_NO_FINDING = ""


def write(report: Report, out: TextIO) -> None:
    """Write `report` for a comment."""
    fit(report, out, COMMENT)


def fit(report: Report, out: TextIO, limit: int) -> None:
    """Write `report` in at most so many bytes."""
    parts = telling.parts(report.findings)
    head = _head(report, parts, int(limit * _HEAD))
    changes = _changes(report, int(limit * _CHANGES), _LINES * limit // COMMENT)
    lists = _cut(_lists(report, parts), int(limit * _LISTS))
    ledger = _ledger(report, int(limit * _LEDGER))
    taken = sum(map(_size, (head, changes, lists, ledger)))
    stories = _stories(report, parts.in_full, limit - taken - 200)
    sections = (head, stories, changes, lists, ledger)
    out.write("\n".join("\n".join(section) + "\n" for section in sections if section))


def _head(report: Report, parts: telling.Parts, room: int) -> list[str]:
    put = MarkdownPrinter()
    text.summary(put, report, parts)
    reasons = "; ".join(map(line, report.reasons)) or "nothing at or above the gate"
    put.field(f"Exit {report.exit_code}", reasons)
    title = f"## {telling.HEADLINES[report.verdict]}"
    return [MARK, title, "", *_cut(put.lines, room)]


def _stories(report: Report, findings: Sequence[Finding], room: int) -> list[str]:
    """Each in full while there is room, then by title, then counted."""
    lines: list[str] = []
    exposures = {one.finding: one for one in report.history.exposures} if report.history else {}
    ordered = telling.gravest(report, findings)
    for number, finding in enumerate(ordered, 1):
        title = f"{number}. {line(finding.title, limit=300)}"
        put = MarkdownPrinter()
        text_finding.details(put, finding)
        if finding.id in exposures:
            text_history.tell(put, exposures[finding.id])
        # The gravest is open: what a reviewer must see is not behind a click.
        opened = " open" if number == 1 else ""
        summary = f"<summary><b>{prose(title)}</b> [{prose(telling.mark(finding))}]</summary>"
        story = [f"<details{opened}>{summary}", "", *put.lines, "", "</details>", ""]
        if _size(story) > room - 200:
            story = [f"- **{prose(title)}** [{prose(telling.mark(finding))}]: no room here"]
        if _size(story) > room - 200:
            lines += ["", f"and {len(ordered) - number + 1:,} more, for which there is no room here."]
            break
        lines += story
        room -= _size(story)
    return ["### Look at this first", "", *lines] if lines else []


def _changes(report: Report, room: int, rows: int) -> list[str]:
    comparison = report.comparison
    if comparison is None or not comparison.changes:
        return []
    head = ["### What the change brings", "", "| | package | before | after | file |", "|---|---|---|---|---|"]
    marked = _marked(report)
    ordered = telling.ordered(comparison.changes)
    lines: list[str] = []
    left = room - _size(head) - 100
    for change in ordered[:rows]:
        row = _row(change, marked.get((change.path, change.component.name), _NO_FINDING))
        left -= len(row.encode()) + 1
        if left < 0:
            break
        lines.append(row)
    rest = len(ordered) - len(lines)
    return [*head, *lines, *(["", f"and {rest:,} more."] if rest else [])]


def _marked(report: Report) -> dict[tuple[str, str], str]:
    """(file, package) → what the change brings with it, the gravest."""
    found: dict[tuple[str, str], str] = {}
    for finding in telling.gravest(report, report.findings):
        if finding.component is not None and finding.weighed and finding.standing is Standing.INTRODUCED:
            key = (finding.component.location.path, finding.component.name)
            found.setdefault(key, telling.noun(finding)[0])
    return found


def _row(change: ComponentChange, found: str) -> str:
    moved = telling.whence(change)
    cells = (
        telling.step(change) + (f": **{found}**" if found else ""),
        code(change.component.name),
        code(telling.version(change.before)),
        code(telling.version(change.after)) + (f" {code(moved)}" if moved else ""),
        code(change.path),
    )
    return f"| {' | '.join(cells)} |"


def _lists(report: Report, parts: telling.Parts) -> list[str]:
    put = MarkdownPrinter()
    text.others(put, parts.listed)
    text.near_misses(put, parts.near)
    text.suppressions(put, report)
    if report.comparison is not None:
        _gone(put, report.comparison)
    return put.lines


def _gone(put: MarkdownPrinter, comparison: Comparison) -> None:
    if comparison.gone:
        put()
        put(f"Gone with the change: {len(comparison.gone):,}", bold=True)
        for finding in comparison.gone[:_LINES]:
            put.entry(line(finding.title, limit=200))


def _ledger(report: Report, room: int) -> list[str]:
    put = MarkdownPrinter()
    text.ledger(put, report)
    opened = "" if report.coverage.complete else " open"
    head = f"<details{opened}><summary>What was read, what was checked, what could not be</summary>"
    return [head, "", *_cut(put.lines, room), "", "</details>"]


def _cut(lines: Sequence[str], room: int) -> list[str]:
    """The lines that fit, and how many do not."""
    kept: list[str] = []
    left = room - 100
    for one in lines:
        left -= len(one.encode()) + 1
        if left < 0:
            return [*kept, "", f"and {len(lines) - len(kept):,} more lines, for which there is no room here."]
        kept.append(one)
    return kept


def _size(lines: Iterable[str]) -> int:
    return sum(len(one.encode()) + 1 for one in lines) + 1
