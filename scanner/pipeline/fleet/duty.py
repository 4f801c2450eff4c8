"""What is to be looked at now, as the store has it: it alone is the truth, whatever a queue has lost or has twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from scanner.fleet.store import Store
from scanner.fleet.store.values import Target
from scanner.pipeline.fleet import leasing


class Aside(NamedTuple):
    """A target that is let alone for a time: whoever looked at it was gone in the middle, again and again."""

    target: Target
    wait: timedelta


class Duty(NamedTuple):
    due: tuple[int, ...]
    """Those that have waited longest first."""
    aside: tuple[Aside, ...]


def find(store: Store, *, now: datetime, intelligence: str, limit: int) -> Duty:
    """Targets that are due and that nobody holds. Of those that somebody held and never gave back, that is noted."""
    due: list[int] = []
    aside: list[Aside] = []
    for one in store.due(now=now, intelligence=intelligence, limit=limit):
        wait = timedelta() if one.target.leased is None else leasing.lost(store, one.target, now=now)
        if wait == timedelta():
            due.append(one.target.id)
        elif wait is not None:
            aside.append(Aside(one.target, wait))
    return Duty(tuple(due), tuple(aside))
