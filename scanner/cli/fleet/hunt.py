"""pratique fleet hunt"""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import options
from scanner.cli.fleet import shared


@click.command(
    epilog="""\b
    pratique fleet hunt iocs.csv
    curl … | pratique fleet hunt -
    """
)
@click.argument("lists", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="LIST...")
@click.option("--ecosystem", metavar="NAME", help="Whose packages the list names where it does not say: npm, pypi, …")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text, json or csv; may be repeated.")
@click.option("--output", "output_file", metavar="FILE", help="Write there instead of stdout.")
@shared.store_option
def hunt(
    lists: tuple[Path, ...],
    ecosystem: str | None,
    formats: tuple[str, ...],
    output_file: str | None,
    store_address: str | None,
) -> int:
    """Look for what somebody's indicator LISTs name in everything that was ever seen, in the database alone.

    Lists are read as `pratique hunt` reads them. Told are target, file, first and last time, owner. Exit status 1:
    somebody has it, or had it. 3: nobody, but something was not understood or cannot be asked. 0: nobody.
    """
    from scanner.pipeline import hunt_lists
    from scanner.pipeline.fleet import questions

    chosen = options.formats(formats, shared.ANSWERS, "text")
    read = hunt_lists.read(lists, columns={}, ecosystem=options.ecosystem(ecosystem))
    with shared.opened(store_address) as store:
        answer = questions.hunt(store, read)
    shared.complain(answer.problems)
    options.write_all(chosen, output_file, lambda name, out: shared.write_answer(answer, name, out))
    return answer.status
