"""What the fleet knows, row by row, for spreadsheets and programs: written as it is read, however much it is."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import quote

from scanner import markdown_text
from scanner.display import line
from scanner.fleet.store import Store
from scanner.fleet.store.summaries import Exposure
from scanner.fleet.store.values import Sighting, Stored, Struck, Target
from scanner.model.finding import FindingClass
from scanner.model.moment import rfc3339
from scanner.model.report import Report
from scanner.pipeline.fleet import addresses, standing
from scanner.pipeline.fleet.advisories import Advised
from scanner.policy import gate
from scanner.policy import verdict as verdicts
from scanner.reports import csv_table, sarif
from scanner.reports import uri as uris

FINDINGS = (
    "target", "address", "id", "class", "state", "severity", "title", "package", "path", "campaign", "owner", "first",
    "last", "gone", "reopened", "decision", "decided_by", "reason", "expires", "silenced",
)  # fmt: skip
SIGHTINGS = ("target", "address", "owner", "path", "package", "version", "scope", "first", "last", "gone")
HITS = (*SIGHTINGS, "state", "reason", "list", "indicator_type", "indicator")
ADVISED = (*SIGHTINGS, "class", "state", "reason", "records")
EXPOSURES = (
    "target", "address", "owner", "certain", "open_findings", "findings", "packages", "first", "last", "gone",
)  # fmt: skip
_TOGETHER = 500
"""Rows that are handed on at once."""


def finding(one: Stored, now: datetime) -> tuple[object, ...]:
    """A row of `FINDINGS`. What a policy or a statement sets aside is told like a decision."""
    found = one.finding
    component = found.component
    silent = one.at(now).suppressed
    said = (one.decision, one.decided_by, one.reason, rfc3339(one.expires))
    if silent is not None and silent == found.suppressed:
        said = ("suppressed", standing.who(silent), silent.reason, silent.expires)
    return (
        one.target, one.address, found.id, found.class_.value, found.state.value, found.severity.word, found.title,
        None if component is None or component.purl is None else str(component.purl), path(one),
        None if found.campaign is None else found.campaign.id, one.owner, rfc3339(one.first), rfc3339(one.last),
        rfc3339(one.gone), one.reopened, *said, silent is not None,
    )  # fmt: skip


def sighting(one: Sighting) -> tuple[object, ...]:
    """A row of `SIGHTINGS`."""
    component = one.component
    return (
        one.target, one.address, one.owner, one.path, component.package, component.version, component.scope.value,
        rfc3339(one.first), rfc3339(one.last), rfc3339(one.gone),
    )  # fmt: skip


def hit(one: Struck) -> tuple[object, ...]:
    """A row of `HITS`."""
    indicator = one.indicator
    said = (one.state.value, one.reason, indicator.campaign, indicator.type.value, indicator.value)
    return (*sighting(one.sighting), *said)


def advised(one: Advised) -> tuple[object, ...]:
    """A row of `ADVISED`."""
    return (*sighting(one.sighting), one.class_.value, one.state.value, one.reason, " ".join(one.records))


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


def runs(store: Store, found: Iterable[Stored], *, now: datetime) -> Iterator[str]:
    """SARIF 2.1.0: one run for each target, of findings that come by target.

    Code scanning takes one run at a time, each for its own repository: paths are relative to its root.
    """
    head = {"$schema": sarif.SCHEMA, "version": "2.1.0"}
    yield json.dumps(head)[:-1] + ', "runs": ['
    first = True
    for id_, group in groupby(found, key=lambda one: one.target):
        target = store.target(id_)
        out = io.StringIO()
        sarif.write(_report(store, target, list(group), now), out)
        (run,) = json.loads(out.getvalue())["runs"]
        _place(run, target)
        yield ("" if first else ",") + "\n" + json.dumps(run)
        first = False
    yield "\n]}\n"


def _place(run: dict[str, Any], target: Target) -> None:
    """Say where the root of its paths is, and of which commit (sections 3.14.14 and 3.14.12 of the standard)."""
    run["automationDetails"] = {"id": f"pratique/{quote(line(target.address), safe='')}/"}
    path = target.address.startswith("/")
    base = sarif.uri(target.address) if path else uris.absolute(target.address)
    if base is None:  # host:path is no address
        return
    run["originalUriBaseIds"][sarif.ROOT]["uri"] = base.rstrip("/") + "/"
    if target.kind in (addresses.GIT, addresses.REMOTE):
        told = {"repositoryUri": base, "mappedTo": {"uriBaseId": sarif.ROOT}}
        commit = {} if target.revision is None else {"revisionId": target.revision}
        run["versionControlProvenance"] = [told | commit]


def _report(store: Store, target: Target, stored: Sequence[Stored], now: datetime) -> Report:
    (kept,) = store.snapshots(target.id, limit=1)
    stands = standing.many(store, now=now, targets=[target.id])[target.id]
    at = rfc3339(kept.taken)
    findings = tuple(one.at(now) for one in stored)
    return Report(
        target="",  # paths are those of its root
        base=None,
        started=at,
        finished=at,
        verdict=stands.verdict,
        exit_code=stands.status,
        reasons=(),
        findings=findings,
        closing=verdicts.closing([finding for finding, one in zip(findings, stored, strict=True) if one.gone is None],
                                 gate.DEFAULT),
        coverage=standing.ledger(kept.coverage),
    )  # fmt: skip


def page(found: Sequence[Stored], *, now: datetime) -> Iterator[str]:
    """Markdown for a comment or a wiki: a table, the gravest first. Nothing that strangers named is markup in it."""
    counts = Counter(one.finding.class_.value for one in found if one.at(now).suppressed is None)
    silent = len(found) - counts.total()
    said = [f"{count:,} {class_}" for class_, count in counts.items()]
    said += [f"{silent:,} silenced"] if silent else []
    yield f"# Findings of the fleet\n\n{', '.join(said) or 'None'}.\n"
    if found:
        heads = ("severity", "class", "finding", "target", "file", "seen", "owner", "decision")
        yield f"\n| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n"
    order = list(FindingClass)
    ranked = sorted(found, key=lambda one: (order.index(one.finding.class_), -one.finding.severity))
    for one in ranked:
        until = "still there" if one.gone is None else f"gone {one.gone.date()}"
        yield _line(
            one.finding.severity.word,
            one.finding.class_.value,
            markdown_text.prose(one.finding.title, 200),
            markdown_text.code(one.address),
            markdown_text.code(path(one)),
            f"{one.first.date()}, {until}",
            markdown_text.prose(one.owner or "-", 100),
            markdown_text.prose(standing.decision(one, now), 200),
        )


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
