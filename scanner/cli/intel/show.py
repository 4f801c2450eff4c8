"""`pratique intel show`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scanner.cli import options


@click.command()
@click.argument("name", metavar="ID_OR_NAME")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every indicator.")
@options.intel_directory
def show(name: str, as_json: bool, intel_dir: Path | None) -> int:
    """Tell everything about a campaign or an actor, under any of its names.

    Ends with 0 also where nothing goes by that name: it says so, with names that are like it.
    """
    from datetime import UTC, datetime

    from scanner.pipeline import knowledge, rulebook

    with knowledge.open_library(options.directory(intel_dir), now=datetime.now(UTC)) as library:
        answer = knowledge.show(library, name, rulebook.actors(rulebook.directory()))
    if as_json:
        from scanner.reports import knowledge_json

        knowledge_json.shown(answer, sys.stdout)
    else:
        from scanner.reports import knowledge_show

        knowledge_show.shown(answer, sys.stdout)
    return 0
