"""pratique fleet add"""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.fleet import shared
from scanner.errors import UsageError


@click.command(
    epilog="""\b
    pratique fleet add https://git.example/team/shop --label web --owner team-web
    pratique fleet add git@git.example:team/api.git ~/src/local-project
    pratique fleet add --from-file repositories.txt --label nightly
    pratique fleet add /srv/sboms --every 1
    """
)
@click.argument("addresses", nargs=-1, metavar="URL_OR_PATH...")
@click.option(
    "--from-file",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Addresses, one a line; # begins a comment. May be repeated.",
)
@click.option("--label", "labels", multiple=True, metavar="L", help="A word to choose targets by; may be repeated.")
@click.option("--owner", metavar="O", help="Who answers for them.")
@click.option(
    "--every",
    type=click.FloatRange(min=0, min_open=True),
    default=20,
    show_default=True,
    metavar="HOURS",
    help="When `scan --due` looks again; 20 makes each due for every nightly run.",
)
@shared.store_option
def add(
    addresses: tuple[str, ...],
    files: tuple[Path, ...],
    labels: tuple[str, ...],
    owner: str | None,
    every: float,
    store_address: str | None,
) -> int:
    """Add targets: git repositories (https, ssh, or on this disk), folders of SBOMs and lockfiles, single files.

    One that is there already gets the further labels, and the owner and hours that are said here. Nothing is added
    where one address makes no sense.
    """
    from scanner.fleet.store.values import Target
    from scanner.pipeline.fleet import addresses as understanding

    given = [*addresses, *(line for file in files for line in understanding.lines(file))]
    if not given:
        raise UsageError("no address is given", where="fleet add", hint="URL_OR_PATH, or --from-file FILE")
    understood = list(dict.fromkeys(map(understanding.understood, given)))
    seconds = round(every * 3600)
    with shared.opened(store_address) as store:
        for one in understood:
            target: Target = store.add(
                one.text, kind=one.kind, now=shared.now(), owner=owner, every=seconds, labels=labels
            )
            if (owner is not None and target.owner != owner) or target.every != seconds:
                store.change(target.id, owner=owner or target.owner, every=seconds)
        click.echo(f"{shared.counted(len(understood), 'target')}: pratique fleet scan --due")
    return 0
