"""A time, as documents of others write it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime


def utc(value: object) -> datetime | None:
    """A text in RFC 3339, or a time that was decoded already, in UTC; `None` for anything else."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(found, datetime):
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def latest(values: Iterable[object]) -> datetime | None:
    """The latest of those that can be read."""
    return max(filter(None, map(utc, values)), default=None)
