"""Campaign files side by side: what each is allowed to say, and what an analyst wants to know of it all the same.

A file that breaks the format is refused when it is read. Here is what shows only when all are seen together: an
accusation of a package that everybody has, a wave that supersedes nothing, a name twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from scanner.model import ecosystem
from scanner.model import purl as purls
from scanner.model.campaign import Actor, Campaign, Indicator, IndicatorType, Role
from scanner.model.component import Problem
from scanner.pipeline.popular import Popular


def review(campaigns: Sequence[Campaign], actors: Mapping[str, Actor], everybodys: Popular) -> Iterator[Problem]:
    """What is wrong with the campaigns together, and, as harmless problems, what is only odd."""
    ids = {campaign.id for campaign in campaigns}
    for campaign in campaigns:
        for problem in (*_told(campaign, ids), *_indicators(campaign, everybodys)):
            yield msgspec.structs.replace(problem, where=f"{campaign.id}.toml{problem.where}")
    used = {campaign.actor.id for campaign in campaigns if campaign.actor is not None}
    used |= {actor.part_of for actor in actors.values() if actor.id in used and actor.part_of is not None}
    for id_ in sorted(actors.keys() - used):
        yield Problem(where=f"actors.toml: {id_}", what="no campaign is theirs", harmless=True)
    known = {f"{campaign.id}: {one.value}" for campaign in campaigns for one in campaign.indicators}
    for place in sorted(everybodys.allowed.keys() - known):
        yield Problem(where=f"popular.toml: {place}", what="nothing is allowed by this any more", harmless=True)


def shared(campaigns: Iterable[Campaign]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(type and value, campaigns) of each indicator that several campaigns name: allowed, and worth a look."""
    holders: dict[str, list[str]] = defaultdict(list)
    for campaign in campaigns:
        for indicator in campaign.indicators:
            if campaign.id not in holders[_label(indicator)]:
                holders[_label(indicator)].append(campaign.id)
    for label in sorted(holders):
        if len(holders[label]) > 1:
            yield label, tuple(holders[label])


def _told(campaign: Campaign, ids: set[str]) -> Iterator[Problem]:
    for id_ in campaign.supersedes:
        if id_ not in ids or id_ == campaign.id:
            yield Problem(where=": supersedes", what=f"{id_!r} is no other campaign")
    if campaign.first_seen and campaign.last_seen:
        shortest = min(len(campaign.first_seen), len(campaign.last_seen))
        if campaign.first_seen[:shortest] > campaign.last_seen[:shortest]:
            yield Problem(where="", what="it was last seen before it was first seen")
    if campaign.actor is not None and campaign.nation != campaign.actor.nation:
        yield Problem(where="", what=f"its nation is {campaign.nation}, its actor's {campaign.actor.nation}")
    for text in ("summary", "what_to_do"):
        if len(getattr(campaign, text)) < 20:
            yield Problem(where="", what=f"{text} says nothing")
    if not campaign.indicators:
        yield Problem(where="", what="it has no indicator: nothing of it can be found", harmless=True)
    cited = {url for indicator in campaign.indicators for url in indicator.references}
    cited |= {claim.reference for claim in campaign.attribution}
    for reference in campaign.references:
        if reference.url not in cited:
            yield Problem(where="", what=f"nothing cites {reference.url}", harmless=True)


def _indicators(campaign: Campaign, everybodys: Popular) -> Iterator[Problem]:
    for label, count in Counter(_precisely(one) for one in campaign.indicators).items():
        if count > 1:
            yield Problem(where="", what=f"it says {label} {count} times", harmless=True)
    for indicator in campaign.indicators:
        if indicator.type is not IndicatorType.PACKAGE or indicator.versions is not None:
            continue
        place = f": {indicator.value}"
        who = ecosystem.identity(purls.parse(indicator.value))
        if (
            who is not None
            and who.name in everybodys.names.get(who.family, ())
            and f"{campaign.id}: {indicator.value}" not in everybodys.allowed
        ):
            yield Problem(
                where=place,
                what="very many people use this package, and every version is called bad",
                hint="list the bad versions, or say in popular.toml why all are",
            )
        elif indicator.role is Role.COMPROMISED and not indicator.excluded:
            yield Problem(where=place, what="an honest package, bad at every version?", hint="list the bad versions")


def _label(indicator: Indicator) -> str:
    return f"{indicator.type} {indicator.value}"


def _precisely(indicator: Indicator) -> str:
    """Packages may stand twice with other versions: a moved tag and a release are two facts."""
    parts = (",".join(indicator.versions or ()), indicator.range or "", indicator.vendor or "")
    return " ".join(part for part in (_label(indicator), *parts) if part)
