"""pratique fleet remove"""

from __future__ import annotations

import click

from scanner.cli.fleet import shared
from scanner.display import line


@click.command()
@click.argument("selectors", nargs=-1, required=True, metavar="SELECTOR...")
@click.option("--dry-run", is_flag=True, help="Say which would go, and keep them.")
@shared.store_option
def remove(selectors: tuple[str, ...], dry_run: bool, store_address: str | None) -> int:
    """Forget targets, and all that they ever held: "were we ever hit?" says nothing of them any more.

    SELECTOR: a number, label:NAME, owner:NAME, listing:NAME, gone:NAME, or a part of the address.
    """
    from scanner.pipeline.fleet import selection

    with shared.opened(store_address) as store:
        for target in selection.chosen(store, selectors):
            if not dry_run:
                store.remove(target.id)
            click.echo(f"{'would forget' if dry_run else 'forgotten'}: {target.id} {line(target.address)}")
    return 0
