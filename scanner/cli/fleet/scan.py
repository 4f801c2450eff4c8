"""pratique fleet scan"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.cli.fleet import notify, shared
from scanner.display import line
from scanner.errors import PratiqueError, UsageError
from scanner.wording import counted

if TYPE_CHECKING:
    from scanner.fleet.store import Store
    from scanner.pipeline.fleet.looking import Looked, Settings
    from scanner.pipeline.fleet.noticing import Settings as Notices

_TIDIED = 300.0
"""Seconds after which copies that take too much give way, also while the night goes on."""


@click.command(
    epilog="""\b
    pratique fleet scan                          what is due
    pratique fleet scan --all --jobs 4           everything, in four processes
    pratique fleet scan label:web owner:team-api those targets, due or not
    """
)
@click.argument("selectors", nargs=-1, metavar="[SELECTOR...]")
@click.option("--all", "everything", is_flag=True, help="Every target, due or not.")
@click.option("--due", is_flag=True, help="What is due by time, or by newer intelligence.  [default]")
@click.option("--notify", "notified", is_flag=True, help="Tell people afterwards what is new, as fleet notify does.")
@notify.config_option
@notify.public_url_option
@shared.look_options
@shared.store_option
@options.intel_directory
def scan(
    selectors: tuple[str, ...],
    everything: bool,
    due: bool,
    notified: bool,
    config: Path | None,
    public_url: str | None,
    jobs: int,
    looks: shared.Looks,
    store_address: str | None,
    intel_dir: Path | None,
) -> int:
    """Look at targets, and record what they hold: what is due, all, or those that a SELECTOR means.

    SELECTOR: a number, label:NAME, owner:NAME, or a part of the address. A target that is as it was is skipped; where
    only the intelligence is newer, what the store has of it is matched again. Nothing is checked out or run. One bad
    target stops no other.

    Without SELECTORs what is newly known to be bad is sought in everything ever seen, too. Exit status as of scan: 1
    for a compromise anywhere, or where one turns out to have been there, 3 where something could not be looked at.
    """
    from scanner.pipeline.fleet import places, remotes, scanning

    if sum((bool(selectors), everything, due)) > 1:
        raise UsageError("--all, --due and SELECTORs exclude each other", where="fleet scan")
    options.spare_the_collector()
    settings = looks.settings(intel_dir)
    # Before the night's work: a mistake in the file is to be told now.
    tell = notify.read(config, public_url, intel_dir) if notified else None
    with shared.opened(store_address) as store:
        listed = 0 if selectors else _list_again(store)
        ids = _meant(store, selectors, settings.intelligence, everything=everything)
    if not ids:
        click.echo("nothing is due", err=True)
        return _worst(0 if selectors else _past(store_address, settings), listed, _notify(store_address, tell))
    progress = options.Progress(sys.stderr)
    looked: list[Looked] = []
    tidied = time.monotonic()
    try:
        for one in scanning.scan(ids, places.store_address(store_address, os.environ), settings, jobs=jobs):
            looked.append(one)
            progress.done()
            click.echo(_told(one))
            progress(f"{len(looked):,} of {len(ids):,}")
            if time.monotonic() > tidied + _TIDIED:
                remotes.prune(settings.copies, most_bytes=looks.cache_bytes)
                tidied = time.monotonic()
    finally:
        progress.done()
        remotes.prune(settings.copies, most_bytes=looks.cache_bytes)
    click.echo(_summary(looked))
    past = 0 if selectors else _past(store_address, settings)
    return _worst(scanning.status(looked), past, listed, _notify(store_address, tell))


def _worst(*found: int) -> int:
    """1 is graver than 3."""
    return 1 if 1 in found else 3 if 3 in found else 0


def _past(store_address: str | None, settings: Settings) -> int:
    """Match with the past what is newly known: after the looks, which find what is there now."""
    from scanner.pipeline.fleet import exposing

    try:
        with shared.opened(store_address) as store:
            past = exposing.rematch_new(
                store,
                settings.intel_directory,
                intelligence=settings.intelligence,
                now=shared.now(),
                environ=settings.environ,
                home=settings.home,
            )
    except PratiqueError as error:
        click.echo(f"pratique: what is new was not matched with the past: {line(str(error))}", err=True)
        return 3
    shared.complain(past.problems)
    if past.held:
        click.echo("pratique: another process is matching what is new with the past", err=True)
    for hit in past.hits:
        many = counted(hit.targets, "target")
        said = f"{many} had it before it was known, {hit.certain:,} for certain"
        click.echo(f"{'exposed':<12}{'past':<11}{line(hit.record)}: {said}")
    return past.status


def _notify(store_address: str | None, tell: Notices | None) -> int:
    """Tell people what is new; 3 where something could not be told."""
    if tell is None:
        return 0
    with shared.opened(store_address) as store:
        return notify.tell(store, tell)


def _list_again(store: Store) -> int:
    """Ask the organisations and drop folders whose time has come, before what they name is looked at."""
    if not store.listings():
        return 0
    from scanner.cli.fleet import listings
    from scanner.pipeline.fleet import listing

    told = listing.refresh(store, listing.Settings(environ=os.environ, now=shared.now), due=True)
    for one in told:
        listings.tell(one)
    return listing.status(told)


def _meant(store: Store, selectors: tuple[str, ...], known: str, *, everything: bool) -> list[int]:
    from scanner.pipeline.fleet import duty, selection

    if everything:
        return [target.id for target in selection.every(store)]
    if selectors:
        return [target.id for target in selection.chosen(store, selectors)]
    found = duty.find(store, now=shared.now(), intelligence=known, limit=sys.maxsize)
    for one in found.aside:
        click.echo(f"put aside for {one.wait}: {line(one.target.address)}: whoever looks at it is gone", err=True)
    return list(found.due)


def _told(one: Looked) -> str:
    """One line for a target."""
    if one.did == "failed":
        return f"{'failed':<12}{'':<11}{line(one.address)}: {line(one.why)}"
    if one.did == "held":
        return f"{'':<12}{'held':<11}{line(one.address)}: somebody else is looking at it"
    changes = ", ".join(
        f"{count} {word}"
        for word, count in (
            ("new", one.introduced),
            ("gone", one.gone),
            ("again", one.reopened),
            ("silenced", one.silenced),
        )
        if count
    )
    return f"{one.verdict:<12}{one.did:<11}{line(one.address)}" + (f": {changes}" if changes else "")


def _summary(looked: list[Looked]) -> str:
    did = Counter(one.did.value for one in looked)
    verdicts = Counter(one.verdict.value for one in looked if one.did not in ("failed", "held"))
    parts = [f"{count:,} {word}" for word, count in (*did.items(), *verdicts.items())]
    return f"{counted(len(looked), 'target')}: {', '.join(parts)}"
