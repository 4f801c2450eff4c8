"""What the fleet knows, row by row, for spreadsheets and programs: written as it is read, however much it is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

from scanner.fleet.store import Store
from scanner.fleet.store.values import Exposure, Question, Sighting, Stored, Struck
from scanner.model.report import Report
from scanner.pipeline.fleet import standing
from scanner.reports import csv_table, sarif

FINDINGS = (
    "target", "address", "id", "class", "state", "severity", "title", "package", "path", "campaign", "owner", "first",
    "last", "gone", "reopened", "decision", "decided_by", "reason", "expires", "silenced",
)  # fmt: skip
SIGHTINGS = ("target", "address", "owner", "path", "package", "version", "scope", "first", "last", "gone")
HITS = (*SIGHTINGS, "state", "reason", "list", "indicator_type", "indicator")
EXPOSURES = (
    "target", "address", "owner", "certain", "open_findings", "findings", "packages", "first", "last", "gone",
)  # fmt: skip
_TOGETHER = 500
"""Rows that are handed on at once."""


def finding(one: Stored, now: datetime) -> tuple[object, ...]:
    """A row of `FINDINGS`."""
    found = one.finding
    component = found.component
    return (
        one.target, one.address, found.id, found.class_.value, found.state.value, found.severity.word, found.title,
        None if component is None or component.purl is None else str(component.purl), path(one),
        None if found.campaign is None else found.campaign.id, one.owner, rfc3339(one.first), rfc3339(one.last),
        rfc3339(one.gone), one.reopened, one.decision, one.decided_by, one.reason, rfc3339(one.expires),
        one.at(now).suppressed is not None,
    )  # fmt: skip


def sighting(one: Sighting) -> tuple[object, ...]:
    """A row of `SIGHTINGS`."""
    component = one.component
    package = (
        str(component.purl) if component.purl is not None else f"{component.name} {component.version or ''}".strip()
    )
    return (
        one.target, one.address, one.owner, one.path, package, component.version, component.scope.value,
        rfc3339(one.first), rfc3339(one.last), rfc3339(one.gone),
    )  # fmt: skip


def hit(one: Struck) -> tuple[object, ...]:
    """A row of `HITS`."""
    indicator = one.indicator
    said = (one.state.value, one.reason, indicator.campaign, indicator.type.value, indicator.value)
    return (*sighting(one.sighting), *said)


def exposure(one: Exposure) -> tuple[object, ...]:
    """A row of `EXPOSURES`."""
    return (
        one.target, one.address, one.owner, one.certain, one.open, one.findings, " ".join(one.packages),
        rfc3339(one.first), rfc3339(one.last), rfc3339(one.gone),
    )  # fmt: skip


def path(one: Stored) -> str:
    """The file that a finding is of."""
    if one.finding.evidence:
        return one.finding.evidence[0].location.path
    return "" if one.finding.component is None else one.finding.component.location.path


def rfc3339(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """RFC 4180, every field in quotes, none that a spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([csv_table.cell(_word(value)) for value in row])
        if number % _TOGETHER == 0:
            yield _taken(out)
    yield _taken(out)


def document(
    format_: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], **head: object
) -> Iterator[str]:
    """One JSON object with the rows as a list called `name`."""
    out = io.StringIO()
    begin: Mapping[str, object] = {"format": format_, **head}
    out.write(json.dumps(begin)[:-1] + f', "{name}": [')
    for number, row in enumerate(rows):
        out.write(("," if number else "") + "\n" + json.dumps(dict(zip(columns, row, strict=True))))
        if number % _TOGETHER == _TOGETHER - 1:
            yield _taken(out)
    out.write("\n]}\n")
    yield _taken(out)


def runs(store: Store, question: Question, *, now: datetime) -> Iterator[str]:
    """SARIF 2.1.0: one run for each target, with its findings that the question asks for.

    Code scanning takes one run at a time, each for its own repository.
    """
    head = {"$schema": sarif.SCHEMA, "version": "2.1.0"}
    yield json.dumps(head)[:-1] + ', "runs": ['
    first = True
    for _, group in groupby(standing.findings_of(store, question), key=lambda one: one.target):
        stored = list(group)
        out = io.StringIO()
        sarif.write(_report(store, stored, now), out)
        (run,) = json.loads(out.getvalue())["runs"]
        yield ("" if first else ",") + "\n" + json.dumps(run)
        first = False
    yield "\n]}\n"


def _report(store: Store, stored: Sequence[Stored], now: datetime) -> Report:
    target = store.target(stored[0].target)
    (kept,) = store.snapshots(target.id, limit=1)
    stands = standing.many(store, now=now, targets=[target.id])[target.id]
    at = rfc3339(kept.taken) or ""
    return Report(
        target=target.address,
        base=None,
        started=at,
        finished=at,
        verdict=stands.verdict,
        exit_code=stands.status,
        reasons=(),
        findings=tuple(one.at(now) for one in stored),
        coverage=standing.ledger(kept.coverage),
    )


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
