"""pratique fleet findings"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.cli.fleet import shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.fleet.store.values import Stored

_CLASSES = ("compromise", "suspicious-change", "integrity", "vulnerability", "hygiene")
_COLUMNS = (
    "target", "address", "id", "class", "state", "severity", "title", "path", "owner", "first", "last",
    "gone", "reopened",
)  # fmt: skip


@click.command()
@click.option("--open", "still", is_flag=True, help="What is there now.  [default]")
@click.option("--gone", is_flag=True, help="What was there once.")
@click.option("--all", "everything", is_flag=True, help="Both, and near misses.")
@click.option("--class", "class_", type=click.Choice(_CLASSES), help="Only this class.")
@click.option("--owner", metavar="O", help="Only what this owner answers for.")
@click.option("--label", metavar="L", help="Only in targets with this label.")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text, json or csv; may be repeated.")
@shared.store_option
def findings(
    still: bool,
    gone: bool,
    everything: bool,
    class_: str | None,
    owner: str | None,
    label: str | None,
    formats: tuple[str, ...],
    store_address: str | None,
) -> int:
    """List what was found in the fleet: since when, until when, how often it came back, who answers for it."""
    from scanner.errors import UsageError
    from scanner.fleet.store.values import Question
    from scanner.model.finding import FindingClass, State
    from scanner.pipeline.fleet import standing

    if sum((still, gone, everything)) > 1:
        raise UsageError("--open, --gone and --all exclude each other", where="fleet findings")
    chosen = options.formats(formats, ("text", "json", "csv"), "text")
    question = Question(
        class_=None if class_ is None else FindingClass(class_),
        owner=owner,
        label=label,
        open=None if everything else not gone,
    )
    with shared.opened(store_address) as store:
        found = [
            one
            for one in standing.findings_of(store, question)
            if everything or one.finding.state is not State.NEAR_MISS
        ]
    options.write_all(chosen, None, lambda name, out: _write(found, name, out))
    return 0


def _write(found: Sequence[Stored], name: str, out: TextIO) -> None:
    if name == "text":
        shared.table(
            ("target", "class", "state", "severity", "title", "path", "seen", "owner"),
            (
                (one.address, one.finding.class_.value, one.finding.state.value, one.finding.severity.word,
                 one.finding.title, _path(one), _span(one), one.owner or "-")
                for one in found
            ),
            out,
        )  # fmt: skip
        out.write(shared.counted(len(found), "finding") + "\n")
        return
    rows = [dict(zip(_COLUMNS, _row(one), strict=True)) for one in found]
    if name == "json":
        shared.json_document({"format": "pratique-fleet-findings/1", "findings": rows}, out)
        return
    import csv

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(value) for value in row.values()] for row in rows)


def _row(one: Stored) -> tuple[object, ...]:
    finding = one.finding
    return (
        one.target, one.address, finding.id, finding.class_.value, finding.state.value, finding.severity.word,
        finding.title, _path(one), one.owner, shared.rfc3339(one.first), shared.rfc3339(one.last),
        shared.rfc3339(one.gone), one.reopened,
    )  # fmt: skip


def _cell(value: object) -> str:
    """A spreadsheet takes what begins so for a formula, and strangers name packages and files."""
    from scanner.display import line

    text = "" if value is None else line(str(value))
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _path(one: Stored) -> str:
    if one.finding.evidence:
        return one.finding.evidence[0].location.path
    return "" if one.finding.component is None else one.finding.component.location.path


def _span(one: Stored) -> str:
    until = "still there" if one.gone is None else f"last seen {shared.day(one.last)}"
    again = f", {one.reopened}× back" if one.reopened else ""
    return f"{shared.day(one.first)}, {until}{again}"
