"""A name for all that is known: while it stays the same, matching a target again would say the same."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import msgspec

from scanner.pipeline import rulebook
from scanner.pipeline.fleet import ruled
from scanner.pipeline.fleet.ruled import Rules
from scanner.pipeline.knowledge import open_library


def name(directory: Path, *, now: datetime, rules: Rules | None = None) -> str:
    """Changes with every synchronisation, added list or new campaign, when a feed grows stale, and with the rules."""
    with open_library(directory, now=now) as library:
        states = sorted(
            (feed.name, feed.records, feed.newest or "", feed.fetched or "", feed.status) for feed in library.searched()
        )
    total = hashlib.sha256(rulebook.digest(rulebook.directory()).encode())
    total.update(msgspec.json.encode(states))
    total.update(ruled.name(rules or Rules(), now=now).encode())
    return total.hexdigest()[:32]
