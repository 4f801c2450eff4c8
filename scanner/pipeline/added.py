"""Indicator lists that somebody added for good: each its own file, searched by every scan beside our own campaigns."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scanner.errors import InputError, UsageError
from scanner.intel import files, indicators, publish
from scanner.intel.indicators import IndicatorStore
from scanner.model.campaign import Campaign
from scanner.model.report import FeedState
from scanner.pipeline import rulebook

if TYPE_CHECKING:
    from scanner.model.listing import ListReading

MAX_LIST = 256 * 1024 * 1024
_ID = rf"{files.SOURCE}\Z"


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    """The added lists, open for one scan."""

    stores: tuple[tuple[str, IndicatorStore], ...]
    """(feed name, store)."""
    states: tuple[FeedState, ...]
    """A broken one is there too: it must not be missed in silence."""


@contextmanager
def opened(directory: Path, *, now: datetime, max_age: float) -> Iterator[Lists]:
    """Open every added list of an intelligence directory."""
    stores: list[tuple[str, IndicatorStore]] = []
    states: list[FeedState] = []
    with ExitStack() as stack:
        for path in sorted(files.added_path(directory, "x").parent.glob("*.sqlite")):
            name = f"added/{path.stem}"
            store = indicators.open_store(path)
            if store is None:
                states.append(_broken(name))
                continue
            stack.enter_context(store)
            stores.append((name, store))
            states.append(_state(name, store, now, max_age))
        yield Lists(stores=tuple(stores), states=tuple(states))


def read(
    path: Path, id_: str, *, columns: Mapping[str, str] = {}, ecosystem: str | None = None
) -> tuple[Campaign, ListReading]:
    """A list as a campaign of that id, and the account of its lines. Raises `InputError`."""
    # Imported here: a scan opens what is compiled already.
    from scanner.feeds import campaign_toml, lists

    try:
        with path.open("rb") as file:
            data = file.read(MAX_LIST + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=path) from error
    if len(data) > MAX_LIST:
        raise InputError("it is too large", where=path, hint=f"at most {MAX_LIST} bytes are read")
    reading = lists.read(data, name=path.name, columns=columns, ecosystem=ecosystem)
    campaign = reading.campaign()
    if reading.kind == "campaign-file" and not reading.problems:
        # A file of our own says more than a list can: attribution, what to do.
        actors_file = rulebook.files(rulebook.directory())[0]
        actors = campaign_toml.parse_actors(actors_file.read_bytes(), where=actors_file.name)
        campaign = campaign_toml.parse(data, where=path.name, actors=actors)
    return named(campaign, id_), reading


def named(campaign: Campaign, id_: str) -> Campaign:
    """The campaign under another id."""
    found = tuple(msgspec.structs.replace(indicator, campaign=id_) for indicator in campaign.indicators)
    return msgspec.structs.replace(campaign, id=id_, indicators=found)


def store(campaign: Campaign, directory: Path, *, source: str, now: datetime) -> None:
    """Add a list for good, or replace the one of its id.

    Raises `InputError` where it holds nothing, `UsageError` where its id is no name for a file.
    """
    if not campaign.indicators:
        raise InputError("not one indicator was understood", where=source, hint="nothing was changed")
    path = path_of(directory, campaign.id)
    notes = {"source": source, "kind": "list", "newest": campaign.last_seen or ""}
    with publish.writing(path):
        write(path, (campaign,), notes, now=now)


def write(
    path: Path,
    campaigns: Sequence[Campaign],
    notes: Mapping[str, str],
    *,
    now: datetime,
    sources: Iterable[tuple[str, bytes]] = (),
) -> None:
    """Write a list's file anew; its notes say of which `kind` it is. The caller holds `publish.writing(path)`."""
    notes = {**notes, "fetched": now.astimezone(UTC).isoformat(timespec="seconds")}
    digest = hashlib.sha256(msgspec.msgpack.encode(campaigns)).hexdigest()
    with publish.replacing(path) as new:
        indicators.build(campaigns, new, digest=digest, notes=notes, sources=sources).close()


def remove(directory: Path, id_: str) -> None:
    """Take an added list away. Raises `UsageError` where there is none of that id."""
    path = path_of(directory, id_)
    if not path.exists():
        there = ", ".join(known(directory)) or "none"
        raise UsageError(f"no list {id_!r} was added", where=directory, hint=f"there are: {there}")
    with publish.writing(path):
        path.unlink(missing_ok=True)


def known(directory: Path) -> tuple[str, ...]:
    """The ids of the added lists."""
    return tuple(sorted(path.stem for path in files.added_path(directory, "x").parent.glob("*.sqlite")))


def path_of(directory: Path, id_: str) -> Path:
    """Where the list of that id lies. Raises `UsageError` where it is no name for a file."""
    if not re.match(_ID, id_):
        raise UsageError(f"{id_!r} is no id for a list", hint="lower-case letters, digits, dots and dashes")
    return files.added_path(directory, id_)


def _state(name: str, store: IndicatorStore, now: datetime, max_age: float) -> FeedState:
    notes = store.notes()
    try:
        hours = (now - datetime.fromisoformat(notes["fetched"])).total_seconds() / 3600
    except (KeyError, ValueError, TypeError):
        return _broken(name)
    # A list that somebody published on an incident does not change; a feed that is synchronised does.
    stale = notes.get("kind", "list") != "list" and not -24 < hours <= max_age * 24
    return FeedState(
        name=name,
        records=store.count()[1],
        newest=notes.get("newest") or None,
        fetched=notes["fetched"],
        age_hours=round(hours, 2),
        status="stale" if stale else "fresh",
    )


def _broken(name: str) -> FeedState:
    return FeedState(name=name, records=0, newest=None, fetched=None, age_hours=None, status="broken")
