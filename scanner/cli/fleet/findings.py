"""pratique fleet findings"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.cli.fleet import filters, shared
from scanner.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from scanner.fleet.store import Store
    from scanner.fleet.store.values import Stored

_FORMATS = ("text", "json", "csv", "sarif", "markdown")


@click.command()
@click.argument("selectors", nargs=-1, metavar="[SELECTOR...]")
@click.option("--open", "still", is_flag=True, help="What is there now.  [default]")
@click.option("--gone", is_flag=True, help="What was there once.")
@click.option("--all", "everything", is_flag=True, help="Both, and near misses.")
@click.option("--silenced", "silent", is_flag=True, help="Only what a decision, policy or VEX statement silences now.")
@click.option("--undecided", is_flag=True, help="Only what nobody decided on, or whose decision is over.")
@filters.filters
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE]",
    help="text, json, csv, sarif or markdown; may be repeated.",
)
@click.option("--output", "output_file", metavar="FILE", help="Write there instead of stdout.")
@shared.store_option
def findings(
    selectors: tuple[str, ...],
    still: bool,
    gone: bool,
    everything: bool,
    silent: bool,
    undecided: bool,
    formats: tuple[str, ...],
    output_file: str | None,
    store_address: str | None,
    **values: str | None,
) -> int:
    """List what was found in the fleet: since when, until when, how often it came back, who answers for it.

    SELECTOR: a target's number, label:NAME, owner:NAME, or a part of the address. What is silenced is listed, with the
    decision, and counted apart.
    """
    from scanner.errors import UsageError
    from scanner.model.finding import State
    from scanner.pipeline.fleet import triage

    if sum((still, gone, everything)) > 1:
        raise UsageError("--open, --gone and --all exclude each other", where="fleet findings")
    if silent and undecided:
        raise UsageError("--silenced and --undecided exclude each other", where="fleet findings")
    chosen = options.formats(formats, _FORMATS, "text")
    wanted = filters.read(values, selectors=selectors, open_=None if everything else not gone)
    now = shared.now()
    with shared.opened(store_address) as store:
        found = [
            one
            for one in triage.found(store, wanted)
            if (everything or one.finding.state is not State.NEAR_MISS)
            and (not silent or one.at(now).suppressed is not None)
            and (not undecided or (not one.decided(now) and one.at(now).suppressed is None))
        ]
        options.write_all(chosen, output_file, lambda name, out: _write(store, found, now, name, out))
    return 0


def _write(store: Store, found: Sequence[Stored], now: datetime, name: str, out: TextIO) -> None:
    from scanner.pipeline.fleet import exports

    if name == "text":
        _text(found, now, out)
    elif name == "sarif":
        out.writelines(exports.runs(store, found, now=now))
    elif name == "markdown":
        out.writelines(exports.page(found, now=now))
    else:
        rows = (exports.finding(one, now) for one in found)
        out.writelines(
            exports.table(exports.FINDINGS, rows)
            if name == "csv"
            else exports.document("pratique-fleet-findings/1", "findings", exports.FINDINGS, rows)
        )


def _text(found: Sequence[Stored], now: datetime, out: TextIO) -> None:
    from scanner.pipeline.fleet import exports, standing

    if found:
        shared.table(
            ("id", "target", "class", "state", "severity", "title", "path", "seen", "owner", "decision"),
            (
                (one.finding.id[:12], one.address, one.finding.class_.value, one.finding.state.value,
                 one.finding.severity.word, one.finding.title, exports.path(one), _span(one), one.owner or "-",
                 standing.decision(one, now))
                for one in found
            ),
            out,
        )  # fmt: skip
    silent = sum(one.at(now).suppressed is not None for one in found)
    out.write(counted(len(found), "finding") + (f", {silent:,} of them silenced" if silent else "") + "\n")


def _span(one: Stored) -> str:
    until = "still there" if one.gone is None else f"last seen {shared.day(one.last)}"
    again = f", {one.reopened}× back" if one.reopened else ""
    return f"{shared.day(one.first)}, {until}{again}"
