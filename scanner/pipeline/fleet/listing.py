"""Organisations, groups and drop folders: what they list becomes targets, tonight and on every night after.

A listing that breaks off changes nothing: half of it would look like the rest had vanished. Keys come from the
environment, for each question anew; the store has none.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from scanner.display import address as shown
from scanner.errors import EngineError, InputError, PratiqueError, UsageError
from scanner.fleet import listings
from scanner.fleet.listings.asking import Service
from scanner.fleet.listings.values import Entry, Place
from scanner.fleet.store import Store, StoreError
from scanner.fleet.store.keys import AHEAD
from scanner.fleet.store.listings import Changed, Listed, Listing
from scanner.model.component import Problem
from scanner.net import Client
from scanner.pipeline import credentials
from scanner.pipeline import inventory as inventories
from scanner.pipeline.fleet import addresses, drops

MOST_ENTRIES = 1_000_000
_MOST_PROBLEMS = 100
_TOPIC = "topic:"


class How(msgspec.Struct, frozen=True, kw_only=True):
    """What is listed, and what becomes of it. The store keeps this as JSON: fields are added, never renamed."""

    kind: str
    api: str
    name: str
    ssh: bool = False
    forks: bool = False
    archived: bool = False
    owner: str | None = None
    owner_from: str | None = None
    """`topic:PREFIX`: the owner is what follows the prefix in a topic."""
    labels: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """By which people and the store know the listing."""
        plain = _PLAIN.get(self.kind) == self.api
        host = "" if plain else urlsplit(self.api).netloc
        return f"{self.kind}:{self.name}{'@' if self.name and host else ''}{host}"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What asking needs to know."""

    environ: Mapping[str, str]
    now: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    patience: float = 300
    """Seconds that a server may let us wait, over all pages of a listing."""


class Refreshed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking a listing."""

    listing: str
    seen: int = 0
    visible: Mapping[str, int] = {}
    """Visibility → how many were seen."""
    left_out: Mapping[str, int] = {}
    """Why → how many are not looked at."""
    changed: Changed = Changed()
    problems: tuple[Problem, ...] = ()
    """Entries that were left out because they make no sense, or lead elsewhere."""
    anonymous: bool = False
    """No token was sent: private ones cannot be seen."""
    failure: str = ""
    """Why nothing was changed."""

    @property
    def status(self) -> int:
        """3 where it failed, or something that is there is not looked at because of what is wrong with it."""
        return 3 if self.failure or self.problems else 0


class _Gathered(msgspec.Struct):
    """What a listing says, until it is at its end."""

    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    unread: int = 0
    """Entries that make no sense: nobody knows whose they are."""


_PLAIN = {"github": "https://api.github.com", "gitlab": "https://gitlab.com/api/v4"}
"""The APIs that are meant where nobody says another."""
_VARIABLES = {"github": "GITHUB_API_URL", "gitlab": "CI_API_V4_URL", "s3": "AWS_ENDPOINT_URL_S3"}
"""By which their own CI, and Amazon's tools, name the server."""


def api_of(kind: str, given: str | None, environ: Mapping[str, str]) -> str:
    """The address of an API: as given, as the CI that we run in says, or the public one. Raises `UsageError`."""
    plain = _PLAIN.get(kind) or f"https://s3.{drops.region(environ)}.amazonaws.com"
    api = (given or environ.get(_VARIABLES.get(kind, ""), "") or plain).rstrip("/")
    credentials.encrypted(api)
    if urlsplit(api).query or urlsplit(api).fragment:
        raise UsageError("that is no address of an API", where=shown(api))
    return api


def asked(kind: str, name: str, *, api: str | None, environ: Mapping[str, str], **fields: Any) -> How:
    """What somebody asks for on the command line; `fields` are those of `How`. Raises `UsageError`."""
    if kind == "dependency-track":
        return How(kind=kind, api=api_of(kind, name, environ), name="", **fields)
    name = name.removeprefix("s3://") if kind == "s3" else name.strip("/")
    if not name.partition("/")[0] or not name.isprintable():
        raise UsageError("that names nothing", where=name, hint="--s3 s3://BUCKET/PREFIX, --github-org NAME")
    return How(kind=kind, api=api_of(kind, api, environ), name=name, **fields)


def add(store: Store, how: How, *, every: int | None, settings: Settings) -> Refreshed:
    """List for the first time, or in a new way, and remember it. Where it fails nothing is changed, and it raises."""
    _owner_of(how, ())
    gathered = _gathered(how, settings)
    kept = store.remember_listing(how.title, how=msgspec.json.encode(how).decode(), every=every)
    return _taken(store, kept, how, gathered, settings)


def refresh(store: Store, settings: Settings, *, names: Sequence[str] = (), due: bool = False) -> tuple[Refreshed, ...]:
    """List again: everything, the listings of these names, or those that are due. One that fails stops no other."""
    known = store.listings()
    unknown = set(names) - {one.name for one in known}
    if unknown:
        raise UsageError(f"there is no listing {min(unknown)!r}", where=store.where, hint="pratique fleet list")
    at = settings.now()
    return tuple(
        _refreshed(store, one, settings)
        for one in known
        if (not names or one.name in names) and (not due or is_due(one, at))
    )


def is_due(listing: Listing, at: datetime) -> bool:
    """Whether its time has come; one that failed is asked again."""
    if listing.every is None:
        return False
    last = listing.checked
    if last is None or listing.failure is not None or last > at + AHEAD:
        return True
    return last + timedelta(seconds=listing.every) <= at


def anonymous(listing: Listing, settings: Settings) -> bool:
    """Whether we would ask it without a key, and so call gone what only a key lets one see."""
    try:
        return not _signed(_kept(listing), settings)
    except PratiqueError:
        return False  # asking it says so


def _kept(listing: Listing) -> How:
    """How it is asked. Raises `InputError` where another pratique knows, and this one does not."""
    try:
        how = msgspec.json.decode(listing.how, type=How)
        listings.by_name(how.kind)
    except (msgspec.MsgspecError, LookupError) as error:
        raise InputError(f"kept in a way that this pratique does not know ({error})", where=listing.name) from error
    return how


def _signed(how: How, settings: Settings) -> bool:
    return bool(drops.signer(how.kind, settings.environ, settings.now)(how.api))


def status(refreshed: Sequence[Refreshed]) -> int:
    """0, or 3 where any listing could not be read whole."""
    return max((one.status for one in refreshed), default=0)


def _refreshed(store: Store, kept: Listing, settings: Settings) -> Refreshed:
    try:
        how = _kept(kept)
        gathered = _gathered(how, settings)
        there = sum(member.gone is None for member in store.members(listing=kept.id))
        if not gathered.entries and there:
            raise EngineError(
                f"it names nothing any more, and named {there:,} before", where=kept.name,
                hint="is the token still good for it? nothing was marked; pratique fleet refresh --forget NAME ends it",
            )  # fmt: skip
        return _taken(store, kept, how, gathered, settings)
    except StoreError:
        raise  # no fault of the listing, and no other will do better
    except PratiqueError as error:
        failure = str(error)
    except Exception as error:  # the boundary between listings: one that trips us must not hide the others
        failure = f"{kept.name}: a bug of ours, please report it: {type(error).__name__}: {error}"
    store.listing_failed(kept.id, failure)
    return Refreshed(listing=kept.name, failure=failure)


def _gathered(how: How, settings: Settings) -> _Gathered:
    """Everything that a listing names. Raises `PratiqueError` where it does not come to its end."""
    variables = " or ".join(credentials.LISTERS[how.kind])
    found = _Gathered()
    with Client(waits=False) as client:
        service = Service(
            how.api,
            client,
            sign=drops.signer(how.kind, settings.environ, settings.now),
            token=f"check the name, and the token in {variables}",
            now=settings.now,
            sleep=settings.sleep,
            patience=settings.patience,
        )
        for item in listings.by_name(how.kind).listed(service, Place(api=how.api, name=how.name, ssh=how.ssh)):
            if isinstance(item, Problem):
                found.unread += 1
                found.problems.append(item)
            else:
                found.entries[item.key] = item
            if len(found.entries) + found.unread > MOST_ENTRIES:
                raise InputError(f"more than {MOST_ENTRIES:,} entries", where=how.title)
    return found


def _taken(store: Store, kept: Listing, how: How, gathered: _Gathered, settings: Settings) -> Refreshed:
    listed: list[Listed] = []
    left_out: dict[str, str | None] = {}
    counted: Counter[str] = Counter()
    _tell_apart(gathered.entries)
    for entry in gathered.entries.values():
        why = _why_not(entry, how)
        if why is None:
            listed.append(_listed(entry, how, kept.every))
        else:
            counted[why] += 1
            # An empty one that had a commit once is still that repository, and so is one that we refuse to ask for.
            left_out[entry.key] = None if why in (_EMPTY, _REFUSED) else why
    keyless = not _signed(how, settings)
    # Any that made no sense may be one that is missing; and who sends no key does not see what is private.
    if gathered.unread or (keyless and how.kind not in _DROPS):
        for member in store.members(listing=kept.id):
            left_out.setdefault(member.key, None)
    changed = store.take_listing(kept.id, listed, left_out=left_out, now=settings.now())
    if changed.kept_out:
        counted["removed by somebody"] = changed.kept_out
    return Refreshed(
        listing=kept.name,
        seen=len(gathered.entries),
        visible={}
        if how.kind in _DROPS
        else Counter(
            entry.visibility if entry.visibility in _VISIBLE else "of unknown visibility"
            for entry in gathered.entries.values()
        ),
        left_out=counted,
        changed=changed,
        problems=tuple(_bounded([*gathered.problems, *_refused(gathered.entries.values())], kept.name)),
        anonymous=keyless,
    )


_DROPS = ("s3", "dependency-track")
_EMPTY, _REFUSED = "empty", "refused"
_VISIBLE = ("public", "internal", "private")


def _tell_apart(entries: dict[str, Entry]) -> None:
    """Refuse what says that it is where another one is."""
    places: set[str] = set()
    for key, entry in entries.items():
        if entry.address in places:
            entries[key] = msgspec.structs.replace(entry, address="", refused="its address is that of another one")
        elif entry.address:
            places.add(entry.address)


def _refused(entries: Iterable[Entry]) -> Iterator[Problem]:
    for entry in entries:
        if entry.refused:
            yield Problem(where=entry.name, what=entry.refused, hint="it is left out")


def _bounded(problems: Sequence[Problem], name: str) -> Iterator[Problem]:
    yield from problems[:_MOST_PROBLEMS]
    if len(problems) > _MOST_PROBLEMS:
        yield Problem(where=name, what=f"and {len(problems) - _MOST_PROBLEMS:,} more like these")


def _why_not(entry: Entry, how: How) -> str | None:
    if entry.refused:
        return _REFUSED
    if entry.archived and not how.archived:
        return "archived"
    if entry.fork and not how.forks:
        return "a fork"
    if how.kind == "s3" and not inventories.worth_reading(entry.name):
        return "nothing that is read"
    return _EMPTY if entry.empty else None


def _listed(entry: Entry, how: How, every: int | None) -> Listed:
    return Listed(
        key=entry.key,
        address=entry.address,
        kind=addresses.DROP if how.kind in _DROPS else addresses.REMOTE,
        owner=_owner_of(how, entry.topics) or how.owner,
        every=every,
        labels=frozenset((*how.labels, *entry.topics)),
    )


def _owner_of(how: How, topics: Sequence[str]) -> str | None:
    """Whoever a topic names, the first by alphabet where several do. Raises `UsageError` for a rule without prefix."""
    if how.owner_from is None:
        return None
    prefix = how.owner_from.removeprefix(_TOPIC)
    if not how.owner_from.startswith(_TOPIC) or not prefix:
        raise UsageError("it names no prefix of topics", where="--owner-from", hint="--owner-from topic:team-")
    return next((name for topic in sorted(topics) if (name := topic.removeprefix(prefix)) != topic and name), None)
