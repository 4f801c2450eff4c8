"""What is known, opened for questions: campaigns and actors by name, by place, by time; terms anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

import msgspec

from scanner.errors import UsageError
from scanner.intel import attack as attack_store
from scanner.intel import exploited
from scanner.intel import store as intel_store
from scanner.intel.attack import AttackStore
from scanner.matching import Knowledge
from scanner.model.attack import AttackKind, AttackLink
from scanner.model.campaign import Actor, Campaign
from scanner.model.ecosystem import BY_TYPE
from scanner.model.knowledge import ActorDossier, CampaignDossier, Found, Listed, Shown, Trace
from scanner.model.report import FeedState
from scanner.pipeline import added, rulebook

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?\Z")
_ATTACK_ID = re.compile(r"\b(?:T\d{4}(?:\.\d{3})?|[SC]\d{4})\b")
_LINKED = frozenset((AttackKind.TECHNIQUE, AttackKind.SOFTWARE, AttackKind.CAMPAIGN))
_TRACES = 200


class Library(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be asked."""

    directory: Path
    """Of the intelligence."""
    knowledge: Knowledge
    attack: AttackStore
    lists: tuple[FeedState, ...]
    """State of our campaigns, of each added list, and of what is known of exploitation; a broken one is there too."""

    def campaigns(self) -> Iterator[tuple[str, Campaign]]:
        """(feed, campaign), without indicators."""
        for feed, store in self.knowledge.indicators:
            for campaign in store.campaigns():
                yield feed, campaign

    def searched(self) -> tuple[FeedState, ...]:
        """What a question was put to, and how old it is."""
        return (*self.lists, *self.knowledge.advisories.feeds(), self.attack.state)

    def links(self, campaign: Campaign) -> tuple[AttackLink, ...]:
        """What ATT&CK has under the ids and names that the campaign's file gives, each object once."""
        ids = {said: _ATTACK_ID.findall(said) for said in campaign.techniques}
        objects = self.attack.by_id({one for found in ids.values() for one in found})
        links: dict[str, AttackLink] = {}
        for said, found in ids.items():
            known = [objects[one] for one in found if one in objects]
            if not found:
                known = [one for one in self.attack.named((said,)) if one.kind in _LINKED]
            for one in known:
                links.setdefault(one.id, AttackLink(said=said, object=one))
            if not known:
                links.setdefault(found[0] if found else said, AttackLink(said=said))
        return tuple(links.values())


@contextmanager
def open_library(directory: Path, *, now: datetime) -> Iterator[Library]:
    """Open what lies in the intelligence directory, and the campaigns that travel with pratique."""
    with (
        intel_store.open_store(directory, now=now) as advisories,
        rulebook.open_campaigns(rulebook.directory(), directory) as campaigns,
        added.opened(directory, now=now, max_age=intel_store.DEFAULT_MAX_AGE) as lists,
        AttackStore(directory, now=now) as attack,
    ):
        ours = rulebook.state(rulebook.FEED, campaigns.count()[1])
        yield Library(
            knowledge=Knowledge(advisories=advisories, indicators=((rulebook.FEED, campaigns), *lists.stores)),
            directory=directory,
            attack=attack,
            lists=(
                ours,
                *lists.states,
                *exploited.states(directory, now=now, max_age=intel_store.DEFAULT_MAX_AGE),
            ),
        )


def campaigns(
    library: Library,
    *,
    actor: str | None = None,
    nation: str | None = None,
    since: str | None = None,
    ecosystem: str | None = None,
) -> Listed:
    """The campaigns that pass every filter, oldest first. Raises `UsageError` for a date that is none."""
    if since is not None and not _DATE.match(since):
        raise UsageError(f"{since!r} is no date", where="--since", hint="2026-03-31, 2026-03 or 2026")
    every = [campaign for _, campaign in library.campaigns()]
    found = [
        one
        for one in every
        if (actor is None or (one.actor is not None and actor.casefold() in _names_of(one.actor)))
        and (nation is None or nation.casefold() in {one.nation.casefold(), *_nation_of(one.actor)})
        and (since is None or _not_before(one, since))
        and (ecosystem is None or _words(ecosystem) & {word for own in one.ecosystems for word in _words(own)})
    ]
    remarks = []
    if actor is not None and not any(one.actor and actor.casefold() in _names_of(one.actor) for one in every):
        known = {name for one in every if one.actor for name in _names_of(one.actor)}
        near = get_close_matches(actor.casefold(), sorted(known), 3)
        remarks.append(f"no campaign's actor goes by {actor!r}" + (f"; known are {', '.join(near)}" if near else ""))
    return Listed(
        campaigns=tuple(sorted(found, key=lambda one: (one.first_seen or "", one.id))),
        known=len(every),
        remarks=tuple(remarks),
        searched=library.searched(),
    )


def show(library: Library, name: str, actors: Iterable[Actor]) -> Shown:
    """Actors and campaigns that go by that id or name. `actors` are all that are known, also without a campaign."""
    key = name.strip().casefold()
    every = list(library.campaigns())
    who = {one.id: one for one in actors if key in _names_of(one)}
    who |= {one.actor.id: one.actor for _, one in every if one.actor and key in _names_of(one.actor)}
    shown = Shown(
        asked=name,
        actors=tuple(_actor_dossier(library, actor, every) for actor in who.values()),
        campaigns=tuple(
            _campaign_dossier(library, feed, one, every)
            for feed, one in every
            if key in {word.casefold() for word in (one.id, one.name, *one.aliases)}
        ),
        searched=library.searched(),
    )
    if shown.actors or shown.campaigns:
        return shown
    return msgspec.structs.replace(shown, near=_near(library, key, actors))


def search(library: Library, term: str, actors: Iterable[Actor]) -> Found:
    """Every campaign, actor, indicator, ATT&CK object and record in whose names or words the term occurs."""
    key = term.strip().casefold()
    if len(key) < 2:
        raise UsageError("a term of two characters or more is needed", where="intel search")
    actors = list(actors)
    traces = [*_in_campaigns(library, key), *_in_actors(actors, key)]
    for feed, store in library.knowledge.indicators:
        traces += [
            Trace(kind=one.type, value=one.value, place=one.campaign, text=one.note or feed)
            for one in store.containing(key, limit=_TRACES + 1)
        ]
    traces += [
        Trace(kind="attack", value=f"{one.id} {one.name}", place=attack_store.FEED, text=one.description)
        for one in library.attack.containing(key, limit=_TRACES + 1)
    ]
    traces += [
        Trace(kind="advisory", value=record.id, place=feed, text=record.summary)
        for feed, record in library.knowledge.advisories.find(term)
    ]
    return Found(
        asked=term,
        traces=tuple(traces[:_TRACES]),
        more=max(0, len(traces) - _TRACES),
        near=() if traces else _near(library, key, actors),
        searched=library.searched(),
    )


def _in_campaigns(library: Library, key: str) -> Iterator[Trace]:
    for feed, one in library.campaigns():
        for text in (one.id, one.name, *one.aliases, one.vector, one.summary, *one.techniques):
            if key in text.casefold():
                yield Trace(kind="campaign", value=one.id, place=feed, text=_around(text, key))
                break


def _in_actors(actors: Iterable[Actor], key: str) -> Iterator[Trace]:
    for actor in actors:
        name = next((name for name in (actor.name, *actor.aliases, actor.id) if key in name.casefold()), None)
        if name is not None:
            yield Trace(kind="actor", value=actor.id, place="actors.toml", text=f"{actor.name}: {name}")


def _around(text: str, key: str) -> str:
    begin = max(0, text.casefold().find(key) - 60)
    return ("…" if begin else "") + text[begin : begin + 160] + ("…" if len(text) > begin + 160 else "")


def _near(library: Library, key: str, actors: Iterable[Actor]) -> tuple[str, ...]:
    known = {name for _, store in library.knowledge.indicators for name in store.names()}
    known |= {name for actor in actors for name in _names_of(actor)}
    holding = sorted(name for name in known if len(key) > 2 and key in name)
    return tuple(dict.fromkeys((*get_close_matches(key, sorted(known), 5, 0.7), *holding)))[:8]


def _actor_dossier(library: Library, actor: Actor, every: Sequence[tuple[str, Campaign]]) -> ActorDossier:
    group = library.attack.by_id((actor.attack_id,)).get(actor.attack_id) if actor.attack_id else None
    arsenal = library.attack.by_id(group.uses) if group else {}
    mine = (one for _, one in every if one.actor is not None and one.actor.id == actor.id)
    return ActorDossier(
        actor=actor,
        campaigns=tuple(sorted(mine, key=lambda one: (one.first_seen or "", one.id))),
        group=group,
        arsenal=tuple(arsenal[id_] for id_ in sorted(arsenal)),
    )


def _campaign_dossier(
    library: Library, feed: str, campaign: Campaign, every: Sequence[tuple[str, Campaign]]
) -> CampaignDossier:
    store = dict(library.knowledge.indicators)[feed]
    return CampaignDossier(
        feed=feed,
        campaign=campaign,
        indicators=store.indicators(campaign.id),
        attack=library.links(campaign),
        superseded_by=tuple(one.id for _, one in every if campaign.id in one.supersedes),
    )


def _names_of(actor: Actor) -> frozenset[str]:
    return frozenset(name.casefold() for name in (actor.id, actor.name, *actor.aliases))


def _nation_of(actor: Actor | None) -> tuple[str, ...]:
    return () if actor is None else (actor.nation.casefold(),)


def _not_before(campaign: Campaign, since: str) -> bool:
    """Whether it may have gone on at that date or later: "2026" goes on in 2026-03. Without a date, it may."""
    last = campaign.last_seen or campaign.first_seen
    length = min(len(last or ""), len(since))
    return last is None or last[:length] >= since[:length]


def _words(ecosystem: str) -> frozenset[str]:
    """The ecosystem's purl type and its OSV name: "golang" is "Go"."""
    word = ecosystem.casefold()
    pairs = ((type_.casefold(), name.casefold()) for type_, name in BY_TYPE.items())
    return frozenset((word, *(one for pair in pairs if word in pair for one in pair)))
