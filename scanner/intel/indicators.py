"""Campaigns and indicators in SQLite: compiled from text once, probed by every scan.

A file of this kind holds either the campaigns that travel with pratique or a list that a user imported. Keys are
normalised when they are stored; what a hit needs to be told stands beside them as msgpack.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType

import msgspec

from scanner.errors import IntelError
from scanner.intel import publish
from scanner.model import purl as purls
from scanner.model.campaign import Campaign, Indicator, IndicatorType
from scanner.model.ecosystem import Identity, identity

SCHEMA = 2
_BATCH = 500
TABLES = """
create table meta (key text primary key, value text not null) without rowid;
create table campaign (id text primary key, body blob not null) without rowid;
create table name (name text not null, campaign text not null, primary key (name, campaign)) without rowid;
create table indicator (
    type text not null, key text not null, campaign text not null, number integer not null, body blob not null,
    primary key (type, key, campaign, number)
) without rowid;
create table source (id text primary key, body blob not null) without rowid;
"""

_encode = msgspec.msgpack.encode
_campaigns = msgspec.msgpack.Decoder(Campaign)
_indicators = msgspec.msgpack.Decoder(Indicator)


def package_key(who: Identity) -> str:
    """Packages are filed under family and normalised name: an indicator knows no distribution."""
    return f"{who.family}\0{who.name}"


def build(
    campaigns: Iterable[Campaign],
    path: Path | None,
    *,
    digest: str,
    notes: Mapping[str, str] = {},
    sources: Iterable[tuple[str, bytes]] = (),
) -> IndicatorStore:
    """Compile campaigns into a new store at `path`, replacing it whole; in memory where `path` is `None`.

    `digest` names the text that was compiled: `open_store` refuses a file made from another. `notes` go into `meta`.
    `sources` is what a synchronised list was made from, by its id upstream: so a part of it can be replaced later.
    """
    scratch = None if path is None else path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        connection = sqlite3.connect(":memory:" if scratch is None else scratch, isolation_level=None)
    except sqlite3.Error as error:
        raise IntelError(f"cannot be created: {error}", where=path) from error
    try:
        connection.executescript("pragma journal_mode=off; pragma synchronous=off; begin;" + TABLES)
        for campaign in campaigns:
            _store(connection, campaign)
        connection.executemany("insert or replace into source values (?, ?)", sources)
        meta = {**notes, "schema": str(SCHEMA), "digest": digest}
        connection.executemany("insert into meta values (?, ?)", meta.items())
        connection.execute("commit")
    except BaseException:
        connection.close()
        if scratch is not None:
            scratch.unlink(missing_ok=True)
        raise
    if scratch is None or path is None:
        return IndicatorStore(connection)
    connection.close()
    scratch.replace(path)
    return IndicatorStore(_readonly(path))


def _store(connection: sqlite3.Connection, campaign: Campaign) -> None:
    body = _encode(msgspec.structs.replace(campaign, indicators=()))
    connection.execute("insert or replace into campaign values (?, ?)", (campaign.id, body))
    names = {campaign.id, campaign.name, *campaign.aliases}
    if campaign.actor is not None:
        names |= {campaign.actor.id, campaign.actor.name, *campaign.actor.aliases}
    connection.executemany(
        "insert or ignore into name values (?, ?)", [(name.casefold(), campaign.id) for name in names]
    )
    # Row by row: a list may hold a million.
    connection.executemany("insert into indicator values (?, ?, ?, ?, ?)", _rows(campaign))


def _rows(campaign: Campaign) -> Iterator[tuple[str, str, str, int, bytes]]:
    for number, indicator in enumerate(campaign.indicators):
        key = indicator.value
        if indicator.type is IndicatorType.PACKAGE:
            who = identity(purls.parse(indicator.value))
            if who is None:
                raise IntelError(f"no ecosystem is known for {indicator.value}", where=campaign.id)
            key = package_key(who)
        yield indicator.type.value, key, campaign.id, number, _encode(indicator)


def confirm(path: Path, notes: Mapping[str, str]) -> None:
    """Note in a list's file that it still says what upstream says. The caller holds `publish.writing(path)`."""
    import shutil  # a scan needs it not, and it brings four compressors along

    with publish.replacing(path) as new:
        shutil.copyfile(path, new)
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            connection.execute("pragma journal_mode=off")
            connection.executemany("insert or replace into meta values (?, ?)", notes.items())
        finally:
            connection.close()


def open_store(path: Path, *, digest: str | None = None) -> IndicatorStore | None:
    """The store at `path` if it is of this version and, where a digest is given, compiled from that text."""
    if not path.is_file():
        return None
    connection: sqlite3.Connection | None = None
    try:
        connection = _readonly(path)
        meta = dict(connection.execute("select key, value from meta"))
    except sqlite3.Error:
        if connection is not None:
            connection.close()
        return None  # half a file, or another program's: it is compiled anew
    if meta.get("schema") == str(SCHEMA) and digest in (None, meta.get("digest")):
        return IndicatorStore(connection)
    connection.close()
    return None


def _readonly(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


class IndicatorStore:
    """Read-only view of campaigns and their indicators."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> IndicatorStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def notes(self) -> dict[str, str]:
        """What the file says about itself."""
        return dict(self._connection.execute("select key, value from meta"))

    def sources(self) -> dict[str, bytes]:
        """What a synchronised list was made from, by its id upstream."""
        return dict(self._connection.execute("select id, body from source"))

    def check(self) -> None:
        """Read everything once. Raises `IntelError` where a stranger's file holds what cannot be read."""
        try:
            for _ in self.campaigns():
                pass
            for (body,) in self._connection.execute("select body from indicator"):
                _indicators.decode(body)
        except (sqlite3.Error, msgspec.MsgspecError, TypeError) as error:
            raise IntelError(f"the list is damaged: {error}") from error

    def packages(self, identities: Collection[Identity]) -> dict[Identity, tuple[Indicator, ...]]:
        """Package indicators on each of the identities that has some."""
        # Campaigns name a few thousand packages: fetching the names beats asking for each of a large inventory's.
        known = self.keys(IndicatorType.PACKAGE)
        names = {key.partition("\0")[2] for key in known}
        by_key: dict[str, list[Identity]] = {}
        for who in identities:
            if who.name in names and (key := package_key(who)) in known:
                by_key.setdefault(key, []).append(who)
        found = self.exact(IndicatorType.PACKAGE, by_key)
        return {who: indicators for key, indicators in found.items() for who in by_key[key]}

    def exact(self, type_: IndicatorType, keys: Collection[str]) -> dict[str, tuple[Indicator, ...]]:
        """Indicators of one type whose normalised value is among `keys`."""
        found: dict[str, list[Indicator]] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            rows = self._connection.execute(
                f"select key, body from indicator where type = ? and key in ({marks})",  # noqa: S608 # only marks
                (type_.value, *batch),
            )
            for key, body in rows:
                found.setdefault(key, []).append(_indicators.decode(body))
        return {key: tuple(indicators) for key, indicators in found.items()}

    def keys(self, type_: IndicatorType) -> frozenset[str]:
        """All normalised values of one type."""
        rows = self._connection.execute("select distinct key from indicator where type = ?", (type_.value,))
        return frozenset(key for (key,) in rows)

    def campaign(self, id_: str) -> Campaign | None:
        """One campaign, without its indicators."""
        row = self._connection.execute("select body from campaign where id = ?", (id_,)).fetchone()
        return None if row is None else _campaigns.decode(row[0])

    def campaigns(self) -> Iterator[Campaign]:
        """All campaigns by id, without their indicators."""
        for (body,) in self._connection.execute("select body from campaign order by id"):
            yield _campaigns.decode(body)

    def named(self, name: str) -> tuple[Campaign, ...]:
        """Campaigns that go by a name of their own or of their actor, in any case."""
        rows = self._connection.execute(
            "select c.body from name n join campaign c on c.id = n.campaign where n.name = ? order by c.id",
            (name.casefold(),),
        )
        return tuple(_campaigns.decode(body) for (body,) in rows)

    def names(self) -> frozenset[str]:
        """Every name that `named` answers to."""
        return frozenset(name for (name,) in self._connection.execute("select distinct name from name"))

    def anywhere(self, keys: Collection[str]) -> tuple[Indicator, ...]:
        """Indicators of whatever type that have one of these normalised values: a few keys, hence no batches."""
        types = [type_.value for type_ in IndicatorType]  # named, so that the primary key serves as the index
        rows = self._connection.execute(
            f"select body from indicator where type in ({','.join('?' * len(types))})"  # noqa: S608 # only marks
            f" and key in ({','.join('?' * len(keys))})",
            (*types, *keys),
        )
        return tuple(_indicators.decode(body) for (body,) in rows)

    def containing(self, term: str, *, limit: int) -> tuple[Indicator, ...]:
        """Indicators whose value holds the term, in any case."""
        rows = self._connection.execute(
            "select body from indicator where instr(lower(key), lower(?)) limit ?", (term, limit)
        )
        return tuple(_indicators.decode(body) for (body,) in rows)

    def indicators(self, campaign: str) -> tuple[Indicator, ...]:
        """All indicators of one campaign, in the order of its file."""
        rows = self._connection.execute("select number, body from indicator where campaign = ?", (campaign,))
        return tuple(_indicators.decode(body) for _, body in sorted(rows))

    def digests(self) -> dict[str, str]:
        """Campaign → what changes with its indicators."""
        found = {campaign.id: hashlib.sha256() for campaign in self.campaigns()}
        rows = self._connection.execute("select campaign, body from indicator order by type, key, campaign, number")
        for campaign, body in rows:
            found[campaign].update(body)
        return {campaign: one.hexdigest()[:32] for campaign, one in found.items()}

    def count(self) -> tuple[int, int]:
        """(campaigns, indicators)."""
        campaigns = self._connection.execute("select count(*) from campaign").fetchone()[0]
        return int(campaigns), int(self._connection.execute("select count(*) from indicator").fetchone()[0])
