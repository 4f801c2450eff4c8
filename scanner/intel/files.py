"""The files of an intelligence directory: which there are, of what kind, and what each says about itself.

<source>/<ecosystem>.sqlite     advisories of one feed             (schema.py)
added/campaigns/<id>.sqlite     a list that somebody added         (indicators.py)
kev.sqlite, epss.sqlite         what is exploited, what may be     (exploited.py)
campaigns.sqlite                pratique's own campaigns, compiled: made anew at will, hence not listed here
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from enum import StrEnum
from pathlib import Path, PurePosixPath

import msgspec

from scanner.errors import IntelError
from scanner.intel import attack, exploited, indicators, schema

SOURCE = r"[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?"
_FEED = rf"{SOURCE}/{SOURCE}\.sqlite\Z"
_LIST = rf"added/campaigns/{SOURCE}\.sqlite\Z"


class Kind(StrEnum):
    FEED = "feed"
    LIST = "list"
    EXPLOITED = "exploited"
    ATTACK = "attack"


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """One file, and what it says about itself."""

    path: str
    """Relative to the directory, with slashes."""
    kind: Kind
    source: str
    """Where its content came from."""
    records: int
    newest: str | None
    fetched: str
    """RFC 3339: when it was last known to say what its source says."""

    @property
    def name(self) -> str:
        """ "osv/npm", "added/my-list", "kev"."""
        return self.path.removesuffix(".sqlite").replace("added/campaigns/", "added/")


def kind_of(relative: str) -> Kind | None:
    """What lies at that relative path; `None` where nothing of ours does. A path that climbs is none of ours."""
    if relative in (f"{name}.sqlite" for name in exploited.NAMES):
        return Kind.EXPLOITED
    if relative == attack.FILE:
        return Kind.ATTACK
    if re.match(_LIST, relative):
        return Kind.LIST
    return Kind.FEED if re.match(_FEED, relative) else None


def present(directory: Path) -> Iterator[tuple[str, Path]]:
    """(relative path, path) of every file, sorted."""
    for path in sorted((*directory.glob("*.sqlite"), *directory.glob("*/*.sqlite"), *directory.glob("*/*/*.sqlite"))):
        relative = path.relative_to(directory).as_posix()
        if kind_of(relative) is not None:
            yield relative, path


def added_path(directory: Path, id_: str) -> Path:
    """Where the added list of that id lies."""
    return directory / "added" / "campaigns" / f"{id_}.sqlite"


def describe(path: Path, relative: str) -> Stored:
    """What the file at `path` says about itself, were it at `relative`. Raises `IntelError` where it is not whole."""
    kind = kind_of(relative)
    if kind is None:
        raise IntelError(f"{relative!r} is no place of ours", where=path)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            rows = connection.execute("SELECT key, value FROM meta")
            meta = {key: value if isinstance(value, str) else bytes(value).decode() for key, value in rows
                    if key != "dictionary"}  # fmt: skip
            return _stored(relative, kind, meta, connection)
    except (sqlite3.Error, KeyError, ValueError, TypeError) as error:
        raise IntelError(f"the file is damaged, or of another version: {error}", where=path) from error


def verify(path: Path, kind: Kind) -> None:
    """Check a stranger's file: intact, and of our tables only, so that no view or trigger runs when it is asked.

    Raises `IntelError`.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = 0")
            if not _objects(connection) <= _expected(kind):
                raise IntelError("it holds other tables than ours", where=path)
            if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise IntelError("the file is damaged", where=path)
    except sqlite3.Error as error:
        raise IntelError(f"the file is damaged: {error}", where=path) from error


def _stored(relative: str, kind: Kind, meta: Mapping[str, str], connection: sqlite3.Connection) -> Stored:
    version = {
        Kind.FEED: schema.VERSION,
        Kind.LIST: str(indicators.SCHEMA),
        Kind.EXPLOITED: exploited.VERSION,
        Kind.ATTACK: attack.SCHEMA,
    }[kind]
    if meta["schema"] != version:
        raise ValueError(f"schema {meta['schema']}")
    records = (
        connection.execute("SELECT count(*) FROM indicator").fetchone()[0]
        if kind is Kind.LIST
        else int(meta["records"])
    )
    return Stored(
        path=PurePosixPath(relative).as_posix(),
        kind=kind,
        source=meta["source"],
        records=records,
        newest=meta.get("newest") or None,
        fetched=meta["fetched"],
    )


def _expected(kind: Kind) -> set[tuple[str, str, str]]:
    script = {
        Kind.FEED: schema.TABLES + schema.INDEX,
        Kind.LIST: indicators.TABLES,
        Kind.EXPLOITED: exploited.TABLES,
        Kind.ATTACK: attack.TABLES,
    }[kind]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(script)
        return _objects(connection)


def _objects(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    return {(type_, name, sql or "") for type_, name, sql in connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
    )}  # fmt: skip
