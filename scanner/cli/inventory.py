"""pratique inventory"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options

if TYPE_CHECKING:
    from scanner.model.inventory import Inventory

_FORMATS = ("purl", "json", "cyclonedx")


@click.command()
@click.argument("targets", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="purl, json or cyclonedx.")
@click.option("--output", "output_file", metavar="FILE", help="Write the list there instead of stdout.")
@click.option("--formats", "list_formats", is_flag=True, help="List the files that are read, and by which reader.")
def inventory(targets: tuple[Path, ...], formats: tuple[str, ...], output_file: str | None, list_formats: bool) -> int:
    """List what TARGETS ship, without judging it.

    Exit status 3 when something could not be read: the list says what.
    """
    options.spare_the_collector()
    from scanner.pipeline import inventory as inventories

    if list_formats:
        _list_formats()
        return 0
    chosen = options.formats(formats, _FORMATS, "purl")
    progress = options.Progress(sys.stderr)
    found = inventories.read(options.targets(targets or (Path(),)), progress=progress)
    progress.done()
    options.write_all(chosen, output_file, lambda name, out: _write(name, found, out))
    return _complain(found)


def _write(name: str, found: Inventory, out: TextIO) -> None:
    if name == "purl":
        from scanner.reports import inventory_purls

        inventory_purls.write(found, out)
    elif name == "json":
        from scanner.pipeline.inventory import lines
        from scanner.reports import inventory_json

        inventory_json.write(found, out, located=lines)
    else:
        from scanner.reports import inventory_cyclonedx

        inventory_cyclonedx.write(found, out)


def _complain(found: Inventory) -> int:
    """Problems go to stderr whatever the format: a plain list cannot hold them."""
    from scanner.display import line

    problems = [*found.problems, *(problem for reading in found.readings for problem in reading.problems)]
    lost = [problem for problem in problems if not problem.harmless]
    for problem in lost[:50]:
        at = f"{problem.where}:{problem.line}" if problem.line else problem.where
        hint = f" ({problem.hint})" if problem.hint else ""
        click.echo(f"pratique: {line(at)}: {line(problem.what)}{line(hint)}", err=True)
    if len(lost) > 50:
        click.echo(f"pratique: and {len(lost) - 50} more problems (--format json has all)", err=True)
    return 3 if lost else 0


def _list_formats() -> None:
    from scanner.parsers import PARSERS

    for parser in PARSERS:
        files = ", ".join(parser.files) if parser.files else "told by content"
        click.echo(f"{parser.name:<26} {parser.title:<34} {files}")
