"""`pratique intel attack`"""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import options


@click.command()
@click.argument("bundle", metavar="FILE_OR_URL")
@options.intel_directory
def attack(bundle: str, intel_dir: Path | None) -> int:
    """Read MITRE ATT&CK from a STIX 2.1 bundle: `show` and `explain` then link to it.

    Ends with 3 where a part of the bundle could not be read; the rest is taken.
    """
    from datetime import UTC, datetime

    from scanner.display import address, line
    from scanner.pipeline import attack as job

    count, problems = job.read_into(bundle, options.directory(intel_dir), now=datetime.now(UTC))
    for problem in problems[:20]:
        click.echo(f"pratique: {line(problem.where)}: {line(problem.what)}", err=True)
    if len(problems) > 20:
        click.echo(f"pratique: and {len(problems) - 20} more problems", err=True)
    click.echo(f"ATT&CK: {count:,} techniques, groups, software and campaigns from {address(bundle)}")
    click.echo(job.NOTICE)
    return 3 if problems else 0
