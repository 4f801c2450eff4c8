"""Attestations: what somebody signed about how a release was built, and whether we believe it."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class AttestationState(StrEnum):
    """What is known of a release's attestation."""

    VERIFIED = "verified"
    FAILED = "failed"
    """It is there and does not hold: of another artefact, by another hand, or damaged."""
    ABSENT = "absent"
    """The registry says that there is none."""
    UNKNOWN = "unknown"
    """It could not be had, or not be judged by what is installed here."""


class AttestationKind(StrEnum):
    NPM_PROVENANCE = "npm-provenance"
    NPM_PUBLISH = "npm-publish"
    """The registry's own word that it took the package in: nothing of how it was built."""
    PEP740 = "pep740"


class Attestation(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the attestation of one artefact. Who built it is filled in only where it was verified."""

    state: AttestationState
    why: str
    """In plain words: what was verified, or what stands against it."""
    kind: AttestationKind | None = None
    repository: str | None = None
    """The source, as the certificate has it: `https://host/owner/name`."""
    commit: str | None = None
    ref: str | None = None
    workflow: str | None = None
    issuer: str | None = None
    """Who vouched for the identity of the builder."""
    builder: str | None = None
    """The runner: "github-hosted", "self-hosted"."""
    predicate_type: str | None = None


class RepositoryClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A source repository that somebody names for a component, without a signature."""

    addresses: tuple[str, ...]
    by_registry: bool
    """Else by the SBOM."""
    checked_by_registry: bool = False
    """The registry compares it with the attestation before it takes a release in, as npm's does."""


class EarlierRelease(msgspec.Struct, frozen=True, kw_only=True):
    """The release before, where its registry holds an attestation for it."""

    version: str
    delivered: bool = False
    """It is that of the last delivery; else the one below it in the registry."""
    publisher: str | None = None
    publisher_now: str | None = None

    @property
    def other_publisher(self) -> bool:
        """Whether somebody else published the later one. Not said is not otherwise."""
        return None not in (self.publisher, self.publisher_now) and self.publisher != self.publisher_now
