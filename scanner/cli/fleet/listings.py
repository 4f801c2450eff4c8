"""What a listing named, and what that changed, as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from scanner.display import line
from scanner.wording import counted

if TYPE_CHECKING:
    from scanner.pipeline.fleet.listing import Refreshed

_MOST = 50


def tell(refreshed: Refreshed) -> None:
    """Counts on stdout; what went wrong on stderr."""
    name = line(refreshed.listing)
    if refreshed.failure:
        click.echo(f"pratique: {name}: nothing was changed: {line(refreshed.failure)}", err=True)
        return
    click.echo(f"{name}: {refreshed.seen:,} seen{_counts(refreshed.visible)}")
    if refreshed.anonymous:
        click.echo("  no token was sent: only what everybody may see was seen")
    changed = refreshed.changed
    for word, found in (
        ("added", [address for _, address in changed.added]),
        ("renamed", [f"{before} is now {after}" for _, before, after in changed.renamed]),
        (
            "joined",
            [f"{before} (target {id_}, which stays) is now {after} (target {other})"
             for id_, before, other, after in changed.merged],
        ),
        (
            "replaced",
            [f"{address}: another one has its name now; {counted(count, 'decision')} withdrawn"
             for _, address, count in changed.replaced],
        ),
        ("back", [address for _, address in changed.back]),
        ("gone", [f"{address}: {why}" for _, address, why in changed.gone]),
    ):  # fmt: skip
        _list(word, found)
    if refreshed.left_out:
        click.echo(f"  left out{_counts(refreshed.left_out)}")
    for problem in refreshed.problems:
        hint = f" ({line(problem.hint)})" if problem.hint else ""
        click.echo(f"pratique: {line(problem.where)}: {line(problem.what)}{hint}", err=True)


def _counts(counts: Mapping[str, int]) -> str:
    told = ", ".join(f"{count:,} {line(word)}" for word, count in sorted(counts.items()))
    return f": {told}" if told else ""


def _list(word: str, found: Iterable[str]) -> None:
    told = list(found)
    if not told:
        return
    click.echo(f"  {word}: {counted(len(told), 'target')}")
    if word == "added" and len(told) > _MOST:
        return  # the first time: pratique fleet list has them
    for one in told[:_MOST]:
        click.echo(f"    {line(one)}")
    if len(told) > _MOST:
        click.echo(f"    … and {len(told) - _MOST:,} more: pratique fleet list")
