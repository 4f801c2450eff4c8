"""Published claims that some versions of a package are bad. Semantics: https://ossf.github.io/osv-schema/"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from scanner.model.ecosystem import Identity


class AdvisoryKind(StrEnum):
    MALICIOUS = "malicious"
    """The package, or these versions of it, were made or changed to do harm."""
    VULNERABILITY = "vulnerability"


class EventKind(StrEnum):
    INTRODUCED = "introduced"
    FIXED = "fixed"
    LAST_AFFECTED = "last_affected"
    LIMIT = "limit"


class Event(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One turn in a range. `introduced: "0"` stands before every version."""

    kind: EventKind
    version: str


class VersionRange(msgspec.Struct, frozen=True, array_like=True):
    """One OSV range of type SEMVER or ECOSYSTEM. Several windows may stand in one range; order carries no meaning."""

    events: tuple[Event, ...]


class GitRange(msgspec.Struct, frozen=True, array_like=True):
    """One OSV range of type GIT: commits of a repository. Only commits that are named are matched."""

    repository: str
    events: tuple[Event, ...]


class Affected(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What one advisory says about one package: the compact part that matching needs."""

    identity: Identity
    spelled: str
    """The package's name as the record writes it."""
    advisory: str
    """The advisory's id."""
    kind: AdvisoryKind
    versions: tuple[str, ...] = ()
    """Versions that are affected literally."""
    ranges: tuple[VersionRange, ...] = ()
    git_ranges: tuple[GitRange, ...] = ()

    @property
    def every_version(self) -> bool:
        """True where the name itself is bad: some range begins at 0 and never ends."""
        return any(
            all(event.kind is EventKind.INTRODUCED for event in range_.events)
            and any(event.version == "0" for event in range_.events)
            for range_ in self.ranges
        )


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A page that supports a claim."""

    url: str
    title: str | None = None
    publisher: str | None = None
    date: str | None = None


class Advisory(msgspec.Struct, frozen=True, kw_only=True):
    """One record, whole. Read from the store for hits only."""

    id: str
    kind: AdvisoryKind
    modified: str
    """RFC 3339, as the record has it."""
    published: str | None = None
    withdrawn: str | None = None
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    summary: str = ""
    details: str = ""
    severity: tuple[tuple[str, str], ...] = ()
    """(type, score): ("CVSS_V3", "CVSS:3.1/AV:N/…")."""
    score: float | None = None
    """The highest of these scores: worked out when the record is stored, since that takes longer than all the rest."""
    severity_word: str | None = None
    """The database's own word ("HIGH"), where it gives no vector."""
    references: tuple[Reference, ...] = ()
    affected: tuple[Affected, ...] = ()
    origins: tuple[str, ...] = ()
    """Who reported it, where the record says (malicious-packages-origins)."""
