"""What a change brings: components that come, go or become others, between two states of a target."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from scanner.model.component import Component
from scanner.model.finding import Finding


class Step(StrEnum):
    """What happened to a package in one file."""

    ADDED = "added"
    UPDATED = "updated"
    DOWNGRADED = "downgraded"
    REPLACED = "replaced"
    """Another version, of which nobody can say whether it is older or newer."""
    REQUIRED = "required"
    """The requirement is another; which version that will be, this file does not say."""
    MOVED = "moved"
    """The same version, from another source."""
    REDIGESTED = "redigested"
    """The same version with another digest."""
    REMOVED = "removed"


class ComponentChange(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One package of one file that is not as it was."""

    step: Step
    path: str
    """The file, as it is called now; of a removed one, as it was called."""
    before: Component | None
    after: Component | None

    @property
    def component(self) -> Component:
        """What there is of it, the newer first."""
        found = self.after or self.before
        assert found is not None
        return found


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two revisions, and what lies between them."""

    base: str
    """The revision as it was asked for."""
    base_commit: str
    head: str
    head_commit: str
    begins: str
    """The commit that the change is told from: where head left the base's history, or the base itself."""
    changes: tuple[ComponentChange, ...] = ()
    gone: tuple[Finding, ...] = ()
    """What was found at the beginning and is no more."""
    files_changed: int = 0
    """Files of any kind that are not the same on both sides."""
    sources_unchanged: int = 0
    """SBOMs, lockfiles and manifests that are the same on both sides: they were not read."""
