"""`pratique intel search`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scanner.cli import options


@click.command()
@click.argument("term")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@options.intel_directory
def search(term: str, as_json: bool, intel_dir: Path | None) -> int:
    """Look for TERM in campaigns, actors, indicators, ATT&CK, and among the ids of advisories.

    A term is a piece of a name or value, in any case. Advisories are found by id or alias only.
    """
    from datetime import UTC, datetime

    from scanner.pipeline import knowledge, rulebook

    with knowledge.open_library(options.directory(intel_dir), now=datetime.now(UTC)) as library:
        result = knowledge.search(library, term, rulebook.actors(rulebook.directory()))
    if as_json:
        from scanner.reports import knowledge_json

        knowledge_json.found(result, sys.stdout)
    else:
        from scanner.reports import knowledge_text

        knowledge_text.found(result, sys.stdout)
    return 0
