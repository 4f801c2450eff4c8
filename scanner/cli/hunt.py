"""pratique hunt"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.errors import InputError, UsageError

if TYPE_CHECKING:
    from scanner.model.hunting import Hunt
    from scanner.pipeline.hunt_lists import Lists

_FORMATS = ("text", "json")


@click.command(
    epilog="""\b
    pratique hunt iocs.csv                            an advisory's list, in this project
    pratique hunt iocs.csv --dry-run                  what is understood, line by line
    pratique hunt iocs/ --in ~/src --in boms/         a folder of lists, in two places
    pratique hunt names.txt --ecosystem pypi          whose packages bare names are
    pratique hunt odd.csv --as col3=versions          what a column means
    curl … | pratique hunt -                          standard input
    """
)
@click.argument("lists", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="LIST...")
@click.option(
    "--in",
    "targets",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where to look; may be repeated.  [default: this folder]",
)
@click.option(
    "--as",
    "columns",
    multiple=True,
    metavar="COLUMN=TYPE",
    help="What a column holds: name, versions, ecosystem, type, value, purl, sha256, domain, ip, url, note, ignore, …",
)
@click.option(
    "--ecosystem",
    metavar="NAME",
    help="Whose packages the list names where it does not say: npm, pypi, go, cargo, gem, …",
)
@click.option("--dry-run", is_flag=True, help="Show what is understood of the lists, line by line, and look nowhere.")
@click.option("--no-files", is_flag=True, help="Look in lockfiles, manifests and SBOMs only, not in all files.")
@click.option("--with-campaigns", is_flag=True, help="Look for the campaigns that travel with pratique, too.")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text or json; may be repeated.")
@click.option("--output", "output_file", metavar="FILE", help="Write the answer there instead of stdout.")
@click.option(
    "--cache-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="PRATIQUE_CACHE_DIR",
    help="Where inventories are kept between hunts.  [default: the user's cache folder]",
)
@click.option("--no-cache", is_flag=True, help="Parse everything anew, and keep nothing.")
@options.intel_directory
def hunt(
    lists: tuple[Path, ...],
    targets: tuple[Path, ...],
    columns: tuple[str, ...],
    ecosystem: str | None,
    dry_run: bool,
    no_files: bool,
    with_campaigns: bool,
    formats: tuple[str, ...],
    output_file: str | None,
    cache_dir: Path | None,
    no_cache: bool,
    intel_dir: Path | None,
) -> int:
    """Look for what somebody's indicator LISTs name: packages, digests, addresses.

    A list is read as published: CSV or TSV with any header, text with one indicator a line, JSON, STIX 2, MISP, OSV, a
    campaign file; a folder or zip of them; - for standard input. Exit status 1: something of it is here. 3: nothing was
    found, but something was not understood or not read. 0: nothing is here.
    """
    options.spare_the_collector()
    from scanner.pipeline import hunt_lists

    chosen = options.formats(formats, _FORMATS, "text")
    if sum(str(path) == "-" for path in (*lists, *targets)) > 1:
        raise UsageError("standard input can be read once", where="-")
    read = hunt_lists.read(lists, columns=_columns(columns), ecosystem=options.ecosystem(ecosystem))
    if dry_run:
        options.write_all(chosen, output_file, lambda name, out: _write_reading(name, read, out))
        return _complain(read)
    from scanner.pipeline import inventory_cache
    from scanner.pipeline.hunt import Settings
    from scanner.pipeline.hunt import hunt as run

    progress = options.Progress(sys.stderr)
    cache = None
    if not no_cache:
        cache = inventory_cache.Cache(cache_dir or inventory_cache.default_directory(os.environ))
        if not cache.usable and cache_dir is not None:
            raise UsageError("it cannot be made, or others may write to it", where=cache_dir, hint="--no-cache")
    settings = Settings(
        cache=cache,
        search_files=not no_files,
        with_campaigns=with_campaigns,
        intel_directory=options.directory(intel_dir),
        progress=progress,
    )
    found = run(read, options.targets(targets or (Path(),)), settings)
    progress.done()
    options.write_all(chosen, output_file, lambda name, out: _write(name, found, out))
    return found.report.exit_code


def _columns(given: tuple[str, ...]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for one in given:
        column, equals, type_ = one.rpartition("=")
        if not equals or not column or not type_:
            raise UsageError(f"{one!r} is not COLUMN=TYPE", where="--as", hint="--as col3=versions")
        columns[column] = type_
    if columns:
        from scanner.feeds.lists import rows

        for type_ in columns.values():
            try:
                rows.role(type_.casefold())
            except InputError as error:
                raise UsageError(error.what, where="--as", hint=error.hint) from error
    return columns


def _write(name: str, found: Hunt, out: TextIO) -> None:
    if name == "json":
        from scanner.reports import hunt_json

        hunt_json.write(found, out)
    else:
        from scanner.reports import hunt_text

        hunt_text.write(found, out)


def _write_reading(name: str, read: Lists, out: TextIO) -> None:
    from scanner.pipeline.hunt_told import state

    states = [state(reading) for reading in read.readings]
    if name == "json":
        from scanner.reports import hunt_json

        hunt_json.write_reading(read.readings, states, read.problems, out)
    else:
        from scanner.reports import hunt_text

        hunt_text.write_reading(read.readings, states, out)


def _complain(read: Lists) -> int:
    """Whole lists that could not be read go to stderr; a status for scripts."""
    from scanner.display import line

    for problem in read.problems:
        hint = f" ({line(problem.hint)})" if problem.hint else ""
        click.echo(f"pratique: {line(problem.where)}: {line(problem.what)}{hint}", err=True)
    return 3 if read.problems or any(reading.not_understood for reading in read.readings) else 0
