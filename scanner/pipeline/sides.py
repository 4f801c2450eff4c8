"""pratique diff: two sides that a person names → what the change between them brings, and what is known of that."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from scanner.errors import InputError
from scanner.matching import tampering
from scanner.matching.compare import compare
from scanner.matching.standing import stand
from scanner.matching.tampering import Change, World
from scanner.model import purl as purls
from scanner.model.component import Component, Location, Problem
from scanner.model.ecosystem import full_name
from scanner.model.finding import Finding, FindingClass, Standing
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.model.report import Coverage, Report
from scanner.model.tree import Tree
from scanner.pipeline import diff, popular, scan
from scanner.pipeline import inventory as inventories
from scanner.pipeline import source as sources
from scanner.pipeline.diff import Judged, Pair
from scanner.pipeline.files import Content
from scanner.policy import gate as gates
from scanner.policy import verdict as verdicts
from scanner.policy.gate import Gate
from scanner.registries import hosts
from scanner.targets import trees
from scanner.targets.trees import GitTree


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a comparison needs to know beside its sides."""

    intel_directory: Path
    gate: Gate = gates.DEFAULT
    repository: Path = Path()
    """Where `REV:path` is looked up."""
    source: str | None = None
    """What the new side claims to be made of: see `pipeline.source`."""
    release: Callable[..., Tree] | None = None
    """The tree of a side that is a purl; is given its text and `problems`."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    progress: Callable[[str], None] = lambda _: None
    environ: Mapping[str, str] = os.environ
    home: Path = msgspec.field(default_factory=Path.home)


def judge(old: str, new: str, settings: Settings) -> Report:
    """Judge the change from one side to the other. Raises `InputError` when a side is none."""
    started = settings.now()
    problems: list[Problem] = []
    release = None if settings.release is None else partial(settings.release, problems=problems)
    with ExitStack() as stack:
        settings.progress("reading both sides")
        before = trees.open_side(old, settings.repository, stack, problems, release)
        after = trees.open_side(new, settings.repository, stack, problems, release)
        problems += _submodules(before, after)
        made_of = None if settings.source is None else sources.open_source(settings.source, after, stack, problems)
        judging = diff.Settings(environ=settings.environ, progress=settings.progress)
        (judged,) = diff.changes([Pair(old=before, new=after, source=made_of)], judging)
        known = _known(before, after, judged, settings, started)
    findings = (*known.findings, *judged.findings)
    coverage = _coverage(judged, known.coverage, problems)
    status, reasons = verdicts.exit_status(findings, coverage, settings.gate)
    return msgspec.structs.replace(
        known,
        target=after.name,
        base=before.name,
        finished=settings.now().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        verdict=verdicts.verdict(findings, coverage),
        exit_code=status,
        reasons=reasons,
        closing=verdicts.closing(findings, settings.gate),
        findings=findings,
        coverage=coverage,
    )


def _submodules(old: Tree, new: Tree) -> Iterator[Problem]:
    was, now = (side.submodules if isinstance(side, GitTree) else {} for side in (old, new))
    yield from (trees.moved_submodule(path) for path, commit in now.items() if was.get(path) != commit)


def _coverage(judged: Judged, known: Coverage, problems: list[Problem]) -> Coverage:
    told = {problem.where for problem in (*problems, *judged.problems)}
    return msgspec.structs.replace(
        known,
        files=judged.files,
        # Nobody asked about vulnerabilities here: a feed that was never synchronised is no gap.
        feeds=tuple(feed for feed in known.feeds if feed.status != "missing"),
        problems=(*problems, *judged.problems, *(one for one in known.problems if one.where not in told)),
        changes_judged=len(judged.files) + judged.unchanged,
    )


def _known(old: Tree, new: Tree, judged: Judged, settings: Settings, started: datetime) -> Report:
    """What the new side brings that is a known compromise, or odd about what it depends on."""
    paths = [one.path for one in judged.files]
    scanning = scan.Settings(
        intel_directory=settings.intel_directory, gate=settings.gate, now=settings.now, progress=settings.progress,
        environ=settings.environ, home=settings.home, code=False,
    )  # fmt: skip
    after = _readings(new, paths)
    report = scan.check(
        Inventory(readings=(*after.values(), *_named(new))),
        scanning, target=new.name, started=started, contents=list(_contents(new, paths)),
    )  # fmt: skip
    before = _readings(old, after)
    met = [path for one in report.findings if one.component is None for path in _places(one)]
    earlier = scan.check(
        Inventory(readings=(*before.values(), *_named(old))),
        scanning, target=old.name, started=started, contents=list(_contents(old, met)),
    )  # fmt: skip
    told, _ = stand(earlier.findings, report.findings, {})
    compromises = (one for one in told if one.class_ is FindingClass.COMPROMISE and one.weighed)
    return msgspec.structs.replace(report, findings=(*compromises, *_odd(before, after, settings)))


def _odd(before: Mapping[str, Reading], after: Mapping[str, Reading], settings: Settings) -> Iterator[Finding]:
    changes = (
        Change(change, before.get(path), reading)
        for path, reading in after.items()
        for change in compare(path, before[path].components if path in before else (), reading.components)
    )
    foreign = hosts.foreign_host(settings.environ, settings.home)
    world = World(foreign_host=foreign, popular=popular.ours().names)
    for finding in tampering.findings(changes, world, inventories.lines):
        yield msgspec.structs.replace(finding, standing=Standing.INTRODUCED)


def _readings(tree: Tree, paths: Iterable[str]) -> dict[str, Reading]:
    """The lockfiles, manifests and SBOMs among these files of a side."""

    def sibling(path: str) -> bytes | None:
        try:
            return tree.read(path) if path in tree.entries else None
        except InputError:
            return None

    found: dict[str, Reading] = {}
    for path in paths:
        entry = tree.entries.get(path)
        if entry is None or entry.link is not None or not inventories.worth_reading(path):
            continue
        reading = inventories.read_source(path, partial(tree.read, path), sibling)
        if reading is not None:
            found[path] = reading
    return found


def _named(tree: Tree) -> Iterator[Reading]:
    """A side that was named by its purl is that release."""
    if not tree.name.startswith("pkg:"):
        return
    purl = purls.parse(tree.name)
    # The same place on both sides: from one release to the next it is the same package.
    place = str(purl.without_version())
    itself = Component(name=full_name(purl), version=purl.version, purl=purl, location=Location(place))
    yield Reading(path=place, reader="purl", status=ReadStatus.READ, components=(itself,))


def _contents(tree: Tree, paths: Iterable[str]) -> Iterator[Content]:
    for path in dict.fromkeys(paths):
        entry = tree.entries.get(path)
        if entry is not None and entry.link is None:
            yield Content(path, partial(tree.read, path))


def _places(finding: Finding) -> Iterator[str]:
    yield from (one.location.path.partition("!/")[0] for one in finding.evidence)
