"""Findings: one component or file matched by one fact, with the evidence."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec

from scanner.model.advisory import Advisory
from scanner.model.campaign import Campaign, Indicator
from scanner.model.component import Component, Location
from scanner.model.exploitation import Exploitation
from scanner.model.signal import Brought


class FindingClass(StrEnum):
    COMPROMISE = "compromise"
    SUSPICIOUS_CHANGE = "suspicious-change"
    INTEGRITY = "integrity"
    VULNERABILITY = "vulnerability"
    HYGIENE = "hygiene"


class State(StrEnum):
    CERTAIN = "certain"
    """This very version, or this very digest."""
    POSSIBLE = "possible"
    """A range that admits it, a version that is not pinned, a source that is not the registry."""
    NEAR_MISS = "near-miss"
    """The package, at another version."""


class Standing(StrEnum):
    """How a finding stands to the state that a change begins from."""

    INTRODUCED = "introduced"
    STILL = "still"
    """It was there before, as sure and as grave: of the same package at another version, or in a file that moved."""
    GONE = "gone"


class Severity(IntEnum):
    """Ordered; the wire word is `word`."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        return self.name.lower()


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Where it was seen, and what exactly."""

    location: Location
    value: str
    """What was matched, as found."""
    excerpt: str | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Which record says so, and how old the knowledge is."""

    feed: str
    """ "osv/npm", "pratique/campaigns", or the name of the user's list."""
    record: str
    """Advisory or campaign id."""
    advisory: Advisory | None = None
    indicator: Indicator | None = None


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody decided that a finding does not count."""

    reason: str
    expires: str
    """The last day on which it counts; "" where it has no end."""
    by: str | None = None
    where: str | None = None
    stated: str | None = None
    """`not_affected` or `fixed`, where a VEX statement says so."""
    justification: str | None = None
    """Why it does no harm here, in OpenVEX's word (`component_not_present`), where such a statement gives one."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One component or file matched by one fact, or by several that say the same."""

    id: str
    """Stable fingerprint: the same fact about the same package in the same file, whatever the line."""
    class_: FindingClass
    state: State
    severity: Severity
    title: str
    reason: str
    """How the match was made, and why the state is not higher: one sentence."""
    component: Component | None
    claims: tuple[Claim, ...]
    campaign: Campaign | None = None
    evidence: tuple[Evidence, ...] = ()
    introduced_through: tuple[tuple[str, ...], ...] = ()
    """Dependency paths, root first; empty when the source has no graph or no path in it."""
    what_to_do: str = ""
    exploitation: Exploitation | None = None
    """Vulnerabilities: whether it is exploited, and how likely it is to be, where those feeds are there."""
    suppressed: Suppression | None = None
    standing: Standing | None = None
    """With a base: whether the change brings it; `None` where nothing was compared."""
    brings: Brought | None = None
    """Of code: what it can now, and when it runs."""

    @property
    def weighed(self) -> bool:
        """Whether verdict and gate look at it. What stood before a change counts only where a compromise is certain.

        Nobody merges a lockfile that still holds one, even from one bad version to the next.
        """
        sure = self.class_ is FindingClass.COMPROMISE and self.state is State.CERTAIN
        return self.suppressed is None and (self.standing is not Standing.STILL or sure)
