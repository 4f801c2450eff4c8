"""scan --base REV: what a change brings, told from git objects: components, and findings introduced, still there, gone.

Nothing is checked out; see targets.git_process for why reading a stranger's repository is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scanner.errors import InputError
from scanner.matching import tampering, young
from scanner.matching.standing import stand
from scanner.matching.tampering import Change, World
from scanner.model.comparison import Comparison, ComponentChange
from scanner.model.component import Problem
from scanner.model.finding import Finding, Standing
from scanner.model.report import CodeState, Report
from scanner.pipeline import base_policy, base_sources, policed, popular, scan
from scanner.pipeline import inventory as inventories
from scanner.pipeline.base_sides import Sides
from scanner.pipeline.files import Content
from scanner.pipeline.scan import Settings
from scanner.pipeline.told import Told
from scanner.policy import verdict
from scanner.targets.git_objects import Repository, open_repository

if TYPE_CHECKING:
    from scanner.pipeline.deep import Deep


def scan_base(
    target: Path,
    base: str,
    settings: Settings,
    *,
    head: str = "HEAD",
    deep: Deep | None = None,
    internal: Sequence[str] = (),
    cool_down: float = 3.0,
) -> Report:
    """Compare `head` with where it left `base`, and judge what that brings. What is not committed is no part of it.

    `deep`: the releases of dependencies that it adds or updates are compared as well. `internal`: patterns of names
    that are ours, and that no public registry should serve. `cool_down`: days for which a release is too young.

    Raises `InputError` where there is no repository or no such revision, `EngineError` where git fails.
    """
    started = settings.now()
    with open_repository(target) as repository:
        prefix = f"{repository.layout.prefix}/" if repository.layout.prefix else ""
        asked, tip = repository.resolve(base), repository.resolve(head)
        problems = [*repository.refs.problems]
        settings = base_policy.obeyed(repository, settings, base, asked, started, problems)
        if settings.policy is not None:
            internal = (*internal, *settings.policy.internal)
            deep = None if deep is None else msgspec.structs.replace(deep, internal=tuple(internal))
        begins = _begins(repository, asked, tip, base, problems)
        settings.progress("what differs")
        differing = repository.changed(tip, begins)
        sources = base_sources.read(repository, begins, tip, differing, repository.tree(tip), prefix, settings.progress)
        changed = list(sources.changes())
        changes = tuple(change.of for change in changed)
        inside = [change for change in differing if change.path.startswith(prefix)]
        now = {change.path.removeprefix(prefix): change.after for change in inside}
        report = scan.check(
            sources.after(),
            settings,
            target=target.as_posix(),
            started=started,
            contents=list(_contents(repository, now, now.keys())),
            decide=False,
        )
        then = {change.path.removeprefix(prefix): change.before for change in inside}
        before = scan.check(
            sources.before(frozenset(_names(changes, report.findings))),
            settings,
            target=base,
            started=started,
            contents=list(_contents(repository, then, _places(report.findings, sources.moved))),
            decide=False,
        )
        sides = Sides(
            repository=repository, begins=begins, tip=tip, folder=repository.layout.prefix, base=base,
            changed=frozenset(change.path.removeprefix(prefix) for change in inside),
            further=policed.vendored(settings),
        )  # fmt: skip
        cool = timedelta(days=cool_down)
        told = _code(sides, changes, settings, problems, deep=deep, cool_down=cool)
        said = {one.id for one in told.findings}  # by a registry, which knows better than a lock
        fresh = [one for one in young.by_lock(changed, started, cool, inventories.lines) if one.id not in said]
        odd = tuple(_tampering(changed, settings, internal))
        weaker = tuple(base_policy.changes(repository, begins, tip, started))
        there = repository.root(asked)
        asks = settings.policy is not None and bool(settings.policy.autorun)
        had = {path for path in now if asks and repository.find(there, prefix + path) is not None}
    findings, gone = stand(before.findings, report.findings, sources.moved)
    brought = (msgspec.structs.replace(one, standing=Standing.INTRODUCED) for one in told.findings)
    findings = (*findings, *odd, *fresh, *brought)
    coverage = msgspec.structs.replace(
        report.coverage,
        problems=(*report.coverage.problems, *sources.problems, *problems, *told.problems),
        code=told.state,
        changes_judged=len(inside),
    )
    decided = policed.decide(findings, settings, sources.after(), started=started, whole=False, had=had.__contains__)
    findings = (*decided.findings, *weaker)
    status, reasons = verdict.exit_status(findings, coverage, settings.gate)
    return msgspec.structs.replace(
        report,
        policy=decided.policy,
        vex=decided.vex,
        base=base,
        findings=findings,
        coverage=coverage,
        verdict=verdict.verdict(findings, coverage),
        exit_code=status,
        reasons=reasons,
        closing=verdict.closing(findings, settings.gate),
        comparison=Comparison(
            base=base,
            base_commit=asked,
            head=head,
            head_commit=tip,
            begins=begins,
            changes=changes,
            gone=gone,
            files_changed=len(inside),
            sources_unchanged=sources.unchanged,
        ),
    )


def _tampering(changed: Sequence[Change], settings: Settings, internal: Sequence[str]) -> Iterator[Finding]:
    """What is odd about the lockfiles themselves."""
    world = World(
        foreign_host=policed.foreign_host(settings),
        internal=internal,
        popular=popular.ours().names,
    )
    return tampering.findings(changed, world, inventories.lines)


def _code(
    sides: Sides,
    changes: Sequence[ComponentChange],
    settings: Settings,
    problems: list[Problem],
    *,
    deep: Deep | None,
    cool_down: timedelta,
) -> Told:
    """What the code that the change brings is found to do: in the repository and, `deep`, of its dependencies."""
    if not settings.code:
        return Told(state=CodeState(packages=0, switched_off=True))
    # Imported here: the judgement of code is half of the program.
    from scanner.pipeline import base_code, diff, judged_pairs
    from scanner.pipeline import deep as releases

    found = list(base_code.pairs(sides, problems))
    facts: list[Finding] = []
    if deep is not None:
        found += releases.pairs(changes, deep, settings, problems, facts, cool_down=cool_down)
    judging = diff.Settings(environ=settings.environ, progress=settings.progress, whole_limit=settings.code_limit)
    told = judged_pairs.judge(judging, found)
    return msgspec.structs.replace(told, findings=(*told.findings, *facts))


def _begins(repository: Repository, base: str, head: str, asked: str, problems: list[Problem]) -> str:
    """Where `head` left `base`: what happened on the base since then is not the change's doing."""
    try:
        found = repository.merge_base(base, head)
    except InputError as error:
        problems.append(Problem(where=asked, what=error.what, hint=error.hint, harmless=True))
        found = None
    if found is not None:
        return found
    shallow = bool(repository.layout.shallow)
    problems.append(
        Problem(
            where=asked,
            what="no commit that both sides come from is in this copy: compared with the base itself, "
            "so that what happened there since may look like this change's doing",
            hint="git fetch --unshallow; in a CI job fetch-depth: 0" if shallow else None,
            harmless=True,
        )
    )
    return base


def _contents(repository: Repository, blobs: Mapping[str, str | None], paths: Iterable[str]) -> Iterator[Content]:
    """The files at these paths, for the search of files."""
    for path in paths:
        if (blob := blobs.get(path)) is not None:
            yield Content(path, partial(repository.blob, blob))


def _places(findings: Iterable[Finding], moved: Mapping[str, str]) -> set[str]:
    """Where the old side is searched: at what was met in files now. Elsewhere nothing is new by that."""
    paths = (one.location.path for finding in findings if finding.component is None for one in finding.evidence)
    return {moved.get(path, path).partition("!/")[0] for path in paths}


def _names(changes: Iterable[ComponentChange], findings: Iterable[Finding]) -> Iterable[str]:
    """Names that the old side is asked about: what changed, and what is found now."""
    for change in changes:
        yield from (one.name.lower() for one in (change.before, change.after) if one is not None)
    yield from (finding.component.name.lower() for finding in findings if finding.component is not None)
