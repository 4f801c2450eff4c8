"""pratique rules"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.model.component import Problem


@click.group()
def rules() -> None:
    """The campaigns and code rules that travel with pratique."""


@rules.command()
@click.option("--run", is_flag=True, help="Also run every code rule over its sample; needs semgrep.")
@click.option("-v", "--verbose", is_flag=True, help="Also list the indicators that several campaigns name.")
def check(*, run: bool, verbose: bool) -> int:
    """Read every campaign file and code rule, and say what is wrong with it, or odd.

    What is odd (an actor or a reference that nothing uses, an indicator twice) is a remark and changes nothing.
    A code rule stands beside a sample with lines that it must catch and lines that it must spare.
    """
    from scanner.display import line
    from scanner.model.campaign import Campaign
    from scanner.model.component import Problem
    from scanner.pipeline import campaign_review, popular, rulebook

    directory = rulebook.directory()
    read = list(rulebook.read(directory))
    campaigns = [item for item in read if isinstance(item, Campaign)]
    broken = [item for item in read if isinstance(item, Problem)]
    everybodys = popular.ours()
    reviewed = list(
        campaign_review.review(campaigns, {actor.id: actor for actor in rulebook.actors(directory)}, everybodys)
    )
    broken += [problem for problem in reviewed if not problem.harmless]
    remarks = [problem for problem in reviewed if problem.harmless]
    code = _code_rules(directory / "code", broken, run=run)
    for problem in broken:
        hint = f" ({line(problem.hint)})" if problem.hint else ""
        number = "" if problem.line is None else f":{problem.line}"
        click.echo(f"{line(problem.where)}{number}: {line(problem.what)}{hint}", err=True)
    for problem in remarks:
        click.echo(f"remark: {line(problem.where)}: {line(problem.what)}")
    if verbose:
        for label, holders in campaign_review.shared(campaigns):
            click.echo(f"shared: {line(label)}: {', '.join(line(holder) for holder in holders)}")
    indicators = sum(len(campaign.indicators) for campaign in campaigns)
    click.echo(f"{len(campaigns)} campaigns with {indicators:,} indicators, {code} code rules; {len(broken)} broken")
    return 2 if broken else 0


def _code_rules(folder: Path, broken: list[Problem], *, run: bool) -> int:
    """Count the code rules, and add what is wrong with them."""
    from scanner.codescan import engine, review
    from scanner.codescan.rules import CodeRule

    items = list(review.read(folder))
    whole = [item for item in items if isinstance(item, CodeRule)]
    broken += [item for item in items if not isinstance(item, CodeRule)]
    if run:
        broken += review.tried(folder, whole, engine.find(os.environ))
    return len(whole)
