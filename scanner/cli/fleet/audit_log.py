"""pratique fleet audit-log"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.cli.fleet import shared
from scanner.model.moment import rfc3339

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.fleet.store.audit import Note


@click.command(
    epilog="""\b
    pratique fleet audit-log --what refused --days 1
    pratique fleet audit-log --who ann --format json=ann.json
    """
)
@click.option("--who", metavar="NAME", help="Only what this one did.")
@click.option("--what", metavar="WORD", help="Only this: signed-in, refused, token-added, decided, exported, …")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Only of the last N days.")
@click.option("--limit", type=click.IntRange(1), default=1_000, show_default=True, metavar="N", help="The newest N.")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text or json; may be repeated.")
@shared.store_option
def audit_log(
    who: str | None,
    what: str | None,
    days: float | None,
    limit: int,
    formats: tuple[str, ...],
    store_address: str | None,
) -> int:
    """Say who signed in, was refused, decided, exported: when, and from where. The newest first."""
    chosen = options.formats(formats, ("text", "json"), "text")
    since = None if days is None else shared.now() - timedelta(days=days)
    with shared.opened(store_address) as store:
        found = store.audit(who=who, what=what, since=since, limit=limit)
    options.write_all(chosen, None, lambda name, out: _write(found, name, out))
    return 0


def _write(found: Sequence[Note], name: str, out: TextIO) -> None:
    if name == "json":
        told = [
            {
                "id": one.id, "at": rfc3339(one.at), "who": one.who, "how": one.how, "what": one.what,
                "target": one.target, "address": one.address, "detail": one.detail,
            }
            for one in found
        ]  # fmt: skip
        shared.json_document({"format": "pratique-fleet-audit/1", "entries": told}, out)
        return
    shared.table(
        ("when", "who", "how", "what", "target", "from", "detail"),
        (
            (shared.day(one.at), one.who, one.how, one.what, one.target or "-", one.address or "-", one.detail or "-")
            for one in found
        ),
        out,
    )
