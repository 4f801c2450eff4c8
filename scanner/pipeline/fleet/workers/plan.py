"""What a worker is to do."""

from __future__ import annotations

import msgspec

from scanner.pipeline.fleet import listing, noticing
from scanner.pipeline.fleet.looking import Settings


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """As the command line says it; handed to the processes of the worker."""

    where: str
    """The store."""
    shown: str
    """The same, without a password."""
    settings: Settings
    jobs: int
    backlog: int
    """No more than so many targets wait in the queue, or in the worker where there is none."""
    queue: bool
    """Whether others work beside it, on the same PostgreSQL."""
    listings: listing.Settings
    notices: noticing.Settings | None
    """`None`: people are told by somebody else."""
