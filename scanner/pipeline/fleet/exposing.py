"""Whom new intelligence means in the past: asked by itself, once, when a campaign, list or advisory is new or changed.

Looks match what a target holds. Whoever held a package in spring, and dropped it before anybody knew that it was bad,
is found here: all that is new is matched with everything ever seen in one set operation, and what it struck is stored
with the digest of what it named, in one transaction. Killed in the middle, it is asked anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from scanner.fleet.store import Store
from scanner.fleet.store.exposures import ADVISORY, Hit, Match, Seen
from scanner.fleet.store.values import Sighting
from scanner.intel.indicators import IndicatorStore
from scanner.intel.store import Store as Advisories
from scanner.matching.packages import ForeignHost, doubt_of
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.component import Problem
from scanner.model.finding import FindingClass, State
from scanner.pipeline import rulebook
from scanner.pipeline.fleet import advisories, leasing, questions
from scanner.pipeline.fleet.advisories import Wanted
from scanner.pipeline.knowledge import Library, open_library
from scanner.registries import hosts
from scanner.versions import claimed

CAMPAIGN, LIST = "campaign", "list"
_ALL = ("intelligence", "")
"""Stands for all that is known: while its name is the same, nothing is looked into."""
_RECORDS = (ADVISORY, "")
"""Stands for all records of the feeds."""
_CHORE = "past"
LONGEST = timedelta(minutes=10)
"""After so long another process takes it from one of another machine that is gone."""
_ABSENT = ("missing", "broken")
_Key = tuple[str, str]


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    matched: int = 0
    """Campaigns and lists that were new or changed."""
    hits: tuple[Hit, ...] = ()
    """Whom that newly means; findings do not tell of these targets."""
    problems: tuple[Problem, ...] = ()
    held: bool = False
    """Another process is at it."""

    @property
    def status(self) -> int:
        """1: somebody was exposed, and nobody knew. 3: something could not be asked. 0: nothing new."""
        if self.hits:
            return 1
        return 3 if any(not problem.harmless for problem in self.problems) else 0


def rematch_new(
    store: Store,
    intel_directory: Path,
    *,
    intelligence: str,
    now: datetime,
    environ: Mapping[str, str],
    home: Path,
) -> Past:
    """Match what is new since the last time with everything ever seen. Two questions where nothing is.

    `intelligence` is the name of all that is known. What was there still at the last match, in a target of which
    something was recorded since, is matched again: it may have gone.
    """
    moved = store.exposures.moved()
    if not moved and store.exposures.digest(*_ALL) == intelligence:
        return Past()
    mine = store.take_chore(
        _CHORE, until=now + LONGEST, now=now, holder=f"{os.uname().nodename}:{os.getpid()}", dead=leasing.is_dead
    )
    if mine is None:
        return Past(held=True)
    try:
        with open_library(intel_directory, now=now) as library:
            broken = [feed.name for feed in library.lists if feed.status == "broken"]
            found, refused = _by_indicators(store, library, moved, hosts.foreign_host(environ, home))
            matches = [*found, *_by_advisories(store, library, moved, now=now, environ=environ, home=home)]
            there = {(source, campaign.id) for source, found_ in _stores(library) for campaign in found_.campaigns()}
        for key in moved - there if not broken else ():
            if key[0] != ADVISORY:
                store.exposures.let_go(*key)
        hits = store.exposures.replace([*matches, Match(*_ALL, "", intelligence, ())], now=now)
    finally:
        store.end_chore(_CHORE, mine, again=now)
    damaged = (Problem(where=name, what="the list is damaged") for name in broken)
    return Past(matched=len(found), hits=hits, problems=(*damaged, *refused))


def _stores(library: Library) -> Iterator[tuple[str, IndicatorStore]]:
    """Our campaigns, and each added list."""
    for feed, found in library.knowledge.indicators:
        yield CAMPAIGN if feed == rulebook.FEED else LIST, found


def _by_indicators(
    store: Store, library: Library, moved: Collection[_Key], foreign_host: ForeignHost
) -> tuple[list[Match], tuple[Problem, ...]]:
    """What new and changed campaigns and lists strike, all of them in one set operation."""
    before = store.exposures.matched()
    wanted: dict[_Key, tuple[str, str]] = {}
    indicators: list[Indicator] = []
    of: dict[int, _Key] = {}
    for source, found in _stores(library):
        digests = found.digests()
        for campaign in found.campaigns():
            key, digest = (source, campaign.id), digests[campaign.id]
            if before.get(key) == digest and key not in moved:
                continue
            wanted[key] = (campaign.name, digest)
            some = found.indicators(campaign.id)
            of.update((id(one), key) for one in some)
            indicators += some
    asked, _, refused = questions.answerable(indicators)
    seen: dict[_Key, list[Seen]] = {key: [] for key in wanted}
    for one in store.retro_match(asked) if asked else ():
        state, reason = one.state, one.reason
        if one.indicator.type is IndicatorType.PACKAGE:
            # As in a scan: of a host that nobody knows it may be another package of this name.
            state, reason = claimed.lowered(state, reason, doubt_of(one.sighting.component, foreign_host))
        seen[of[id(one.indicator)]].append(_seen(one.sighting, state, reason))
    return [Match(*key, *wanted[key], tuple(rows)) for key, rows in seen.items()], refused


def _by_advisories(
    store: Store, library: Library, moved: Collection[_Key], *, now: datetime, environ: Mapping[str, str], home: Path
) -> Iterator[Match]:
    """What records of malicious packages strike: all of them where a feed was fetched anew, else those that moved.

    How old feeds are, and what cannot be compared, every look says.
    """
    known = library.knowledge.advisories
    # By when they were fetched: a record may come late, under an older date than the newest.
    feeds = sorted((one.name, one.fetched or "") for one in known.feeds() if one.status not in _ABSENT)
    digest = hashlib.sha256(msgspec.json.encode(feeds)).hexdigest()[:32]
    if feeds and store.exposures.digest(*_RECORDS) != digest:
        wanted, again = Wanted(), store.exposures.records(ADVISORY)
        yield Match(*_RECORDS, "", digest, ())
    else:
        again = frozenset(record for source, record in moved if source == ADVISORY)
        wanted = Wanted(ids=tuple(_known(known, again)))
        if not wanted.ids:
            return
    past = advisories.rematch(store, library.directory, wanted, now=now, environ=environ, home=home)
    seen: dict[str, list[Seen]] = {}
    for one in past.advised:
        for record in one.records if one.class_ is FindingClass.COMPROMISE else ():
            seen.setdefault(record, []).append(_seen(one.sighting, one.state, one.reason))
    # What no feed has any more, as where one is missing tonight, stays as it was.
    for record in (*seen, *_known(known, again - seen.keys())):
        yield Match(ADVISORY, record, record, "", tuple(seen.get(record, ())))


def _known(feeds: Advisories, records: Iterable[str]) -> list[str]:
    return [one for one in sorted(records) if feeds.find(one)]


def _seen(one: Sighting, state: State, reason: str) -> Seen:
    component = one.component
    return Seen(
        target=one.target,
        path=one.path,
        package=component.package,
        version=component.version or component.constraint or "",
        state=state,
        reason=reason,
        first=one.first,
        last=one.last,
        gone=one.gone,
    )
