"""pratique fleet list"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.cli.fleet import shared
from scanner.model.moment import rfc3339

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanner.fleet.store.listings import Member
    from scanner.fleet.store.values import Target


@click.command(name="list")
@click.option("--label", metavar="L", help="Only targets with this label.")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text or json; may be repeated.")
@shared.store_option
def list(label: str | None, formats: tuple[str, ...], store_address: str | None) -> int:  # noqa: A001  # the word of the command
    """List the targets: number, kind, owner, labels, the listing that names it, address."""
    from scanner.pipeline.fleet import selection

    chosen = options.formats(formats, ("text", "json"), "text")
    with shared.opened(store_address) as store:
        targets = tuple(selection.every(store, label=label))
        listed = {id_: tuple(found) for id_, found in groupby(store.members(), key=attrgetter("target"))}
    options.write_all(chosen, None, lambda name, out: _write(targets, listed, name, out))
    return 0


def _write(targets: Sequence[Target], listed: Mapping[int, Sequence[Member]], name: str, out: TextIO) -> None:
    if name == "json":
        told = [
            {
                "target": one.id, "address": one.address, "kind": one.kind, "owner": one.owner,
                "labels": sorted(one.labels), "every_hours": None if one.every is None else one.every / 3600,
                "revision": one.revision, "looked_at": rfc3339(one.checked), "failure": one.failure,
                "listings": [
                    {"name": member.listing, "gone": rfc3339(member.gone), "why": member.why}
                    for member in listed.get(one.id, ())
                ],
            }
            for one in targets
        ]  # fmt: skip
        shared.json_document({"format": "pratique-fleet-targets/1", "targets": told}, out)
        return
    rows = (
        (
            str(one.id),
            one.kind,
            one.owner or "-",
            ", ".join(sorted(one.labels)) or "-",
            "; ".join(map(_from, listed.get(one.id, ()))) or "-",
            one.address,
        )
        for one in targets
    )
    shared.table(("target", "kind", "owner", "labels", "listed by", "address"), rows, out)


def _from(member: Member) -> str:
    if member.gone is None:
        return member.listing
    return f"{member.listing} until {shared.day(member.gone)}: {member.why}"
