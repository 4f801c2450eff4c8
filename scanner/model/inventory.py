"""What a target holds: the sources that were read, and what each of them said."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from scanner.model.component import Component, Graph, Problem


class ReadStatus(StrEnum):
    READ = "read"
    PARTIAL = "partial"
    """Read, but something in it was lost: see the problems."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """Seen and left alone, with the reason."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One source and what was read out of it."""

    path: str
    reader: str
    """Name of the parser; "" where none claimed the file."""
    status: ReadStatus
    components: tuple[Component, ...] = ()
    subject: Component | None = None
    subject_parts: tuple[Component, ...] = ()
    """Components that stand inside the subject and not in the source's list."""
    graph: Graph | None = None
    problems: tuple[Problem, ...] = ()
    reason: str | None = None
    again: Callable[[], bytes] = bytes
    """Reads the source once more, for finding lines when somebody asks. Raises `InputError` when it is gone."""


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a target ships, by source."""

    readings: tuple[Reading, ...]
    problems: tuple[Problem, ...] = ()
    """Problems of the target as a whole: a folder that may not be opened, a limit reached."""
    looked_for: int = 0
    """Files that were looked at, claimed or not."""
