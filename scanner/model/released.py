"""What a registry answers about the releases that an SBOM lists, and what that says of the SBOM."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from scanner.model.attestation import Attestation, EarlierRelease
from scanner.model.component import Component


class ReleaseState(StrEnum):
    """Whether a registry has a version."""

    PRESENT = "present"
    REMOVED = "removed"
    """It was there once: the registry says so, or said earlier that it had it."""
    NEVER_PUBLISHED = "never-published"
    """The registry keeps a record of removed versions, and this one is not in it."""
    ABSENT = "absent"
    """It is not there. Whether it ever was, this registry does not tell."""
    NO_PACKAGE = "no-package"
    NOT_ASKED = "not-asked"


class DigestState(StrEnum):
    """How the digests of an SBOM stand to those that the registry publishes."""

    SAME = "same"
    DIFFERS = "differs"
    NONE_IN_COMMON = "none-in-common"
    """Both have some, by no algorithm that is the same."""
    NONE = "none"
    """One side has none."""


class ReleaseAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a registry said of one version at one moment: facts that are small enough to be kept."""

    state: ReleaseState
    registry: str
    """Host."""
    note: str = ""
    """Its words on a version that it does not have."""
    digests: tuple[str, ...] = ()
    """Of every file of the version, as `Component.digests`."""
    published: datetime | None = None
    """When the first file of it was."""
    withdrawn: str | None = None
    repository: str | None = None
    maintainers: tuple[str, ...] = ()
    publisher: str | None = None
    attested: bool | None = None
    """Whether any file of it has an attestation."""
    attestation: Attestation | None = None
    earlier: EarlierRelease | None = None
    judged: tuple[str, ...] = ()
    """Digests of the file whose attestation that is."""
    judged_by: str = ""
    """The trust root; "" where there was nothing to verify."""


class ReleaseCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One component of an SBOM, compared with what its registry says of it."""

    component: Component
    state: ReleaseState
    reason: str = ""
    """Why it was not asked, or what the registry says of a version that it does not have."""
    digest: DigestState = DigestState.NONE
    registry: str = ""
    """Host of the registry that answered."""
    published: datetime | None = None
    withdrawn: str | None = None
    repository: str | None = None
    maintainers: tuple[str, ...] = ()
    asked: datetime | None = None
    """When the answer was given."""
    attestation: Attestation | None = None
    earlier: EarlierRelease | None = None
    """A release before, where it had an attestation that this one lacks."""
    digests: tuple[str, ...] = ()
    """Those that the registry publishes."""
    younger: bool = False
    """It was published after the SBOM says that it was made."""


class MaintainerChange(msgspec.Struct, frozen=True, kw_only=True):
    """A package that other people may release than at the time of the last delivery."""

    before: Component
    after: Component
    were: tuple[str, ...]
    are: tuple[str, ...]
