"""pratique fleet who"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.cli.fleet import shared
from scanner.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.fleet.store.values import Sighting


@click.command(
    epilog="""\b
    pratique fleet who axios
    pratique fleet who axios@1.14.1
    pratique fleet who pkg:pypi/requests
    """
)
@click.argument("package", metavar="PURL|NAME")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text, json or csv; may be repeated.")
@click.option("--output", "output_file", metavar="FILE", help="Write there instead of stdout.")
@shared.store_option
def who(package: str, formats: tuple[str, ...], output_file: str | None, store_address: str | None) -> int:
    """Say who has a package, or ever had it: target, file, from when to when, owner.

    A bare NAME, or NAME@VERSION, is looked for in all ecosystems.
    """
    from scanner.pipeline.fleet import questions

    chosen = options.formats(formats, shared.ANSWERS, "text")
    with shared.opened(store_address) as store:
        found, never_seen = questions.who(store, package), questions.never_seen(store)
    options.write_all(chosen, output_file, lambda name, out: _write(found, never_seen, name, out))
    return 0


def _write(found: Sequence[Sighting], never_seen: Sequence[str], name: str, out: TextIO) -> None:
    if name == "json":
        told = [shared.sighting(one) for one in found]
        shared.json_document(
            {"format": "pratique-fleet-sightings/1", "sightings": told, "never_seen": list(never_seen)}, out
        )
        return
    if name == "csv":
        from scanner.pipeline.fleet import exports

        out.writelines(exports.table(exports.SIGHTINGS, map(exports.sighting, found)))
        return
    rows = [
        (one.component.package, one.address, one.path, shared.span(one), one.owner or "-", str(one.component.scope))
        for one in found
    ]
    if rows:
        shared.table(("package", "target", "path", "seen", "owner", "scope"), rows, out)
    targets = len({one.target for one in found})
    out.write(f"{counted(len(found), 'sighting')} in {counted(targets, 'target')}\n")
    shared.write_never_seen(never_seen, out)
