"""Were we ever exposed, from which commit to which: what the history of a repository shows of each finding."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class EventKind(StrEnum):
    """What a commit does to an exposure."""

    PRESENT = "present"
    """It was there already where the part of the history that was looked at begins."""
    INTRODUCED = "introduced"
    """The commit brings it; none of its parents has it."""
    MERGED = "merged"
    """The merge brings it to the line of its first parent."""
    REMOVED = "removed"
    """A parent has it, the commit has not."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A commit, as it describes itself: anybody can write any name and any time into one."""

    commit: str
    time: str
    """When it was committed, RFC 3339."""
    author: str
    authored: str
    subject: str


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an exposure."""

    kind: EventKind
    at: Moment
    moved: str | None = None
    """The same commit moves the file from (introduced) or to (removed) this path."""


class Exposure(msgspec.Struct, frozen=True, kw_only=True):
    """One finding over time."""

    finding: str
    """Id of the finding that says what, why and who."""
    path: str
    first: Moment
    """The first commit, by time, that holds it."""
    last: Moment
    """The last commit, by time, that holds it."""
    commits: int
    """How many of the commits that were looked at hold it."""
    events: tuple[Event, ...]
    """Oldest first."""
    still_in: tuple[str, ...]
    """Refs whose present state holds it."""
    reached: tuple[str, ...]
    """Refs that have a commit with it in their history, those of `still_in` among them."""
    window: tuple[str | None, str | None] = (None, None)
    """When the campaign is known to have been seen: (first, last)."""
    in_window: bool | None = None
    """Whether exposure and window overlap; `None` where the window is not known."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and what it shows."""

    since: str
    """As it was asked for."""
    begins: str | None
    """RFC 3339 time of the oldest commit that was looked at."""
    refs: tuple[str, ...]
    commits: int
    versions: int
    """Different versions of lockfiles, manifests and SBOMs that were read."""
    exposures: tuple[Exposure, ...]
