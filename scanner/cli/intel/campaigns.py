"""`pratique intel campaigns`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scanner.cli import options


@click.command()
@click.option("--actor", metavar="NAME", help="Only those attributed to this actor, under any vendor's name for it.")
@click.option("--nation", metavar="CODE", help="Only those of this nation: KP, CN, RU …, or unknown.")
@click.option(
    "--since", metavar="DATE", help="Only those that went on at this date or later: 2026-03-31, 2026-03, 2026."
)
@click.option("--ecosystem", metavar="NAME", help="Only those that touched this one: npm, pypi, github-actions …")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@options.intel_directory
def campaigns(
    actor: str | None,
    nation: str | None,
    since: str | None,
    ecosystem: str | None,
    as_json: bool,
    intel_dir: Path | None,
) -> int:
    """List the campaigns that are known, with a picture of when they went on."""
    from datetime import UTC, datetime

    from scanner.pipeline import knowledge

    with knowledge.open_library(options.directory(intel_dir), now=datetime.now(UTC)) as library:
        listed = knowledge.campaigns(library, actor=actor, nation=nation, since=since, ecosystem=ecosystem)
    if as_json:
        from scanner.reports import knowledge_json

        knowledge_json.campaigns(listed, sys.stdout)
    else:
        from scanner.reports import knowledge_text

        knowledge_text.campaigns(listed, sys.stdout)
    return 0
