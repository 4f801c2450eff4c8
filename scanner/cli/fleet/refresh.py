"""pratique fleet refresh"""

from __future__ import annotations

import os

import click

from scanner.cli.fleet import listings, shared
from scanner.display import line
from scanner.errors import UsageError


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--due", is_flag=True, help="Only those whose time has come.")
@click.option("--forget", metavar="NAME", help="Ask this one no more; its targets stay.")
@shared.store_option
def refresh(names: tuple[str, ...], due: bool, forget: str | None, store_address: str | None) -> int:
    """Ask organisations, groups and drop folders again what there is: all of them, or those that are named.

    What is new is added, what has another name keeps its past, what is gone is marked and told: its past stays until
    `pratique fleet remove`. A listing that fails changes nothing: exit status 3. `fleet scan --due` asks by itself.
    """
    from scanner.pipeline.fleet import listing

    if forget is not None and (names or due):
        raise UsageError("--forget goes alone", where="fleet refresh")
    with shared.opened(store_address) as store:
        if forget is not None:
            store.forget_listing(forget)
            click.echo(f"asked no more: {line(forget)}")
            return 0
        told = listing.refresh(store, listing.Settings(environ=os.environ, now=shared.now), names=names, due=due)
        for one in told:
            listings.tell(one)
    if not told:
        click.echo("no listing is due" if due else "there is no listing to ask", err=True)
    return listing.status(told)
