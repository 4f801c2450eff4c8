"""pratique fleet keep"""

from __future__ import annotations

import click

from scanner.cli.fleet import shared
from scanner.wording import counted


@click.command(
    epilog="""\b
    pratique fleet keep --days 400                  what is older goes, the newest snapshot of a target never
    pratique fleet keep --days 90 --snapshots 10    what is older goes, but for the last ten of each target
    """
)
@click.option("--days", type=click.IntRange(0), metavar="N", help="Snapshots of the last N days stay.")
@click.option("--snapshots", type=click.IntRange(1), metavar="M", help="The last M snapshots of each target stay.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and keep it.")
@shared.store_option
def keep(days: int | None, snapshots: int | None, dry_run: bool, store_address: str | None) -> int:
    """Delete old snapshots, and what ended before the oldest that is left.

    With them go packages that nobody has held since, and findings that are gone. What is there now stays, however old,
    and so does every decision. "Were we ever hit?" begins where the oldest snapshot begins. Nobody else can write
    meanwhile. `pratique fleet vacuum` gives the room back.
    """
    from scanner.errors import UsageError

    if days is None and snapshots is None:
        raise UsageError("say what stays", where="fleet keep", hint="--days N, --snapshots M, or both")
    with shared.opened(store_address) as store:
        swept = store.keep(now=shared.now(), days=days, snapshots=snapshots, dry_run=dry_run)
    told = (
        (swept.snapshots, "snapshot"), (swept.findings, "gone finding"), (swept.spans, "ended stay of a file"),
        (swept.sources, "content"), (swept.components, "package version"),
    )  # fmt: skip
    click.echo(f"{'would be deleted' if dry_run else 'deleted'}: {', '.join(_counted(*one) for one in told)}")
    if swept.snapshots and not dry_run:
        click.echo("pratique fleet vacuum gives the room back to the disk", err=True)
    return 0


def _counted(count: int, word: str) -> str:
    head, of, tail = word.partition(" of ")
    return f"{counted(count, head)}{of}{tail}"
