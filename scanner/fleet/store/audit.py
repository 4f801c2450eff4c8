"""Who did what, when, from where: entries are added, and nothing here changes or deletes one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from scanner.fleet.store import keys
from scanner.fleet.store.database import Database


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One entry."""

    id: int
    at: datetime
    who: str
    """A person; what they called themselves where they were refused."""
    how: str
    """How they came: bearer, token, oidc, link; `shell` from the command line."""
    what: str
    """A word: signed-in, refused, token-added, decided, exported …"""
    target: str | None
    """What it was done to."""
    address: str | None
    """From where."""
    detail: str | None


def note(
    database: Database,
    *,
    at: datetime,
    who: str,
    how: str,
    what: str,
    target: str | None,
    address: str | None,
    detail: str | None,
) -> None:
    """Add an entry."""
    values = [None if value is None else keys.bounded(value) for value in (who, how, what, target, address, detail)]
    database.run(
        "insert into audit (at, who, how, what, target, address, detail) values (?, ?, ?, ?, ?, ?, ?)",
        (keys.stamp(at), *values),
    )


def notes(
    database: Database, *, who: str | None, what: str | None, since: datetime | None, before: int | None, limit: int
) -> tuple[Note, ...]:
    """The newest entries first; `before`: the id of the last one seen."""
    where, values = ["true"], list[Any]()
    for test, value in (
        ("who = ?", who),
        ("what = ?", what),
        ("at >= ?", None if since is None else keys.stamp(since)),
        ("id < ?", before),
    ):
        if value is not None:
            where.append(test)
            values.append(value)
    rows = database.rows(
        f"select id, at, who, how, what, target, address, detail from audit where {' and '.join(where)}"
        " order by id desc limit ?",
        (*values, limit),
    )
    return tuple(
        Note(
            id=row[0], at=keys.moment(row[1]), who=row[2], how=row[3], what=row[4], target=row[5], address=row[6],
            detail=row[7],
        )
        for row in rows
    )  # fmt: skip
