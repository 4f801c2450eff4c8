"""Indicator lists that somebody serves, a TAXII collection or a MISP feed: synchronised into added lists.

Each list's file also holds what it was made from, by its id upstream, so that only what is new has to be fetched. Once
in a while a collection is read whole all the same: TAXII does not say what was deleted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from scanner.display import address, line
from scanner.errors import InputError, IntelError, PratiqueError, UsageError
from scanner.feeds import lists
from scanner.feeds.misp_feed import Feed
from scanner.feeds.taxii import Collection
from scanner.intel import indicators, publish
from scanner.model.campaign import Campaign
from scanner.model.component import Problem
from scanner.model.ecosystem import slug
from scanner.pipeline import added, credentials
from scanner.pipeline.sync import Action, FeedResult, Notify

WHOLE_AFTER = timedelta(days=7)
"""Age of the last whole reading of a collection after which it is read whole again."""
_LEAST_SHARE = 0.5


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What the last run left."""

    notes: Mapping[str, str] = {}
    sources: Mapping[str, bytes] = {}
    records: int = 0


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """What there is upstream."""

    sources: Mapping[str, bytes]
    changed: int
    notes: Mapping[str, str]
    campaigns: tuple[Campaign, ...]
    problems: tuple[Problem, ...]


class Upstream(Protocol):
    """Somebody's server."""

    KIND: str
    source: str
    """Where it is, for people and for the record."""
    id: str
    """Under which its list is added where the user does not say."""

    def read(self, before: Before, id_: str, now: datetime, notify: Notify) -> Now | None:
        """What there is, as a list of that id; `None` where nothing is new."""


class Taxii:
    """A collection of a TAXII 2.1 server."""

    KIND = "taxii"

    def __init__(self, url: str, collection: str | None, environ: Mapping[str, str]) -> None:
        headers = credentials.taxii(url, environ)
        self._collection = Collection(url, wanted=collection, headers=headers)
        self.source = address(self._collection.url)
        self.id = slug(f"{urlsplit(url).hostname}-{self._collection.id[:8]}")

    def read(self, before: Before, id_: str, now: datetime, notify: Notify) -> Now | None:
        whole = _overdue(before, now)
        sources = {} if whole else dict(before.sources)
        changed = 0
        for object_id, type_, data in self._collection.objects(None if whole else before.notes.get("latest") or None):
            if object_id not in sources or _modified(data) > _modified(sources[object_id]):
                sources[object_id] = data
                changed += 1
            notify(f"{changed} objects, the last a {line(type_, limit=40)}")
        if not changed and not whole:
            return None
        bundle = b'{"type":"bundle","objects":[' + b",".join(sources.values()) + b"]}"
        reading = lists.read(bundle, name=self.id) if sources else None
        return Now(
            sources=sources,
            changed=changed,
            notes={
                "latest": self._collection.latest or "",
                "newest": self._collection.latest or "",
                "whole": now.isoformat() if whole else before.notes["whole"],
            },
            campaigns=() if reading is None else (added.named(reading.campaign(), id_),),
            problems=() if reading is None else reading.problems,
        )


class Misp:
    """A MISP feed: each event becomes a campaign of its own."""

    KIND = "misp"

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        self._feed = Feed(url, headers=credentials.misp(url, environ))
        self.source = address(self._feed.url)
        self.id = slug(f"{urlsplit(url).hostname}-misp")

    def read(self, before: Before, id_: str, now: datetime, notify: Notify) -> Now | None:
        current, bad = self._feed.manifest()
        known = msgspec.json.decode(before.notes.get("times", "{}"), type=dict[str, str])
        problems = [Problem(where="manifest.json", what=f"{bad} entries make no sense")] if bad else []
        wanted = [uuid for uuid, time_ in current.items() if known.get(uuid) != time_ or uuid not in before.sources]
        if not wanted and known.keys() <= current.keys():
            return None
        sources = {uuid: body for uuid, body in before.sources.items() if uuid in current}
        for number, uuid in enumerate(wanted):
            notify(f"{number} of {len(wanted)} events")
            body = self._feed.event(uuid)
            if body is None:
                problems.append(Problem(where=f"{uuid}.json", what="it is in the manifest, and not there"))
                continue
            sources[uuid] = body
        campaigns: list[Campaign] = []
        for uuid, body in sources.items():
            try:
                reading = lists.read(body, name=f"{uuid}.json")
            except InputError as error:
                problems.append(Problem(where=f"{uuid}.json", what=error.what, hint=error.hint))
                continue
            problems += reading.problems
            campaigns.append(added.named(reading.campaign(), f"{id_}.{uuid}"))
        times = {uuid: current[uuid] for uuid in sources}
        newest = max((int(time_) for time_ in times.values() if time_.isdecimal() and len(time_) < 12), default=0)
        return Now(
            sources=sources,
            changed=len(wanted),
            notes={
                "times": msgspec.json.encode(times).decode(),
                "newest": datetime.fromtimestamp(newest, now.tzinfo).isoformat() if newest else "",
            },
            campaigns=tuple(campaigns),
            problems=tuple(problems),
        )


def sync(
    find: Callable[[], Upstream], name: str | None, directory: Path, *, now: datetime, notify: Notify
) -> FeedResult:
    """Bring the added list of that name up to date, else that of the server's own, and say what became of it.

    Raises `UsageError` where the server cannot be asked like that.
    """
    started = time.monotonic()
    feed = f"added/{name}" if name else "added"
    try:
        upstream = find()
        id_ = name or upstream.id
        feed = f"added/{id_}"
        path = added.path_of(directory, id_)
        with publish.writing(path):
            result = _sync(upstream, id_, path, now, notify)
    except UsageError:
        raise
    except PratiqueError as error:
        result = FeedResult(feed=feed, action=Action.FAILED, error=error)
    return msgspec.structs.replace(result, seconds=time.monotonic() - started)


def _sync(upstream: Upstream, id_: str, path: Path, now: datetime, notify: Notify) -> FeedResult:
    before = _before(path)
    if before.notes and (before.notes.get("kind"), before.notes.get("source")) != (upstream.KIND, upstream.source):
        raise IntelError(
            "a list of that id is there, from elsewhere", where=path, hint="--name ANOTHER, or intel remove"
        )
    notify("asking what is new")
    found = upstream.read(before, id_, now, notify)
    if found is None:
        indicators.confirm(path, {"fetched": now.isoformat(timespec="seconds")})
        return FeedResult(
            feed=f"added/{id_}",
            action=Action.NOTHING_NEW,
            records=before.records,
            newest=before.notes.get("newest") or None,
        )
    records = sum(len(campaign.indicators) for campaign in found.campaigns)
    if records < before.records * _LEAST_SHARE:
        raise IntelError(
            f"it has {records} indicators now, and had {before.records}: the old are kept",
            where=upstream.source,
            hint=f"if that is right: pratique intel remove {id_}",
        )
    notes = {**found.notes, "kind": upstream.KIND, "source": upstream.source}
    added.write(path, found.campaigns, notes, now=now, sources=found.sources.items())
    return FeedResult(
        feed=f"added/{id_}",
        action=Action.UPDATED if before.notes else Action.REBUILT,
        records=records,
        newest=found.notes.get("newest") or None,
        changed=found.changed,
        problems=found.problems,
    )


def _before(path: Path) -> Before:
    store = indicators.open_store(path)
    if store is None:
        return Before()
    with store:
        return Before(notes=store.notes(), sources=store.sources(), records=store.count()[1])


def _overdue(before: Before, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(before.notes["whole"]) > WHOLE_AFTER
    except (KeyError, ValueError, TypeError):
        return True


class _Version(msgspec.Struct):
    modified: str = ""
    created: str = ""


def _modified(data: bytes) -> str:
    try:
        version = msgspec.json.decode(data, type=_Version)
    except msgspec.MsgspecError:
        return ""
    return version.modified or version.created
