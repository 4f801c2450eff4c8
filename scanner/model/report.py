"""What a scan found, what it looked at, and what it could not see."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from scanner.model.comparison import Comparison
from scanner.model.component import Component, Problem
from scanner.model.finding import Finding
from scanner.model.history import History
from scanner.model.inventory import Inventory, ReadStatus
from scanner.model.online import Asked


class Verdict(StrEnum):
    """The one-word answer for a target, worst first."""

    COMPROMISED = "compromised"
    SUSPICIOUS = "suspicious"
    VULNERABLE = "vulnerable"
    INCOMPLETE = "incomplete"
    CLEAR = "clear"


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    """One feed that the target was checked against."""

    name: str
    records: int
    newest: str | None
    """RFC 3339 time of the newest record."""
    fetched: str | None
    age_hours: float | None
    """Since it was fetched; `None` for what travels inside the package."""
    status: str
    """fresh, stale, embedded, missing or broken."""


class FileState(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was claimed by a reader, or should have been."""

    path: str
    reader: str
    status: ReadStatus
    components: int
    reason: str | None = None


class Unmatchable(msgspec.Struct, frozen=True, kw_only=True):
    """A component about which nothing could be said."""

    component: Component
    reason: str


class CodeState(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the code of others that lies in the target."""

    packages: int
    compared: int = 0
    """Packages that were laid beside their pristine release."""
    whole: tuple[str, ...] = ()
    """Packages that were judged whole, by root: there was nothing to compare with."""
    files: int = 0
    identical: int = 0
    """Files that are those of the release, and were not scanned."""
    judged: int = 0
    switched_off: bool = False
    """Nothing of it was looked at, because somebody said so."""


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger: what was read, what was checked, and what could not be."""

    files: tuple[FileState, ...]
    components_read: int
    components_checked: int
    unmatchable: tuple[Unmatchable, ...]
    feeds: tuple[FeedState, ...]
    problems: tuple[Problem, ...]
    files_searched: int = 0
    """Files whose bytes were searched for indicators, members of archives included."""
    bytes_searched: int = 0
    online: Asked | None = None
    """What left the machine; `None` where nothing was asked on the network."""
    changes_judged: int | None = None
    """Files of both sides that a comparison looked at; `None` where nothing was compared."""

    code: CodeState | None = None
    """Of vendored and installed code; `None` where there is none."""

    @property
    def complete(self) -> bool:
        """Whether everything that should have been checked was."""
        return (
            (self.components_checked > 0 or self.changes_judged is not None)
            and not self.unmatchable
            and not any(not problem.harmless for problem in self.problems)
            and not any(feed.status in ("stale", "missing", "broken") for feed in self.feeds)
        )


class PolicyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A suppression of a policy that suppresses nothing here."""

    where: str
    """File and line."""
    means: str
    """What it is about."""
    reason: str
    expires: str
    by: str | None = None


class PolicyState(msgspec.Struct, frozen=True, kw_only=True):
    """Which policy was obeyed, and what came of it."""

    obeyed: tuple[tuple[str, str], ...] = ()
    """(file as people call it, its SHA-256)."""
    left_alone: tuple[str, ...] = ()
    """Policies that lie in the target: whoever wrote the target wrote them, so nobody obeys them unasked."""
    suppressed: int = 0
    """Findings that it suppresses."""
    expired: tuple[PolicyEntry, ...] = ()
    unused: tuple[PolicyEntry, ...] = ()
    """Those that mean nothing here; of a change, which shows a part of the whole, nobody can tell."""


class VexState(msgspec.Struct, frozen=True, kw_only=True):
    """One VEX document, and what came of it."""

    path: str
    format: str
    digest: str
    statements: int
    used: int
    """Statements that set a finding aside."""
    notes: tuple[Problem, ...] = ()
    """Statements that speak of what was found and set nothing aside, and those that could not be read."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer."""

    target: str
    base: str | None
    started: str
    finished: str
    verdict: Verdict
    exit_code: int
    reasons: tuple[str, ...]
    """Why the exit status is what it is, in words."""
    findings: tuple[Finding, ...]
    closing: tuple[str, ...] = ()
    """Ids of the findings that close the gate."""
    coverage: Coverage
    history: History | None = None
    """Of `--history`: what became of each finding over time."""
    comparison: Comparison | None = None
    """Of `--base`: what the change brings."""
    policy: PolicyState | None = None
    """`None` where there is none, neither obeyed nor in the target."""
    vex: tuple[VexState, ...] = ()
    inventory: Inventory | None = None
    """Every component that was read; kept only where a format asks for it."""
