"""What is new since people were told: findings, verdicts, scans that fail, feeds; and who is to be told of each."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from scanner.errors import UsageError
from scanner.fleet.notices import grouping, routing
from scanner.fleet.notices.settings import Rules
from scanner.fleet.notices.values import About, Item, Kind
from scanner.fleet.notices.wording import FAILING, FRESH, WORKING
from scanner.fleet.store import Store
from scanner.fleet.store.exposures import Telling
from scanner.fleet.store.notices import Entry, Moved
from scanner.fleet.store.values import Question, Stored, Target
from scanner.model.report import Verdict
from scanner.pipeline.fleet import standing
from scanner.pipeline.knowledge import open_library

_PAGE = 200
_STALE = ("stale", "missing", "broken")
_DAY = timedelta(hours=12)
"""Verdicts that change tonight are no part of last night's message."""
_PLAIN = {Kind.VERDICT: "verdicts", Kind.SCAN: "scans", Kind.FEED: "feeds"}


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell, and to whom."""

    destination: tuple[str, str]
    kind: Kind
    subject: str
    about: About
    entry: Entry


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to tell of one target, of one feed, or of the past, and what is to be noted with it."""

    moved: Moved | None = None
    verdict: str | None = None
    failing: bool = False
    feed: tuple[str, str | None, str | None] | None = None
    """Name, state and the one that people think it has; `None`: fresh."""
    exposed: Telling | None = None
    """What a target held before it was known."""
    things: tuple[Thing, ...] = ()
    unrouted: str | None = None
    """The target's owner, where something is told and no route names him."""


def fresh(store: Store, rules: Rules, intel_directory: Path | None, *, now: datetime) -> Iterator[tuple[News, ...]]:
    """Everything that is new, in portions; nothing is noted yet."""
    if intel_directory is not None:
        yield tuple(_of_feeds(store, rules, intel_directory, now))
    after = 0
    while page := store.notices.moved(failing_after=rules.failing_after, after=after, limit=_PAGE):
        numbers = [one.target for one in page if one.number]
        stands = standing.many(store, now=now, targets=numbers) if numbers else {}
        yield tuple(_each(store, rules, page, stands, now))
        after = page[-1].target


def _each(
    store: Store, rules: Rules, page: Sequence[Moved], stands: Mapping[int, standing.Standing], now: datetime
) -> Iterator[News]:
    for one in page:
        try:
            target = store.target(one.target)
        except UsageError:
            continue  # removed meanwhile
        yield _of_target(store, rules, one, target, stands.get(one.target), now)


def put(store: Store, news: Sequence[News], rules: Rules, *, now: datetime) -> set[str]:
    """Note it and add it to the incidents, inside of a transaction; owners whom no route names."""
    unrouted: set[str] = set()
    things: dict[tuple[tuple[str, str], Kind, str], list[Thing]] = {}
    for one in news:
        if not _noted(store, one):
            continue  # somebody else tells it
        if one.unrouted is not None:
            unrouted.add(one.unrouted)
        for thing in one.things:
            things.setdefault((thing.destination, thing.kind, thing.subject), []).append(thing)
    # In one order, so that two who write at once wait for each other and never in a ring.
    for (destination, kind, subject), some in sorted(things.items(), key=lambda found: found[0]):
        store.notices.add(
            destination,
            kind.value,
            subject,
            msgspec.json.encode(some[0].about),
            [thing.entry for thing in some],
            now=now,
            begun_after=now - _DAY if kind is Kind.VERDICT else None,
            grown_after=now - timedelta(days=rules.incident_days),
        )
    return unrouted


def _noted(store: Store, news: News) -> bool:
    if news.feed is not None:
        return store.notices.note_feed(*news.feed)
    if news.exposed is not None:
        return store.exposures.note(news.exposed)
    assert news.moved is not None
    return store.notices.note(news.moved, verdict=news.verdict, failing=news.failing)


def _of_feeds(store: Store, rules: Rules, directory: Path, now: datetime) -> Iterator[News]:
    with open_library(directory, now=now) as library:
        states = {one.name: one.status for one in library.searched()}
    before = store.notices.feeds()
    for name in sorted({*before, *states}):
        state = states.get(name)
        current = state if state in _STALE else None
        if current == before.get(name):
            continue
        item = Item(target=0, address=name, before=before.get(name, FRESH), after=current or FRESH)
        mark = f"{name} {item.after} {now.isoformat()}"
        # A list that is not there any more is neither old nor up to date.
        things = tuple(_things(rules, Kind.FEED, item, mark, None)) if state is not None else ()
        yield News(feed=(name, current, before.get(name)), things=things)


def _of_target(
    store: Store, rules: Rules, moved: Moved, target: Target, stands: standing.Standing | None, now: datetime
) -> News:
    found = list(_findings(store, rules, moved, target, now)) if moved.number else []
    failing = target.failures >= rules.failing_after or (moved.failing and target.failures > 0)
    things = [*found]
    verdict = None if stands is None else stands.verdict.value
    if moved.verdict is not None and verdict is not None and verdict != moved.verdict:
        # Where the reason is told, the verdict is no further news.
        told = {thing.destination for thing in found} if verdict in (Verdict.COMPROMISED, Verdict.SUSPICIOUS) else set()
        item = _item(target, moved.verdict, verdict)
        mark = f"{called(target)} {verdict} {moved.number}"
        things += [
            one for one in _things(rules, Kind.VERDICT, item, mark, target) if one.destination not in told
        ]  # fmt: skip
    if failing != moved.failing:
        before, after = (WORKING, FAILING) if failing else (FAILING, WORKING)
        item = _item(target, before, after, why=target.failure or "")
        things += _things(rules, Kind.SCAN, item, f"{called(target)} {after} {now.isoformat()}", target)
    owner = target.owner
    alone = owner if things and owner is not None and not routing.has_route(rules, owner) else None
    return News(moved=moved, verdict=verdict, failing=failing, things=tuple(things), unrouted=alone)


def _findings(store: Store, rules: Rules, moved: Moved, target: Target, now: datetime) -> Iterator[Thing]:
    """What came, came back or is surer since the snapshot that was told; before the first one, what is there now."""
    for stored in _new(store, moved):
        finding = stored.at(now)
        if finding.suppressed is not None:
            continue
        destinations = routing.destinations(
            rules,
            Kind.COMPROMISE,
            owner=stored.owner,
            labels=target.labels,
            class_=finding.class_,
            severity=finding.severity,
        )
        if not destinations:
            continue
        item = grouping.item(finding, target=target.id, address=target.address, owner=stored.owner)
        # What came back, or is surer now, is told in the same incident again.
        mark = f"{called(target)} {finding.id} {finding.state} {stored.reopened}"
        entry = Entry(mark, target.id, msgspec.json.encode(item))
        subject, about = grouping.subject(finding), grouping.about(finding)
        for destination in destinations:
            yield Thing(destination=destination, kind=Kind.COMPROMISE, subject=subject, about=about, entry=entry)


def _new(store: Store, moved: Moved) -> Iterator[Stored]:
    if moved.told is None:
        yield from standing.findings_of(store, Question(target=moved.target, near_misses=False))
        return
    assert moved.taken is not None
    ids = {
        event.finding
        for event in store.events(target=moved.target, since=moved.told, limit=sys.maxsize)
        if event.what != "gone" and moved.told < event.at <= moved.taken
    }
    if ids:
        asked = Question(target=moved.target, open=None, near_misses=False)
        yield from (one for one in standing.findings_of(store, asked) if one.finding.id in ids)


def called(target: Target) -> str:
    """A target's name in marks: the number of one that was forgotten may be that of another one by now."""
    return f"{target.id} {target.added.isoformat()}"


def _item(target: Target, before: str, after: str, why: str = "") -> Item:
    return Item(target=target.id, address=target.address, owner=target.owner, before=before, after=after, why=why)


def _things(rules: Rules, kind: Kind, item: Item, mark: str, target: Target | None) -> Iterator[Thing]:
    labels = frozenset[str]() if target is None else target.labels
    entry = Entry(mark, item.target, msgspec.json.encode(item))
    for destination in routing.destinations(rules, kind, owner=item.owner, labels=labels):
        yield Thing(destination=destination, kind=kind, subject=_PLAIN[kind], about=About(name=""), entry=entry)
