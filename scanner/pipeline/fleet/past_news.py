"""Who is to be told that they had it before it was known: in the same incident as those who have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from scanner.errors import UsageError
from scanner.fleet.notices import grouping, routing
from scanner.fleet.notices.settings import Rules
from scanner.fleet.notices.values import About, Item, Kind
from scanner.fleet.store import Store
from scanner.fleet.store.exposures import ADVISORY, Telling
from scanner.fleet.store.notices import Entry
from scanner.matching.merge import SEVERITIES
from scanner.model.campaign import Campaign
from scanner.model.finding import FindingClass, State
from scanner.pipeline.fleet.news import News, Thing, called
from scanner.pipeline.knowledge import open_library

_PAGE = 500


def fresh(store: Store, rules: Rules, intel_directory: Path | None, *, now: datetime) -> Iterator[tuple[News, ...]]:
    """Everything of which nobody was told, in portions: the next one is asked for once this one is noted."""
    known: Mapping[str, Campaign] | None = None
    while page := store.exposures.untold(limit=_PAGE):
        if known is None:
            known = _campaigns(intel_directory, now)
        yield tuple(_news(store, rules, one, known) for one in page)


def _campaigns(directory: Path | None, now: datetime) -> dict[str, Campaign]:
    """What is known of each; `None`: only their names are."""
    if directory is None:
        return {}
    with open_library(directory, now=now) as library:
        return {campaign.id: campaign for _, campaign in library.campaigns()}


def _news(store: Store, rules: Rules, one: Telling, known: Mapping[str, Campaign]) -> News:
    try:
        target = store.target(one.target)
    except UsageError:
        return News(exposed=one)  # removed meanwhile
    state = State.CERTAIN if one.certain else State.POSSIBLE
    severity = SEVERITIES[state]
    item = Item(
        target=one.target,
        address=one.address,
        owner=one.owner,
        package=one.package,
        path=one.path,
        state=state.value,
        class_=FindingClass.COMPROMISE.value,
        severity=int(severity),
        why=f"held from {one.first:%Y-%m-%d} to {one.last:%Y-%m-%d}{'' if one.gone else ' at least'}",
    )
    subject, about = _incident(one, known)
    # In another record's incident it is another thing, and so it is when it comes a second time.
    mark = f"{called(target)} held {one.package} {one.path} {one.first.isoformat()}"
    entry = Entry(mark, one.target, msgspec.json.encode(item))
    destinations = routing.destinations(
        rules, Kind.COMPROMISE, owner=one.owner, labels=target.labels, class_=FindingClass.COMPROMISE, severity=severity
    )
    alone = one.owner is not None and not routing.has_route(rules, one.owner)
    return News(
        exposed=one,
        things=tuple(
            Thing(destination=to, kind=Kind.COMPROMISE, subject=subject, about=about, entry=entry)
            for to in destinations
        ),
        unrouted=one.owner if destinations and alone else None,
    )


def _incident(one: Telling, known: Mapping[str, Campaign]) -> tuple[str, About]:
    if one.source == ADVISORY:
        return grouping.of_record(one.record), About(name=f"malicious package ({one.record})", record=one.record)
    campaign = known.get(one.record) or Campaign(id=one.record, name=one.name)
    return grouping.of_campaign(one.record), grouping.about_campaign(campaign)
