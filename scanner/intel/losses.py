"""What a new state of a feed no longer says: records that were withdrawn, and records that vanished."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import msgspec

from scanner.intel import schema
from scanner.intel.store import read_meta

_TOLD = 50

_FROM = (
    " FROM main.advisory AS old LEFT JOIN new.advisory AS now ON now.id = old.id"
    " WHERE NOT old.withdrawn AND (now.id IS NULL OR now.withdrawn)"
)


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """One record that matches no more."""

    id: str
    withdrawn: bool
    """Whether upstream says so; else it is simply not there any more."""
    malicious: bool
    packages: tuple[str, ...]
    """What it named, as it spelled it."""


class Losses(msgspec.Struct, frozen=True, kw_only=True):
    """All of them counted, the first told: reports of malice before others."""

    withdrawn: int = 0
    vanished: int = 0
    told: tuple[Gone, ...] = ()


def between(old: Path, new: Path) -> Losses:
    """Compare two states of one feed. An old file that is missing or damaged said nothing."""
    if not old.exists():
        return Losses()
    try:
        with closing(sqlite3.connect(_uri(old), uri=True)) as connection:
            connection.execute("ATTACH ? AS new", (_uri(new),))
            withdrawn, vanished = connection.execute(f"SELECT count(now.id), sum(now.id IS NULL){_FROM}").fetchone()
            rows = connection.execute(
                f"SELECT old.id, now.id IS NOT NULL, old.malicious + old.promoted AS malice, old.text{_FROM}"
                " ORDER BY malice DESC, old.id LIMIT ?",
                (_TOLD,),
            )
            dictionary = bytes(read_meta(connection)["dictionary"])
            told = tuple(
                Gone(id=id_, withdrawn=bool(withdrawn_), malicious=bool(malice), packages=_named(text, dictionary))
                for id_, withdrawn_, malice, text in rows
            )
            return Losses(withdrawn=withdrawn, vanished=vanished or 0, told=told)
    except (sqlite3.Error, ValueError, KeyError):
        return Losses()


def _named(text: bytes, dictionary: bytes) -> tuple[str, ...]:
    try:
        advisory = schema.unpack_text(text, dictionary, 0)
    except (zlib.error, msgspec.MsgspecError, IndexError):
        return ()
    return tuple(dict.fromkeys(affected.spelled for affected in advisory.affected))


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"
