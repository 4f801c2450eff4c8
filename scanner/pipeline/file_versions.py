"""Every version of every lockfile, manifest and SBOM of a history: each is parsed once, each package matched once.

A version is a path with a blob and, where a format is spread over files, the blobs beside it that its reader asked for.
Lockfiles of one project differ by a few lines, so a component is matched when it is met first, however many versions
hold it; what a version then keeps is its hits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from scanner import matching
from scanner.matching import ForeignHost, Knowledge
from scanner.model.component import Component, Location, Problem
from scanner.model.ecosystem import Identity, identity
from scanner.model.finding import Finding, FindingClass, State
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.model.report import Unmatchable
from scanner.pipeline.revision import Revision
from scanner.targets.git_objects import Repository

_MOST_WAITING = 50_000
_MOST_REMEMBERED = 3_000_000
"""Different components held in memory; more are matched again."""

Key = tuple[str, ...]
"""What makes two findings in one file the same: class, package, version, origin, vulnerability."""


class Hit(NamedTuple):
    """One component of a version that something is known about."""

    key: Key
    state: State
    identity: Identity | None
    pinned: bool
    """Whether the source says which version it is."""


@dataclass(slots=True, eq=False)
class Version:
    """One file as it stood for a time."""

    path: str
    blob: str
    beside: tuple[tuple[str, str | None], ...] = ()
    """(path, blob) of what its reader asked for: another version where they differ."""
    reader: str = ""
    status: ReadStatus = ReadStatus.READ
    components: int = 0
    hits: tuple[Hit, ...] = ()
    waiting: list[int] = field(default_factory=list)
    """Numbers of its components, until they are matched."""


def key_of(finding: Finding) -> Key:
    """The same for the same finding in every version of its file."""
    component = finding.component
    if component is None:
        return (finding.class_, finding.title)
    name = component.name if component.purl is None else str(component.purl.without_version())
    record = finding.claims[0].record if finding.class_ is FindingClass.VULNERABILITY else ""
    return (finding.class_, name, component.version or component.constraint or "", component.origin, record)


class Versions:
    """Reads versions, and matches what they hold in batches."""

    def __init__(
        self,
        repository: Repository,
        knowledge: Knowledge,
        *,
        prefix: str,
        foreign_host: ForeignHost,
        concerns: Callable[[Finding], bool],
    ) -> None:
        self._repository = repository
        self._knowledge = knowledge
        self._foreign_host = foreign_host
        self._concerns = concerns
        self._prefix = prefix
        """The target's folder in the repository, with `/` at the end, or "": paths are shown, and end, there."""
        self._known: dict[tuple[str, str], list[Version]] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._hits: dict[int, tuple[Hit, ...]] = {}
        self._new: list[tuple[int, Component]] = []
        self._waiting: list[Version] = []
        self._problems: dict[tuple[str, str], tuple[Problem, int]] = {}
        self.asked: dict[str, set[str]] = {}
        """Path that some reader asked for → paths of those who did."""
        self.all: list[Version] = []
        self.unmatchable: list[Unmatchable] = []
        self.ecosystems: set[str] = set()
        self.different = 0
        """Components that differ in anything but place."""

    def at(self, path: str, blob: str, tree: str, commit: str) -> Version:
        """The version of `path` in a tree, read if it has not been yet. Paths are those of the repository."""
        revision = Revision(self._repository, tree, self._prefix)
        for version in self._known.get((path, blob), ()):
            if all(revision.blob(other) == theirs for other, theirs in version.beside):
                return version
        return self._read(path, blob, tree, commit)

    def reading(self, path: str, blob: str, tree: str) -> tuple[Reading | None, dict[str, str | None]]:
        """What a version says, and which files beside it were asked for. Raises `InputError` for a missing blob."""
        return Revision(self._repository, tree, self._prefix).reading(path, blob)

    def shown(self, path: str) -> str:
        """A path of the repository as the target's own."""
        return path.removeprefix(self._prefix)

    def _read(self, path: str, blob: str, tree: str, commit: str) -> Version:
        reading, beside = self.reading(path, blob, tree)
        version = Version(path, blob, tuple(beside.items()))
        self._known.setdefault((path, blob), []).append(version)
        for other in beside:
            self.asked.setdefault(other, set()).add(path)
        if reading is None:
            return version
        version.reader = reading.reader
        version.status = reading.status
        version.components = len(reading.components)
        self.all.append(version)
        for problem in reading.problems:
            key = (path, problem.what)
            first, count = self._problems.get(key, (None, 0))
            kept = first or msgspec.structs.replace(problem, where=f"{problem.where} at {commit[:12]}")
            self._problems[key] = (kept, count + 1)
        for component in matching.shipped(Inventory(readings=(reading,))):
            version.waiting.append(self._number(component))
        self._waiting.append(version)
        if len(self._new) > _MOST_WAITING or len(self._waiting) > 500:
            self.flush()
        return version

    def _number(self, component: Component) -> int:
        what = (
            component.name, component.version, component.constraint, component.purl, component.origin,
            component.digests, component.source_url, component.cpes, component.supplier, component.urls,
        )  # fmt: skip
        number = self._numbers.get(what)
        if number is None:
            number = self._numbers[what] = self.different
            self.different += 1
            self._new.append((number, component))
        return number

    def flush(self) -> None:
        """Match what has not been matched yet."""
        if self._new:
            self._match()
        for version in self._waiting:
            hits = dict.fromkeys(hit for number in version.waiting for hit in self._hits.get(number, ()))
            version.hits = tuple(hits)
            version.waiting = []
        self._waiting.clear()
        self._new.clear()
        if len(self._numbers) > _MOST_REMEMBERED:
            self._numbers.clear()

    def _match(self) -> None:
        # Each stands in a folder of its own: what pins what is the business of each commit (see `history`).
        alone = [msgspec.structs.replace(one, location=Location(f"{number}/")) for number, one in self._new]
        reading = Reading(path="", reader="", status=ReadStatus.READ, components=tuple(alone))
        outcome = matching.match(
            Inventory(readings=(reading,)),
            self._knowledge,
            foreign_host=self._foreign_host,
            located=lambda one: [component.location for component in one.components],
        )
        self.ecosystems |= outcome.ecosystems
        originals = dict(self._new)
        for finding in outcome.findings:
            component = finding.component
            # A near miss of a compromise says which version is pinned, even where it is not told.
            if component is None or not (self._concerns(finding) or finding.class_ is FindingClass.COMPROMISE):
                continue
            number = int(component.location.path.rstrip("/"))
            who = None if component.purl is None else identity(component.purl)
            hit = Hit(key_of(finding), finding.state, who, component.version is not None)
            self._hits[number] = (*self._hits.get(number, ()), hit)
        for item in outcome.unmatchable:
            original = originals[int(item.component.location.path.rstrip("/"))]
            self.unmatchable.append(Unmatchable(component=original, reason=item.reason))

    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with some version, once for each file, however many versions have it."""
        return tuple(
            problem
            if count == 1
            else msgspec.structs.replace(
                problem, what=f"{problem.what}; so in {count} versions of the file", line=problem.line
            )
            for problem, count in self._problems.values()
        )
