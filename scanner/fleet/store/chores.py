"""What workers do one at a time: whoever takes a chore has it for a while, and says at the end when it is next.

Nobody renews it: whoever dies in the middle leaves it alone until its while is over, or until somebody
sees that he did.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from scanner.fleet.store import keys
from scanner.fleet.store.database import Database


def take(
    database: Database,
    chore: str,
    *,
    until: datetime,
    now: datetime,
    holder: str | None = None,
    dead: Callable[[str], bool] = lambda _: False,
) -> int | None:
    """The right to do it until then, as a token for `end`; `None` while somebody has it, or its time has not come.

    `dead`: whether a holder is gone, as far as can be seen from here.
    """
    name, at = keys.bounded(chore), keys.stamp(now)
    with database.write():
        database.run("insert into chore (chore) values (?) on conflict (chore) do nothing", (name,))
        ((free, by),) = database.rows(
            f"select free, holder from chore where chore = ?{database.words['for_update']}", (name,)
        )
        if at < free <= keys.stamp(now + keys.AHEAD) and (by is None or not dead(by)):
            return None
        ((token,),) = database.rows(
            "update chore set token = token + 1, free = ?, holder = ? where chore = ? returning token",
            (keys.stamp(until), holder, name),
        )
    return int(token)


def end(database: Database, chore: str, token: int, *, again: datetime) -> None:
    """Nobody does it until `again`. Nothing happens where somebody else has taken it meanwhile."""
    with database.write():
        database.run(
            "update chore set free = ?, holder = null where chore = ? and token = ?",
            (keys.stamp(again), keys.bounded(chore), token),
        )
