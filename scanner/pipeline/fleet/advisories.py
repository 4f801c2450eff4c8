"""Advisories against the past: everything that was ever seen, also what is gone, with the judgement of a scan.

Name by name, thousands at once, in the order in which both databases keep them: the intelligence says which names have
records, the store which versions of these it ever saw, and the same code as in a scan judges. Nothing is parsed again,
and no more is held in memory than one such page and the hits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.everything import Name
from scanner.fleet.store.values import Sighting
from scanner.intel import store as intel_store
from scanner.intel.store import Hit
from scanner.matching import packages
from scanner.matching.match import Match
from scanner.matching.packages import Asked, ForeignHost
from scanner.model.component import Component, Problem
from scanner.model.ecosystem import Identity
from scanner.model.finding import FindingClass, State
from scanner.pipeline import scan
from scanner.pipeline.fleet import questions
from scanner.registries import hosts

_PAGE = 5_000
"""Names at once."""
_STATES = (State.NEAR_MISS, State.POSSIBLE, State.CERTAIN)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which advisories are asked."""

    ids: tuple[str, ...] = ()
    """Ids or aliases; empty: all."""
    malicious: bool = True
    """Only those that say that somebody put the harm there."""
    since: str | None = None
    """Only those that were changed on that day (RFC 3339) or later."""


class Advised(msgspec.Struct, frozen=True, kw_only=True):
    """A sighting that advisories mean: is, or was, there."""

    sighting: Sighting
    class_: FindingClass
    state: State
    reason: str
    records: tuple[str, ...]


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """Who is, or was, meant by advisories."""

    advised: tuple[Advised, ...]
    names: int
    """Packages that the store was asked about."""
    records: int
    """Advisories that name one of them."""
    problems: tuple[Problem, ...] = ()
    never_seen: tuple[str, ...] = ()
    """Addresses of targets of which the store holds nothing yet."""

    @property
    def status(self) -> int:
        """1: somebody has it or had it. 3: nobody, as far as could be asked. 0: nobody."""
        if self.advised:
            return 1
        return 3 if self.never_seen or any(not problem.harmless for problem in self.problems) else 0


def day(text: str | None) -> str | None:
    """`--since` as given. Raises `UsageError` where it is no day."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{text[:40]!r} is no day", where="--since", hint="2026-11-29") from None


class _Judged(NamedTuple):
    class_: FindingClass
    state: State
    reason: str
    records: tuple[str, ...]


def rematch(
    store: Store,
    intel_directory: Path,
    wanted: Wanted,
    *,
    now: datetime,
    environ: Mapping[str, str],
    home: Path,
) -> Past:
    """Everything ever seen that advisories mean. Raises `UsageError` for an id that no feed has."""
    advised: list[Advised] = []
    problems: dict[Problem, None] = {}
    families: set[str] = set()
    records: set[str] = set()
    count = 0
    foreign_host = hosts.foreign_host(environ, home)
    with intel_store.open_store(intel_directory, now=now) as known:
        ids, only = _named(known, wanted.ids, problems) if wanted.ids else (frozenset[str](), None)
        for page in _pages(store, only):
            count += len(page)
            families.update(family for family, _ in page)
            asked = _asked(store, known, page, wanted, ids)
            records.update(hit.affected.advisory for _, _, hits in asked for hit in hits)
            judged = _judged(asked, foreign_host, problems)
            for number, sighting in store.seen_anywhere(list(judged)):
                one = judged[number]
                advised.append(
                    Advised(
                        sighting=sighting, class_=one.class_, state=one.state, reason=one.reason, records=one.records
                    )
                )
        feeds = scan.expected(known.feeds(), frozenset(families - {""}))
    for feed in feeds:
        if feed.status not in ("fresh", "embedded"):
            problems[Problem(where=feed.name, what=f"the feed is {feed.status}", hint="pratique intel sync")] = None
    return Past(
        advised=tuple(sorted(advised, key=_order)),
        names=count,
        records=len(records),
        problems=tuple(problems),
        never_seen=questions.never_seen(store),
    )


def _order(one: Advised) -> tuple[object, ...]:
    seen = one.sighting
    grave = one.class_ is not FindingClass.COMPROMISE
    return (grave, -_STATES.index(one.state), one.records, seen.target, seen.path, seen.first)


def _named(
    known: intel_store.Store, ids: Sequence[str], problems: dict[Problem, None]
) -> tuple[frozenset[str], tuple[Name, ...]]:
    """(ids of the records that are meant, packages that they name)."""
    found: set[str] = set()
    named: set[Name] = set()
    for id_ in ids:
        records = known.find(id_)
        if not records:
            raise UsageError(f"no feed has a record {id_!r}", where="--ids", hint="pratique intel sync")
        for feed, record in records:
            if record.withdrawn is not None:
                problems[Problem(where=feed, what=f"{record.id} was withdrawn: it says nothing", harmless=True)] = None
                continue
            found.add(record.id)
            named.update((one.identity.family, one.identity.name) for one in record.affected)
    return frozenset(found), tuple(sorted(named))


def _pages(store: Store, only: Sequence[Name] | None) -> Iterator[Sequence[Name]]:
    if only is not None:
        # What has no package URL may still be known by its CPE.
        yield from (only[begin : begin + _PAGE] for begin in range(0, len(only), _PAGE))
        return
    after: Name | None = None
    while page := store.names(after=after, limit=_PAGE):
        yield page
        after = page[-1]


def _asked(
    store: Store, known: intel_store.Store, page: Sequence[Name], wanted: Wanted, ids: Collection[str]
) -> list[tuple[int, Asked, list[Hit]]]:
    """(number, version that was seen, the records that name its package) of one page of names."""
    malicious = wanted.malicious
    hits = known.affected({Identity(family, name) for family, name in page if family}, malicious=malicious)
    seen = dict(store.versions([(who.family, who.name) for who in hits]))
    if nameless := [one for one in page if not one[0]]:
        seen |= {number: one for number, one in store.versions(nameless).items() if one.cpes}
    of: dict[int, int] = {id(component): number for number, component in seen.items()}
    asked, _ = packages.identify(seen.values())
    further = {Identity(one.identity.family, one.identity.name) for one in asked} - hits.keys()
    hits |= known.affected(further, malicious=malicious) if further else {}
    told: list[tuple[int, Asked, list[Hit]]] = []
    for one in asked:
        who = one.identity
        records = [
            hit
            for hit in hits.get(Identity(who.family, who.name), ())
            if intel_store.same_release(who.ecosystem, hit.affected.identity.ecosystem)
            and (not ids or hit.affected.advisory in ids)
        ]
        if records:
            told.append((of[id(one.component)], one, records))
    return _since(known, told, wanted.since) if wanted.since else told


def _since(
    known: intel_store.Store, told: list[tuple[int, Asked, list[Hit]]], since: str
) -> list[tuple[int, Asked, list[Hit]]]:
    """Without what was last changed before: when, only the whole record says."""
    wanted: dict[str, set[str]] = {}
    for _, _, hits in told:
        for hit in hits:
            wanted.setdefault(hit.feed, set()).add(hit.affected.advisory)
    new = {
        (feed, id_)
        for feed, ids in wanted.items()
        for id_, record in known.load(feed, ids).items()
        if record.modified >= since
    }
    kept = [
        (number, one, [hit for hit in hits if (hit.feed, hit.affected.advisory) in new]) for number, one, hits in told
    ]
    return [one for one in kept if one[2]]


def _judged(
    asked: Sequence[tuple[int, Asked, list[Hit]]], foreign_host: ForeignHost, problems: dict[Problem, None]
) -> dict[int, _Judged]:
    """Version → what the gravest of the records say of it; near misses are no hits."""
    judged: dict[int, _Judged] = {}
    for number, item, hits in asked:
        matches: list[Match] = []
        for said in packages.advised(item, hits, packages.doubt_of(item.component, foreign_host)):
            if isinstance(said, Match):
                matches.append(said)
            else:
                problems[Problem(where=_called(item.component), what=said.reason)] = None
        matches = [one for one in matches if one.state is not State.NEAR_MISS]
        if matches:
            worst = min(matches, key=lambda one: (one.class_ is not FindingClass.COMPROMISE, -_STATES.index(one.state)))
            alike = [one for one in matches if (one.class_, one.state) == (worst.class_, worst.state)]
            records = tuple(sorted({one.claim.record for one in alike}))
            judged[number] = _Judged(worst.class_, worst.state, worst.reason, records)
    return judged


def _called(component: Component) -> str:
    return str(component.purl) if component.purl is not None else component.name
