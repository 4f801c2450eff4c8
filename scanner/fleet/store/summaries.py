"""What the store answers to those who look at many targets at once: pages, sums, spans."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from scanner.fleet.store.values import Covered, Stored, Target
from scanner.model.finding import FindingClass, Severity, State


class Order(StrEnum):
    """In which order findings are paged."""

    WORST = "worst"
    """The gravest first; of one severity compromises first."""
    NEWEST = "newest"
    """Those that were found last first."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some findings, and where the next ones begin."""

    findings: tuple[Stored, ...]
    next: str | None
    """What `after` is to be for the next page; `None` where this is the last."""


class Outbreak(msgspec.Struct, frozen=True, kw_only=True):
    """How far one campaign reached: what looks at targets found, and what was there before it was known.

    Near misses do not count.
    """

    campaign: str
    open: int
    """Findings that are there now."""
    exposed: int
    """Targets that have something of it now."""
    ever: int
    """Targets that have or had something of it."""
    before_known: int = 0
    """Of them, those of which no look found it: it was there before it was known."""
    first: datetime
    last: datetime
    """When something of it was last seen."""


class Exposure(msgspec.Struct, frozen=True, kw_only=True):
    """One target that a campaign reached."""

    target: int
    address: str
    owner: str | None
    certain: bool
    """Whether the very version or digest was there, in one file at least."""
    open: int
    findings: int
    """0: it was there before it was known, and no look found it."""
    packages: tuple[str, ...]
    """Package URLs, the first few."""
    first: datetime
    last: datetime
    gone: datetime | None
    """Since when nothing of it is there any more."""


class Outbroken(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign: its targets, and what happened day by day."""

    outbreak: Outbreak
    exposures: tuple[Exposure, ...]
    """By target, those behind `after`."""
    days: tuple[Day, ...]
    """The days on which something happened, oldest first; the newest thousand of them."""


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package by name, and how far it is spread."""

    ecosystem: str
    """Without suffix; "" where nothing is known of it."""
    name: str
    """As it is normalised for comparison."""
    versions: tuple[str, ...]
    """As they are written, the first hundred in the order of their letters; "" where none is named."""
    now: int
    """Targets that hold it."""
    ever: int
    more: bool
    """There are more versions or more targets than were counted."""


class Packages(msgspec.Struct, frozen=True, kw_only=True):
    """Some packages, and where the next ones begin."""

    packages: tuple[Package, ...]
    next: str | None


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """Findings of one target that a verdict does not tell apart."""

    class_: FindingClass
    state: State
    severity: Severity
    silenced: bool
    count: int


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """What a target's verdict follows from. Near misses are left out."""

    target: int
    coverage: Covered
    kinds: tuple[Kind, ...]
    """What is open."""


class Lagging(msgspec.Struct, frozen=True, kw_only=True):
    """Targets that something is amiss with."""

    count: int
    first: tuple[Target, ...]
    """The first few, those that have waited longest first."""


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How far what the store says of its targets can be trusted to be today's."""

    targets: int
    never: Lagging
    """Never looked at with success."""
    failing: Lagging
    """The last look failed."""
    overdue: Lagging
    """A look is due for longer than the target's own interval."""
    incomplete: Lagging
    """The last look could not see everything."""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at a target changed, told by its gravest finding."""

    at: datetime
    target: int
    address: str
    what: str
    """introduced, gone, reopened, or surer than before."""
    count: int
    finding: str
    class_: FindingClass
    state: State
    severity: Severity
    title: str


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How far something reaches."""

    findings: int
    targets: int
    more: bool = False
    """There are more than were counted."""


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is."""

    targets: int
    snapshots: int
    sources: int
    components: int
    held: int
    """Components in sources, each content counted once."""
    spans: int
    open_findings: Mapping[str, int]
    """Class → number."""
    bytes: int


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What one day changed, and what stood at its end."""

    day: str
    introduced: int
    gone: int
    reopened: int
    open: int


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """What retention deleted."""

    snapshots: int
    spans: int
    findings: int
    sources: int
    components: int
