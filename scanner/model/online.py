"""What a scan asked a service on the network, and what it kept to itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from scanner.model.component import Problem


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger of `--online`."""

    url: str
    sent: tuple[str, ...] = ()
    """Every name that left this machine, as `ecosystem/name`. Versions never do."""
    known: int = 0
    """Names that were asked lately: the answer was at hand, nothing was sent."""
    withheld: tuple[str, ...] = ()
    """Names that stayed here: of an internal scope, or not from a public registry."""
    records: int = 0


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the user allows."""

    url: str
    internal: tuple[str, ...] = ()
    """Patterns of names that never leave the machine: `@corp/*`, `com.corp:*`."""
    announce: Callable[[Asked], None]
    """Told what is about to be sent, before it is."""


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it, for one scan."""

    directory: Path | None = None
    """Feeds to open beside those on the disk."""
    asked: Asked | None = None
    problems: tuple[Problem, ...] = ()
