"""pratique rules"""

from __future__ import annotations

import click


@click.group()
def rules() -> None:
    """The campaigns that travel with pratique."""


@rules.command()
def check() -> int:
    """Read every campaign file and say what is wrong with it."""
    from scanner.display import line
    from scanner.model.component import Problem
    from scanner.pipeline import rulebook

    campaigns = indicators = broken = 0
    for item in rulebook.read(rulebook.directory()):
        if isinstance(item, Problem):
            broken += 1
            hint = f" ({line(item.hint)})" if item.hint else ""
            click.echo(f"{line(item.where)}: {line(item.what)}{hint}", err=True)
        else:
            campaigns += 1
            indicators += len(item.indicators)
    click.echo(f"{campaigns} campaigns with {indicators:,} indicators; {broken} broken")
    return 2 if broken else 0
