"""Times as they are written for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


@overload
def rfc3339(time: datetime) -> str: ...
@overload
def rfc3339(time: None) -> None: ...
def rfc3339(time: datetime | None) -> str | None:
    """RFC 3339 to the second, in UTC: `2026-11-30T11:18:34Z`."""
    return None if time is None else time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
