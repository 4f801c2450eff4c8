"""pratique fleet status"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.cli.fleet import shared
from scanner.display import line
from scanner.model.moment import rfc3339
from scanner.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scanner.fleet.store.exposures import Reached
    from scanner.fleet.store.listings import Listing
    from scanner.fleet.store.notices import ChannelState
    from scanner.fleet.store.values import Target
    from scanner.model.report import FeedState
    from scanner.pipeline.fleet.standing import Standing

    Row = tuple[Target, Standing | None]


@click.command()
@click.argument("selectors", nargs=-1, metavar="[SELECTOR...]")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text or json; may be repeated.")
@shared.store_option
@options.intel_directory
def status(
    selectors: tuple[str, ...], formats: tuple[str, ...], store_address: str | None, intel_dir: Path | None
) -> int:
    """Say how each target stands, when it was last looked at, and how old the feeds are."""
    from scanner.pipeline.fleet import selection, standing
    from scanner.pipeline.knowledge import open_library

    chosen = options.formats(formats, ("text", "json"), "text")
    with open_library(options.directory(intel_dir), now=shared.now()) as library:
        feeds = library.searched()
    with shared.opened(store_address) as store:
        targets = selection.chosen(store, selectors) if selectors else selection.every(store)
        now = shared.now()
        rows = [(target, standing.of(store, target, now=now)) for target in targets]
        channels, listings, reached = store.notices.channels(), store.listings(), store.exposures.reached()
    options.write_all(chosen, None, lambda name, out: _write(rows, feeds, channels, listings, reached, name, out))
    return 0


def _write(
    rows: Sequence[Row],
    feeds: Sequence[FeedState],
    channels: Sequence[ChannelState],
    listings: Sequence[Listing],
    reached: Reached,
    name: str,
    out: TextIO,
) -> None:
    if name == "json":
        told = [
            {
                "target": target.id, "address": target.address, "owner": target.owner,
                "verdict": None if stands is None else stands.verdict.value,
                "open_findings": None if stands is None else stands.open,
                "silenced_findings": None if stands is None else stands.silenced,
                "silenced_by": [] if stands is None else list(stands.by),
                "expired_decisions": None if stands is None else stands.expired,
                "components": None if stands is None else stands.components,
                "lacks": None if stands is None else stands.lacks or None,
                "revision": target.revision, "looked_at": rfc3339(target.checked),
                "failures": target.failures, "failure": target.failure,
            }
            for target, stands in rows
        ]  # fmt: skip
        of_feeds = [{"name": one.name, "records": one.records, "status": one.status} for one in feeds]
        of_channels = [
            {
                "name": one.channel, "failures": one.failures, "failure": one.failure,
                "failing_since": rfc3339(one.since), "waiting": one.waiting,
                "told_at": rfc3339(one.sent_at),
            }
            for one in channels
        ]  # fmt: skip
        of_listings = [
            {
                "name": one.name, "asked_at": rfc3339(one.checked), "failure": one.failure, "overdue": _overdue(one),
            }
            for one in listings
        ]  # fmt: skip
        shared.json_document(
            {
                "format": "pratique-fleet-status/1",
                "targets": told,
                "feeds": of_feeds,
                "channels": of_channels,
                "listings": of_listings,
                "exposures": _exposures(reached),
            },
            out,
        )
        return
    shared.table(
        ("target", "verdict", "open", "silenced", "packages", "looked at", "address"),
        (
            (
                str(target.id),
                "-" if stands is None else stands.verdict.value,
                "-" if stands is None else str(stands.open),
                "-" if stands is None else _silenced(stands),
                "-" if stands is None else str(stands.components),
                shared.day(target.checked),
                target.address + _why(target, stands),
            )
            for target, stands in rows
        ),
        out,
    )
    expired = sum(stands.expired for _, stands in rows if stands is not None)
    if expired:
        out.write(f"{counted(expired, 'finding')} of them had a decision whose time is over: they count again\n")
    if reached.targets and reached.newest is not None:
        newest = reached.newest
        records = counted(reached.records, "record")
        last = f"{line(newest.record)} on {shared.day(reached.known)}, {counted(newest.targets, 'target')}"
        out.write(f"exposed before it was known: {counted(reached.targets, 'target')}, by {records}; newest: {last}\n")
    out.write("\n")
    shared.table(("feed", "records", "state"), ((one.name, f"{one.records:,}", one.status) for one in feeds), out)
    if listings:
        out.write("\n")
        shared.table(
            ("listing", "listed at", "state"),
            ((one.name, shared.day(one.checked), _listed(one)) for one in listings),
            out,
        )
    if channels:
        out.write("\n")
        shared.table(
            ("channel", "told at", "waiting", "state"),
            ((one.channel, shared.day(one.sent_at), str(one.waiting), _state(one)) for one in channels),
            out,
        )


def _exposures(reached: Reached) -> dict[str, object]:
    """What was there before it was known, and of which findings tell nothing."""
    newest = reached.newest
    return {
        "targets": reached.targets, "records": reached.records,
        "newest": None if newest is None else {
            "source": newest.source, "id": newest.record, "name": newest.name, "targets": newest.targets,
            "certain": newest.certain, "known_at": rfc3339(reached.known),
        },
    }  # fmt: skip


def _why(target: Target, stands: Standing | None) -> str:
    """Why it is not seen as it should be, in a few words."""
    failed = f": {target.failures}× failed: {target.failure}" if target.failure else ""
    return f"{failed}: not seen whole: {stands.lacks}" if stands is not None and stands.lacks else failed


def _overdue(one: Listing) -> bool:
    """Whether nobody asks it: where no worker has its key it never fails."""
    if one.every is None:
        return False
    return one.checked is None or one.checked + 2 * timedelta(seconds=one.every) < shared.now()


def _listed(one: Listing) -> str:
    if one.failure is not None:
        return f"failed: {one.failure}"
    return "overdue: nobody asks; pratique fleet refresh does, with its key" if _overdue(one) else "works"


def _silenced(stands: Standing) -> str:
    """How many, and by whom: nobody is to take silence for health."""
    return f"{stands.silenced}" + (f" by {', '.join(stands.by)}" if stands.by else "")


def _state(one: ChannelState) -> str:
    if not one.failures:
        return "works"
    return f"{one.failures}× failed since {shared.day(one.since)}: {one.failure}"
