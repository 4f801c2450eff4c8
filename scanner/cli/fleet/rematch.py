"""pratique fleet rematch"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.cli.fleet import shared

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("campaigns", nargs=-1, metavar="[CAMPAIGN...]")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text or json; may be repeated.")
@shared.store_option
@options.intel_directory
def rematch(
    campaigns: tuple[str, ...], formats: tuple[str, ...], store_address: str | None, intel_dir: Path | None
) -> int:
    """Look for our campaigns and added lists, or for some of them, in everything that was ever seen.

    Told are targets that hold what a campaign names, or held it once, though they are clean today: file, first and
    last time, owner. Advisories are matched with what targets hold now, by `fleet scan`. Exit status as of fleet hunt.
    """
    from scanner.pipeline.fleet import questions

    chosen = options.formats(formats, ("text", "json"), "text")
    with shared.opened(store_address) as store:
        answer = questions.rematch(store, options.directory(intel_dir), now=shared.now(), only=campaigns)
    shared.complain(answer)
    options.write_all(chosen, None, lambda name, out: shared.write_answer(answer, name, out))
    return answer.status
