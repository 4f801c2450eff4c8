"""Telling people: what is new in the store since they were told last, as few messages as it takes.

First everything new is put to the incidents of each channel, in transactions that also note that it was: whoever else
does the same at the same time finds nothing left. Then each channel, taken by one process at a time, is sent what
waits. A process that is killed in between leaves a message that was begun: it is sent again under the same id.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import msgspec

from scanner.errors import EngineError, PratiqueError, UsageError
from scanner.fleet.notices import channels as ways
from scanner.fleet.notices import posting, wording
from scanner.fleet.notices import settings as files
from scanner.fleet.notices.channels import Channel
from scanner.fleet.notices.posting import How
from scanner.fleet.notices.settings import Rules
from scanner.fleet.notices.values import About, Item, Kind, Message
from scanner.fleet.notices.wording import Incident
from scanner.fleet.store import StaleLeaseError, Store
from scanner.fleet.store.keys import AHEAD
from scanner.fleet.store.notices import Claim, Notice
from scanner.pipeline.fleet import leasing, news, past_news

_HELD = timedelta(minutes=10)
"""How long one message may take before another process takes the channel."""
_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_KEPT = timedelta(days=400)
_MANY = 10
"""More incidents than that for one channel at once are one message."""
_DEAD = 2
"""Messages in a row that fail before a channel is left alone until the next run."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's file, read, and what sending needs."""

    rules: Rules
    channels: Mapping[str, Channel]
    how: How
    intel_directory: Path | None = None
    """Where the feeds lie; `None`: nothing is told of them."""


class Failure(msgspec.Struct, frozen=True):
    """A channel by which something could not be told."""

    channel: str
    why: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    sent: tuple[tuple[str, Message], ...] = ()
    """(channel, message)"""
    failed: tuple[Failure, ...] = ()
    later: int = 0
    """Incidents of which more is told when their time has come."""
    held: tuple[str, ...] = ()
    """Channels by which another process is sending just now."""
    unrouted: tuple[str, ...] = ()
    """Owners whom no route names: the default was told."""
    remarks: tuple[Failure, ...] = ()
    """What arrived, and not everywhere."""

    @property
    def status(self) -> int:
        """3 where something could not be told."""
        return 3 if self.failed or self.remarks else 0


def read(
    path: Path,
    *,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    intel_directory: Path | None = None,
    public_url: str | None = None,
) -> Settings:
    """The operator's file. Raises `UsageError` with the first thing that is wrong in it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"the file of notices cannot be read: {error.strerror}", where=path) from error
    table = files.document(data, where=str(path))
    channels = ways.read(table)
    rules = files.rules(table, tuple(channels))
    if public_url is not None:
        rules = msgspec.structs.replace(rules, public_url=public_url.rstrip("/"))
    how = How(environ=environ, clock=clock)
    return Settings(rules=rules, channels=channels, how=how, intel_directory=intel_directory)


def tell(store: Store, settings: Settings, *, now: datetime) -> Told:
    """Tell everybody what is new. A channel that fails is told of, tried again by a later run, and stops no other."""
    unrouted: set[str] = set()
    asked = (store, settings.rules, settings.intel_directory)
    for some in chain(news.fresh(*asked, now=now), past_news.fresh(*asked, now=now)):
        with store.notices.writing():
            unrouted |= news.put(store, some, settings.rules, now=now)
    told = Told(unrouted=tuple(sorted(unrouted)))
    for name in store.notices.waiting():
        told = _joined(told, _by(store, name, settings, now))
    store.notices.forget(before=now - _KEPT)
    return told


def preview(store: Store, settings: Settings, *, now: datetime) -> tuple[tuple[str, Message], ...]:
    """The messages that `tell` would send now. Nothing is sent, and nothing noted."""
    found: list[tuple[str, Message]] = []
    portions = list(news.fresh(store, settings.rules, settings.intel_directory, now=now))
    try:
        with store.notices.writing():
            for some in portions:
                news.put(store, some, settings.rules, now=now)
            for name in store.notices.waiting():
                if (channel := settings.channels.get(name)) is not None:
                    ready = _ready(store, name, settings.rules, now)
                    found += [(name, message) for _, message in _folded(channel, ready, None, now) if message]
            raise _UndoneError
    except _UndoneError:
        return tuple(found)


def test(settings: Settings, name: str, *, now: datetime) -> str:
    """Send a test message; what was remarked. Raises `PratiqueError` where it did not arrive."""
    channel = settings.channels.get(name)
    if channel is None:
        raise UsageError(f"there is no channel {name!r}", hint="channels: " + ", ".join(settings.channels))
    try:
        return channel.send(wording.test(name, now=now), settings.how).remark
    except PratiqueError as error:
        # Where it was sent to may be a secret.
        kind = UsageError if isinstance(error, UsageError) else EngineError
        raise kind(error.what, where=f"channel {name}", hint=error.hint) from error


class _UndoneError(Exception):
    """Ends a transaction of which nothing is to stay."""


def _joined(one: Told, other: Told) -> Told:
    return Told(
        sent=one.sent + other.sent,
        failed=one.failed + other.failed,
        later=one.later + other.later,
        held=one.held + other.held,
        unrouted=one.unrouted,
        remarks=one.remarks + other.remarks,
    )


Ready = tuple[tuple[Notice, ...], Message | None]
"""Incidents, and the message that carries what is new of them; `None`: nothing is, after all."""


def _by(store: Store, name: str, settings: Settings, now: datetime) -> Told:
    """Send what waits for one channel."""
    channel = settings.channels.get(name)
    if channel is None:
        # Perhaps another file has it; if none does for so long, nobody will be told any more.
        store.notices.drop(name, before=now - timedelta(days=settings.rules.incident_days))
        return Told(failed=(Failure(name, "there is no such channel in the file any more"),))
    waiting = store.notices.pending(name)
    if not any(_is_due(one, settings.rules, now) for one in waiting):
        return Told(later=len(waiting))
    holder = f"{os.uname().nodename}:{os.getpid()}"
    claim = store.notices.claim(name, holder, until=now + _HELD, now=now, dead=leasing.is_dead)
    if claim is None:
        return _left_alone(store, name, now)
    failure: str | None = "ended in the middle"
    try:
        ready = _ready(store, name, settings.rules, now)
        told, failure = _sent(store, claim, channel, _folded(channel, ready, claim, now), settings, now)
    except StaleLeaseError as error:
        return Told(failed=(Failure(name, str(error)),))
    except PratiqueError:
        raise
    except Exception as error:  # the boundary between channels: what a newer pratique kept may trip us, in one of them
        failure = _why(error)
        return Told(failed=(Failure(name, failure),))
    finally:
        wait = min(_WAIT * (1 << min(claim.failures, 10)), _LONGEST_WAIT)
        store.notices.release(claim, now=now, failure=failure, again=now + wait)
    later = len(store.notices.pending(name)) if failure is None else 0
    return msgspec.structs.replace(told, later=later)


def _left_alone(store: Store, name: str, now: datetime) -> Told:
    (state,) = (one for one in store.notices.channels() if one.channel == name)
    if state.not_before is None or state.not_before <= now:
        return Told(held=(name,))
    until = state.not_before.strftime("%Y-%m-%d %H:%M UTC")
    return Told(failed=(Failure(name, f"left alone until {until} after: {state.failure}"),))


def _sent(
    store: Store, claim: Claim, channel: Channel, ready: Iterator[Ready], settings: Settings, now: datetime
) -> tuple[Told, str | None]:
    """What came of it, and why the channel is taken for dead."""
    sent: list[tuple[str, Message]] = []
    failures: list[str] = []
    remarks: list[Failure] = []
    in_a_row = 0
    for notices, message in ready:
        if message is None:
            store.notices.sent(claim, notices, reference=None, now=now, silent=True)
            continue
        if in_a_row >= _DEAD:
            break
        store.notices.begin(claim, notices, message.id, until=now + _HELD)
        try:
            result = channel.send(message, settings.how)
        except Exception as error:  # the boundary between messages: one that trips us must not hide the others
            in_a_row += 1
            failures.append(_why(error))
            store.notices.failed(claim, notices, failures[-1])
            continue
        in_a_row = 0
        sent.append((channel.name, message))
        reference = result.reference if len(notices) == 1 else None
        store.notices.sent(claim, notices, reference=reference, now=now)
        if result.remark:
            remarks.append(Failure(channel.name, result.remark))
    failed = tuple(Failure(channel.name, why) for why in dict.fromkeys(failures))
    return Told(sent=tuple(sent), failed=failed, remarks=tuple(remarks)), failures[-1] if failures else None


def _why(error: Exception) -> str:
    if isinstance(error, PratiqueError):
        return posting.told(error)
    return f"a bug of ours, please report it: {type(error).__name__}"


def _is_due(notice: Notice, rules: Rules, now: datetime) -> bool:
    if notice.sent_at is None or notice.sent == 0 or notice.sent_at > now + AHEAD:
        return True
    return now >= notice.sent_at + wording.interval(notice.sent, rules)


def _ready(store: Store, name: str, rules: Rules, now: datetime) -> list[tuple[Notice, Message | None]]:
    """Incidents of a channel whose time has come, and the message of each."""
    due = [one for one in store.notices.pending(name) if _is_due(one, rules, now)]
    return [(one, wording.message(_incident(store, one), rules, now=now)) for one in due]


def _folded(
    channel: Channel, ready: list[tuple[Notice, Message | None]], claim: Claim | None, now: datetime
) -> Iterator[Ready]:
    """One message for all, after a channel was out of reach or where there are too many at once."""
    spoken = [(notice, message) for notice, message in ready if message is not None]
    spoken.sort(key=lambda one: wording.gravest_first(one[1]))
    silent = tuple(notice for notice, message in ready if message is None)
    if silent:
        yield silent, None
    since = claim.since if claim is not None and claim.failures else None
    if channel.folds and len(spoken) > (1 if since is not None else _MANY):
        messages = [message for _, message in spoken]
        yield (
            tuple(notice for notice, _ in spoken),
            wording.backlog(messages, channel=channel.name, since=since, now=now),
        )
        return
    yield from (((notice,), message) for notice, message in spoken)


def _incident(store: Store, notice: Notice) -> Incident:
    new, all_ = store.notices.reach(notice)
    return Incident(
        channel=notice.channel,
        team=notice.team,
        kind=Kind(notice.kind),
        subject=notice.subject,
        opened=notice.opened,
        sent=notice.sent,
        last=notice.items,
        about=msgspec.json.decode(notice.about, type=About),
        items=tuple(msgspec.json.decode(body, type=Item) for body in store.notices.untold(notice)),
        new_targets=new,
        all_targets=all_,
        reference=notice.reference,
        trying=notice.trying,
    )
