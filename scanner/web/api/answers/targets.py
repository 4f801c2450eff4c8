"""Targets, and what each held."""

from __future__ import annotations

from datetime import datetime

from scanner.fleet.store import values
from scanner.model.component import Component, Origin, Scope
from scanner.model.report import Verdict
from scanner.pipeline.fleet.standing import Standing
from scanner.web.api.answers.base import Answer, NotChecked, Text


class Target(Answer):
    """A repository, folder or SBOM that is looked at again and again."""

    id: int
    """Its number."""
    address: Text
    """URL or path."""
    kind: Text
    """git-url, git, folder or sbom."""
    owner: Text | None
    """Who answers for it."""
    labels: list[Text]
    """Words to choose targets by."""
    every_hours: float | None
    """Hours from one look to the next; `null` where nobody looks unless somebody asks."""
    added: datetime
    """When it was added."""
    revision: Text | None
    """Commit or digest of the last snapshot; `null` before the first."""
    taken: datetime | None
    """When that snapshot was taken."""
    checked: datetime | None
    """When somebody last looked, be it only to see that nothing had changed."""
    failures: int
    """How often in a row looking at it failed."""
    failure: Text | None
    """Why it failed last."""
    verdict: Verdict | None
    """Of the last look, with what was decided since; `null` before the first."""
    open_findings: int | None
    """Findings that are there now and count; near misses are left out."""
    silenced_findings: int | None
    """Findings that are there now and are set aside."""
    components: int | None
    """Packages that the last look read."""

    @classmethod
    def of(cls, target: values.Target, stands: Standing | None) -> Target:
        return cls(
            id=target.id,
            address=target.address,
            kind=target.kind,
            owner=target.owner,
            labels=sorted(target.labels),
            every_hours=None if target.every is None else target.every / 3600,
            added=target.added,
            revision=target.revision,
            taken=target.taken,
            checked=target.checked,
            failures=target.failures,
            failure=target.failure,
            verdict=None if stands is None else stands.verdict,
            open_findings=None if stands is None else stands.open,
            silenced_findings=None if stands is None else stands.silenced,
            components=None if stands is None else stands.components,
        )


class TargetPage(Answer):
    """Some targets, by number."""

    targets: list[Target]
    """By number."""
    next: str | None
    """`after` of the next page; `null` where this is the last one."""


class SnapshotLine(Answer):
    """A look at a target that found it changed, or knew more."""

    number: int
    """Counted from 1 for each target."""
    revision: Text
    """Commit or digest."""
    taken: datetime
    """When."""
    tool: Text
    """Version of pratique."""
    intelligence: Text
    """Name of what was known then."""
    complete: bool
    """Everything that should have been checked was."""

    @classmethod
    def of(cls, kept: values.Kept) -> SnapshotLine:
        return cls(
            number=kept.number,
            revision=kept.revision,
            taken=kept.taken,
            tool=kept.tool,
            intelligence=kept.intelligence,
            complete=kept.coverage.complete,
        )


class SnapshotList(Answer):
    """The newest snapshots of a target."""

    snapshots: list[SnapshotLine]
    """Newest first."""


class TargetCoverage(Answer):
    """What the last look at a target was able to see."""

    snapshot: int
    """Number of the snapshot."""
    taken: datetime
    """When."""
    complete: bool
    """Everything that should have been checked was."""
    components_read: int
    """Packages that were read."""
    components_checked: int
    """Packages that could be checked."""
    problems: list[NotChecked]
    """What could not be, the first thousand."""
    problems_in_all: int
    """How many there are."""


class InventoryLine(Answer):
    """A package in a file of a target."""

    package: Text
    """Package URL, else its name and version."""
    name: Text
    """As the file writes it."""
    version: Text | None
    """Exact version, where one is pinned."""
    constraint: Text | None
    """What is required, where no version is pinned."""
    path: Text
    """File in the target."""
    scope: Scope
    """When it is needed."""
    origin: Origin
    """Where it comes from."""

    @classmethod
    def of(cls, component: Component) -> InventoryLine:
        return cls(
            package=component.package,
            name=component.name,
            version=component.version,
            constraint=component.constraint,
            path=component.location.path,
            scope=component.scope,
            origin=component.origin,
        )


class InventoryPage(Answer):
    """What a target held at a moment."""

    count: int
    """Packages in all."""
    components: list[InventoryLine]
    """By file, then by name."""
    next: str | None
    """`after` of the next page; `null` where this is the last one."""
