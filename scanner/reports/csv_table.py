"""One line a finding, for a spreadsheet or a script.

Spec: RFC 4180: a header, lines that end with CR LF, every field in quotes. A spreadsheet takes a field that begins with
= + - @ for a formula, and one that is set to another separator may begin a field anywhere: whatever would be a formula
there gets an apostrophe before it (CWE-1236). Guide: docs/reports.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TextIO

from scanner.display import address, line
from scanner.model import corroboration
from scanner.model.finding import Finding
from scanner.model.report import Report
from scanner.reports import exploitation, telling

COLUMNS = (
    "id", "class", "state", "severity", "standing", "closes_gate", "title", "package", "version", "purl", "scope",
    "installed_from", "file", "line", "more_places", "records", "aliases", "campaign", "actor", "sources",
    "exploitation", "through", "reason", "what_to_do", "suppressed", "suppressed_until", "suppressed_by",
)  # fmt: skip
_MANY, _LONG = 20, 2_000
_FORMULA = re.compile("(^|[,;|\t\"'])([\\s ]*)(?=[=+\\-@＝＋－＠﹢﹣−])")


def write(report: Report, out: TextIO) -> None:
    """Write the findings, the gravest first, then what the change removed."""
    table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(COLUMNS)
    gone = () if report.comparison is None else report.comparison.gone
    closing = frozenset(report.closing)
    for finding in telling.gravest(report, [*report.findings, *gone]):
        table.writerow([cell(field) for field in _row(report, finding, finding.id in closing)])


@lru_cache(maxsize=65536)
def cell(text: str) -> str:
    """A field that no spreadsheet takes for a formula, on one line."""
    return _FORMULA.sub(r"\1\2'", line(text, limit=_LONG))


def _row(report: Report, finding: Finding, closes: bool) -> Iterator[str]:
    component, campaign, suppressed = finding.component, finding.campaign, finding.suppressed
    first, *others = telling.places(report, finding)
    yield finding.id
    yield finding.class_
    yield finding.state
    yield telling.grade(finding)
    yield finding.standing or ""
    yield "yes" if closes else "no"
    yield finding.title
    yield "" if component is None else component.name
    yield "" if component is None else component.version or component.constraint or ""
    yield "" if component is None or component.purl is None else str(component.purl)
    yield "" if component is None else component.scope
    yield "" if component is None or component.source_url is None else address(component.source_url)
    yield f"{first.path}!/{first.inside}" if first.inside else first.path
    yield "" if first.line is None else str(first.line)
    yield str(len(others)) if others else ""
    yield " ".join(telling.records(finding)[:_MANY])
    yield " ".join(
        list(dict.fromkeys(name for one in finding.claims if one.advisory for name in one.advisory.aliases))[:_MANY]
    )
    yield "" if campaign is None else campaign.name
    yield "" if campaign is None or campaign.actor is None else campaign.actor.name
    yield " / ".join(corroboration.of_finding(finding)[:_MANY])
    yield " / ".join(exploitation.words(finding.exploitation))
    yield " > ".join(finding.introduced_through[0]) if finding.introduced_through else ""
    yield finding.reason
    yield finding.what_to_do
    yield "" if suppressed is None else suppressed.reason
    yield "" if suppressed is None else suppressed.expires
    yield "" if suppressed is None else suppressed.by or ""
