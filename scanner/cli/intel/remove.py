"""`pratique intel remove`"""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import options


@click.command()
@click.argument("id_", metavar="ID")
@options.intel_directory
def remove(id_: str, intel_dir: Path | None) -> int:
    """Take away a list that `intel import --as-campaign` or `intel sync` added."""
    from scanner.pipeline import added

    added.remove(options.directory(intel_dir), id_)
    click.echo(f"added/{id_} is gone")
    return 0
