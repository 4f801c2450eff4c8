"""scan --history: every version of what a repository's commits ship → were we ever exposed, from when to when?

Everything is read from git objects, without a checkout; see targets.git_process for why that is safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from scanner.errors import InputError, UsageError
from scanner.model.component import Problem
from scanner.model.history import History
from scanner.model.inventory import Inventory, ReadStatus
from scanner.model.report import Coverage, FileState, Report
from scanner.pipeline import exposures, history_states, history_told, scan
from scanner.pipeline.file_versions import Version, Versions
from scanner.pipeline.knowledge import open_library
from scanner.pipeline.scan import Settings
from scanner.policy import incident, verdict
from scanner.registries import hosts
from scanner.targets.git_objects import Commit, Repository, open_repository

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2}(?:[T ][\d:.]{4,15}(?:Z|[+-]\d{2}:?\d{2})?)?)?)?\Z")
_SPAN = re.compile(r"(\d{1,5})([dw])\Z")
_MOST_COMMITS = 2_000_000


def scan_history(target: Path, since: str, settings: Settings, *, this_branch: bool = False) -> Report:
    """Look at every commit since a date or a revision (or `all`), on all refs or on HEAD alone.

    Raises `InputError` where there is no repository, commit or such revision, `EngineError` where git fails.
    """
    started = settings.now()
    with open_repository(target) as repository, open_library(settings.intel_directory, now=started) as library:
        problems = [*repository.refs.problems]
        tips = repository.tips(problems)
        if this_branch:
            tips = {name: tip for name, tip in tips.items() if name == "HEAD"}
        if not tips:
            raise InputError("there is no commit yet", where=target)
        commits = _commits(repository, tips, since, started)
        versions = Versions(
            repository,
            library.knowledge,
            prefix=_folder(repository),
            foreign_host=hosts.foreign_host(settings.environ, settings.home),
            concerns=lambda finding: incident.concerns(finding, settings.gate),
        )
        steps = list(history_states.steps(repository, versions, commits, settings.progress))
        versions.flush()
        ledger = history_states.Ledger()
        masks = history_states.masks(steps, ledger, near=incident.wants_near_misses(settings.gate))
        traces = exposures.trace(commits, masks, tips, cut=frozenset(repository.layout.shallow))
        examples = history_told.Examples(repository, versions, ledger)
        report = scan.check(
            Inventory(readings=tuple(examples.readings())),
            settings,
            target=target.as_posix(),
            started=started,
            ecosystems=frozenset(versions.ecosystems),
        )
        findings, told = history_told.tell(repository, examples, ledger, traces, report.findings)
        problems += [*_limits(repository), *versions.problems()]
    if not versions.all:
        what = f"no SBOM, lockfile or manifest in any of {len(commits)} commits"
        problems.append(Problem(where=target.as_posix(), what=what))
    coverage = _coverage(report.coverage, versions, problems)
    status, reasons = verdict.exit_status(findings, coverage, settings.gate)
    return msgspec.structs.replace(
        report,
        findings=findings,
        coverage=coverage,
        verdict=verdict.verdict(findings, coverage),
        exit_code=status,
        reasons=reasons,
        closing=verdict.closing(findings, settings.gate),
        history=History(
            since=since,
            begins=min(commit.time for commit in commits).isoformat().replace("+00:00", "Z") if commits else None,
            refs=tuple(sorted(tips)),
            commits=len(commits),
            versions=len(versions.all),
            exposures=told,
        ),
    )


def _commits(repository: Repository, tips: Mapping[str, str], since: str, now: datetime) -> list[Commit]:
    """The part of the history that was asked for, parents first."""
    time, after = _time(since, now), None
    if time is None and since != "all":
        after = repository.resolve(since)
    every: list[Commit] = []
    for commit in repository.commits(frozenset(tips.values())):
        every.append(commit)
        if len(every) > _MOST_COMMITS:
            raise InputError(f"more than {_MOST_COMMITS} commits", where=repository.layout.root, hint="--this-branch")
    if after is not None and all(commit.id != after for commit in every):
        raise InputError(f"{since!r} is not in the history of what is looked at", hint="another revision, or a date")
    return exposures.select(every, tips, since=time, after=after)


def _time(text: str, now: datetime) -> datetime | None:
    """A time out of `2026-03-31`, `2026-03`, an RFC 3339 time, `90d` or `12w`; `None` for what may be a revision."""
    if span := _SPAN.match(text):
        return now - timedelta(days=int(span[1]) * (7 if span[2] == "w" else 1))
    if not _DATE.match(text):
        return None
    padded = text if len(text) > 7 else (text + "-01-01")[:10]
    try:
        time = datetime.fromisoformat(padded)
    except ValueError as error:
        hint = "2026-03-31, 90d, a revision, or all"
        raise UsageError(f"{text!r} is no date", where="--history", hint=hint) from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _folder(repository: Repository) -> str:
    """The target's folder within the repository, with `/` at its end."""
    layout = repository.layout
    inside = layout.prefix if (layout.root / layout.prefix).is_dir() else layout.prefix.rpartition("/")[0]
    return f"{inside}/" if inside else ""


def _limits(repository: Repository) -> Iterator[Problem]:
    """What this copy of the repository cannot show."""
    layout = repository.layout
    if layout.shallow:
        yield Problem(
            where=layout.root.as_posix(),
            what=f"a shallow clone: its history breaks off at {len(layout.shallow)} commits",
            hint="git fetch --unshallow; in a CI job fetch-depth: 0",
        )
    if layout.partial:
        yield Problem(
            where=layout.root.as_posix(),
            what="a partial clone: what was left on the server is not fetched, and each file missing is told",
            harmless=True,
        )


def _coverage(judged: Coverage, versions: Versions, problems: list[Problem]) -> Coverage:
    files: dict[str, list[Version]] = {}
    for version in versions.all:
        files.setdefault(versions.shown(version.path), []).append(version)
    return msgspec.structs.replace(
        judged,
        files=tuple(_file(path, of_it) for path, of_it in sorted(files.items())),
        components_read=versions.different,
        components_checked=versions.different - len({id(item.component) for item in versions.unmatchable}),
        unmatchable=tuple(versions.unmatchable),
        problems=(*judged.problems, *problems),
    )


def _file(path: str, versions: list[Version]) -> FileState:
    """One line of the ledger for all versions of a file."""
    lost = [version for version in versions if version.status in (ReadStatus.FAILED, ReadStatus.PARTIAL)]
    status = ReadStatus.READ
    if lost:
        status = ReadStatus.FAILED if all(one.status is ReadStatus.FAILED for one in versions) else ReadStatus.PARTIAL
    return FileState(
        path=path,
        reader=versions[-1].reader,
        status=status,
        components=max(version.components for version in versions),
        reason=f"{len(lost)} of {len(versions)} versions were not read in full" if lost else None,
    )
