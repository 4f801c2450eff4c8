"""pratique fleet vacuum"""

from __future__ import annotations

import click

from scanner.cli.fleet import shared
from scanner.display import line


@click.command()
@shared.store_option
def vacuum(store_address: str | None) -> int:
    """Give back to the disk the room of what was deleted.

    SQLite writes its file anew: it needs as much room again meanwhile, and writers wait. PostgreSQL gives back what
    lies at the ends of its tables, and uses the rest for what comes.
    """
    with shared.opened(store_address) as store:
        before = store.size()
        store.vacuum()
        after = store.size()
        where = store.where
    freed = max(before - after, 0) / 1e6
    click.echo(f"{line(where)}: {freed:,.1f} MB given back, {after / 1e6:,.1f} MB left")
    return 0
