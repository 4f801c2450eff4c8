"""pratique rules"""

from __future__ import annotations

import click


@click.group()
def rules() -> None:
    """The campaigns that travel with pratique."""


@rules.command()
@click.option("-v", "--verbose", is_flag=True, help="Also list the indicators that several campaigns name.")
def check(*, verbose: bool) -> int:
    """Read every campaign file and say what is wrong with it, or odd.

    What is odd (an actor or a reference that nothing uses, an indicator twice) is a remark and changes nothing.
    """
    from scanner.display import line
    from scanner.model.campaign import Campaign
    from scanner.model.component import Problem
    from scanner.pipeline import campaign_review, rulebook

    directory = rulebook.directory()
    read = list(rulebook.read(directory))
    campaigns = [item for item in read if isinstance(item, Campaign)]
    broken = [item for item in read if isinstance(item, Problem)]
    everybodys = campaign_review.popular((directory / "popular.toml").read_bytes(), where="popular.toml")
    reviewed = list(
        campaign_review.review(campaigns, {actor.id: actor for actor in rulebook.actors(directory)}, everybodys)
    )
    broken += [problem for problem in reviewed if not problem.harmless]
    remarks = [problem for problem in reviewed if problem.harmless]
    for problem in broken:
        hint = f" ({line(problem.hint)})" if problem.hint else ""
        click.echo(f"{line(problem.where)}: {line(problem.what)}{hint}", err=True)
    for problem in remarks:
        click.echo(f"remark: {line(problem.where)}: {line(problem.what)}")
    if verbose:
        for label, holders in campaign_review.shared(campaigns):
            click.echo(f"shared: {line(label)}: {', '.join(line(holder) for holder in holders)}")
    indicators = sum(len(campaign.indicators) for campaign in campaigns)
    click.echo(f"{len(campaigns)} campaigns with {indicators:,} indicators; {len(broken)} broken")
    return 2 if broken else 0
