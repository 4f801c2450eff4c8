"""What workers do one at a time: whoever takes a chore has it for a while, and says at the end when it is next.

Nobody renews it: whoever dies in the middle leaves it alone until its while is over.
"""

from __future__ import annotations

from datetime import datetime

from scanner.fleet.store import keys
from scanner.fleet.store.database import Database, first


def take(database: Database, chore: str, *, until: datetime, now: datetime) -> int | None:
    """The right to do it until then, as a token for `end`; `None` while somebody has it, or its time has not come."""
    name, at = keys.bounded(chore), keys.stamp(now)
    with database.write():
        database.run("insert into chore (chore) values (?) on conflict (chore) do nothing", (name,))
        row = first(
            database.rows(
                "update chore set token = token + 1, free = ? where chore = ? and free <= ? returning token",
                (keys.stamp(until), name, at),
            )
        )
    return None if row is None else int(row[0])


def end(database: Database, chore: str, token: int, *, again: datetime) -> None:
    """Nobody does it until `again`. Nothing happens where somebody else has taken it meanwhile."""
    with database.write():
        database.run(
            "update chore set free = ? where chore = ? and token = ?", (keys.stamp(again), keys.bounded(chore), token)
        )
