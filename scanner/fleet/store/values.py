"""What goes into the store and what comes out of it, target by target; sums over many are in `summaries`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

import msgspec

from scanner.model.campaign import Indicator
from scanner.model.component import Component, Problem
from scanner.model.finding import Finding, FindingClass, Severity, State, Suppression
from scanner.model.ruling import SILENCING, Ruling


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is looked at again and again: a repository, a folder, an SBOM."""

    id: int
    address: str
    """URL or path, as it was added."""
    kind: str
    """ "git", "folder", "sbom": whoever scans knows."""
    owner: str | None
    """Who is told when something is found."""
    every: int | None
    """Seconds from one look to the next; `None` where it is looked at only when somebody asks."""
    labels: frozenset[str]
    added: datetime
    revision: str | None
    """Commit or SBOM digest of the last snapshot; `None` before the first."""
    tool: str | None
    intelligence: str | None
    taken: datetime | None
    """When that snapshot was taken."""
    checked: datetime | None
    """When somebody last looked, be it only to see that nothing had changed."""
    worker: str | None
    """Who holds the lease."""
    leased: datetime | None
    """Until when."""
    failures: int
    """How often in a row looking at it failed."""
    failure: str | None
    not_before: datetime | None
    """After a failure: when to try again."""


class Why(StrEnum):
    """Why a target is due."""

    NEW = "new"
    TIME = "time"
    INTELLIGENCE = "intelligence"
    """What is known has changed since: match again, without reading again."""


class Due(msgspec.Struct, frozen=True):
    target: Target
    why: Why


class Lease(msgspec.Struct, frozen=True):
    """The right to record what one target holds, until somebody else gets a newer one."""

    target: int
    token: int


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a target and what it holds."""

    path: str
    content: bytes
    """Raw digest of everything that was read, files beside it included where the reader looked at them."""
    reader: str
    """Which reader read it, in which version: another one may have read something else out of the same content."""
    components: tuple[Component, ...] | None
    """`None` where the store has it already (`Store.known`)."""


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a target was able to see."""

    complete: bool
    read: int = 0
    checked: int = 0
    problems: tuple[Problem, ...] = ()


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A target at one moment, by one version of the program and of what was known."""

    revision: str
    """Commit, or digest of an SBOM."""
    taken: datetime
    tool: str
    intelligence: str
    sources: tuple[Held, ...]
    findings: tuple[Finding, ...]
    coverage: Covered
    unread: frozenset[str] = frozenset()
    """Paths that are there and could not be read: what was known of them still stands."""
    partial: bool = False
    """The target was not seen whole: what was not seen may still be there, and nothing is called gone."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a snapshot, and which findings changed by it."""

    number: int
    """Counted from 1 for each target."""
    new: bool
    """False where the last snapshot was the same: nothing was written but when somebody last looked."""
    introduced: tuple[str, ...] = ()
    surer: tuple[str, ...] = ()
    """There before, and meant with more certainty now."""
    gone: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot as the store tells it."""

    number: int
    revision: str
    taken: datetime
    tool: str
    intelligence: str
    coverage: Covered


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One component in one file of one target, from the first snapshot that shows it to the last."""

    target: int
    address: str
    owner: str | None
    path: str
    component: Component
    first: datetime
    last: datetime
    gone: datetime | None
    """The first snapshot without it; `None` where it is still there."""


class Struck(msgspec.Struct, frozen=True, kw_only=True):
    """A sighting that an indicator means."""

    indicator: Indicator
    sighting: Sighting
    state: State
    reason: str


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A finding over time."""

    target: int
    address: str
    finding: Finding
    first: datetime
    last: datetime
    gone: datetime | None
    reopened: int
    """How often it came back."""
    owner: str | None
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    expires: datetime | None
    """The first moment at which the decision counts no more."""
    decided_state: State | None = None
    """How sure the finding was when somebody decided."""

    def decided(self, now: datetime) -> bool:
        """Whether somebody decided, and it counts still."""
        undecided = self.decision in (None, Ruling.WITHDRAWN)
        return not undecided and (self.expires is None or self.expires > now)

    def expired(self, now: datetime) -> bool:
        """Whether what was decided, or stated, counts no more because its time is over."""
        over = self.decision is not None and self.expires is not None and self.expires <= now
        stated = self.finding.suppressed
        return over or (stated is not None and stands_until(stated) <= now)

    def at(self, now: datetime) -> Finding:
        """The finding as it counts at a moment: set aside by what stands then, and by nothing that is over.

        A decision that has no end sets nothing aside, nor does one on a finding that has become surer since.
        """
        stated = self.finding.suppressed
        if stated is not None and stands_until(stated) > now:
            return self.finding
        return msgspec.structs.replace(self.finding, suppressed=self._silenced(now))

    def _silenced(self, now: datetime) -> Suppression | None:
        if self.decision not in SILENCING or self.expires is None or self.expires <= now:
            return None
        states = list(State)
        if self.decided_state is not None and states.index(self.finding.state) < states.index(self.decided_state):
            return None
        last = (self.expires - timedelta(microseconds=1)).astimezone(UTC).date().isoformat()
        return Suppression(reason=f"{self.decision}: {self.reason}", expires=last, by=self.decided_by, where=IN_STORE)


IN_STORE = "the fleet's decisions"
"""Where a suppression stands that somebody decided on in the fleet."""
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


def stands_until(suppression: Suppression) -> datetime:
    """The first moment at which it counts no more; far away where it has no end."""
    return after(date.fromisoformat(suppression.expires)) if suppression.expires else _FAR


def after(day: date) -> datetime:
    """The moment at which a day, the last on which something counts, is over."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Which findings are wanted; what is `None` does not narrow it."""

    target: int | None = None
    class_: FindingClass | None = None
    least: Severity | None = None
    state: State | None = None
    campaign: str | None = None
    owner: str | None = None
    label: str | None = None
    package: str | None = None
    """Package URL, as findings have it: with the version."""
    open: bool | None = True
    decided: bool | None = None
    """Somebody decided on it, and what he decided counts at `now`."""
    silenced: bool | None = None
    """A decision, policy or statement sets it aside at `now`."""
    now: datetime | None = None
    """The moment that `decided` and `silenced` speak of; they need it."""
    near_misses: bool = True
    """Whether those count that name a package at another version."""
    text: str | None = None
    """A part of title, package URL or path, in any case."""
    since: datetime | None = None
    """Found first at this moment or later."""
    before: datetime | None = None
    """Found first before it."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a finding."""

    target: int
    finding: str
    at: datetime
    what: str
    """introduced, gone, reopened, or surer than before."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decided on a finding, and why."""

    target: int
    finding: str
    at: datetime
    by: str
    what: str
    reason: str
    expires: datetime | None = None
