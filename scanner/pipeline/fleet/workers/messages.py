"""What the two processes of a worker tell each other: the one that forks the crew, and the one that meets the world."""

from __future__ import annotations

from datetime import datetime

import msgspec

from scanner.pipeline.fleet.looking import Looked


class Wanted(msgspec.Struct, frozen=True):
    """From the queue: look at this."""

    target: int
    intelligence: str


class Done(msgspec.Struct, frozen=True):
    """To the queue: this has been looked at, or is left to others."""

    target: int
    looked: Looked | None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """That the crew lives, and what it is at."""

    looking: int
    waiting: int
    died: int
    """Processes that ended in the middle of a look, since the worker began."""


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What the store said was due."""

    at: datetime
    due: int
    aside: int
    """Targets newly let alone, because whoever looked at them was gone in the middle."""


class Chored(msgspec.Struct, frozen=True, kw_only=True):
    """What came of something that one worker does for all."""

    listed: int = 0
    """Listings that answered."""
    not_listed: int = 0
    told: int = 0
    """Messages that were sent."""
    not_told: int = 0
    """Channels by which something could not be told."""
    exposed: int = 0
    """Targets that turned out to have been hit, before that was known."""
    not_matched: int = 0
    """Times that what is new could not be matched with the past."""


class Stop(msgspec.Struct, frozen=True):
    """Take nothing more."""
