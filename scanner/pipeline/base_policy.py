"""The policy of a change: as the base has it, so that no change excuses itself; what it does to the policy is told.

Read are `pratique.toml`, or else `[tool.pratique]` of pyproject.toml, at the root of the repository and in the target's
folder, from the base revision itself: what was decided there since the branch began holds as well. A link, a submodule
or a folder in their place is followed nowhere and obeyed in nothing: a loss on the base, a finding on the change.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec

from scanner.errors import UsageError
from scanner.intel.store import DEFAULT_MAX_AGE
from scanner.model.component import Location, Problem
from scanner.model.finding import Finding, Severity, Standing
from scanner.pipeline import policed
from scanner.pipeline.scan import Settings
from scanner.policy import file, sections
from scanner.policy.rules import Policy
from scanner.policy.weakening import weakened
from scanner.targets.git_objects import Mode, Repository

_ASK = (
    "Ask whoever answers for the policy whether this is wanted, and why. It holds from the moment that this is merged, "
    "and does not touch this verdict."
)
_NOTHING = Policy(file="", digest="")
_LONGEST_LINK = 64 * 1024
_KINDS = {Mode.LINK: "a link, and none is followed", Mode.SUBMODULE: "a submodule", Mode.FOLDER: "a folder"}


def obeyed(
    repository: Repository, settings: Settings, base: str, commit: str, started: datetime, problems: list[Problem]
) -> Settings:
    """The settings under the base's policy, or under the one that was given instead. Raises `UsageError`."""
    folder = repository.layout.prefix
    below = f"{folder}/" if folder else ""
    settings = msgspec.structs.replace(settings, below=below)
    if settings.policy is None:
        today = started.astimezone(UTC).date()
        for one in dict.fromkeys(("", folder)):
            if (no_file := no_file_at(repository, commit, one)) is not None:
                path, what = no_file
                hint = "commit the file itself on the base, or name one with --policy"
                problems.append(Problem(where=f"{base}:{path}", what=f"{what}: no policy there is obeyed", hint=hint))
        outer = of_folder(repository, commit, "", base, today)
        inner = of_folder(repository, commit, folder, base, today) if folder else None
        settings = msgspec.structs.replace(settings, policy=sections.combined(outer, inner, folder))
    return policed.under(settings)


def changes(repository: Repository, begins: str, tip: str, started: datetime) -> Iterator[Finding]:
    """Tell what a change does to each policy. Paths are the target's, or the repository's for what lies outside."""
    below = f"{repository.layout.prefix}/" if repository.layout.prefix else ""
    for finding in _changes(repository, begins, tip, started):
        (evidence,) = finding.evidence
        at = msgspec.structs.replace(evidence.location, path=evidence.location.path.removeprefix(below))
        yield msgspec.structs.replace(finding, evidence=(msgspec.structs.replace(evidence, location=at),))


def _changes(repository: Repository, begins: str, tip: str, started: datetime) -> Iterator[Finding]:
    today = started.astimezone(UTC).date()
    old, new = repository.root(begins), repository.root(tip)
    for folder in dict.fromkeys(("", repository.layout.prefix)):
        names = [_path(folder, name) for name in (file.NAME, file.PYPROJECT)]
        if all(repository.stands(old, name) == repository.stands(new, name) for name in names):
            continue
        if (no_file := no_file_at(repository, tip, folder)) is not None:
            if no_file != no_file_at(repository, begins, folder):
                path, what = no_file
                yield _finding(Location(path), "the policy can no longer be read", f"it is {what}", Severity.HIGH)
            continue
        try:
            before = of_folder(repository, begins, folder, None, today)
        except UsageError:
            before = None  # nothing was obeyed of what nobody could read: whatever is there now is new
        try:
            after = of_folder(repository, tip, folder, None, today)
        except UsageError as error:
            path, _, line = (error.where or "").rpartition(":")
            at = Location(path, int(line)) if line.isdigit() else Location(error.where or "")
            yield _finding(at, "the policy can no longer be read", error.what, Severity.HIGH)
            continue
        yield from _between(before, after, names[0])


def _between(before: Policy | None, after: Policy | None, name: str) -> Iterator[Finding]:
    if (before and before.digest) == (after and after.digest):
        return
    path = after.file if after else before.file if before else name
    doors = weakened(before or _NOTHING, after or _NOTHING, default_max_age=DEFAULT_MAX_AGE)
    how = "is new" if before is None else "is gone" if after is None else "changes"
    for door in doors:
        at = Location(path, door.line if after else None)
        yield _finding(at, door.what, f"the policy {how}, and lets more through than before", Severity.HIGH)
    if not doors and _says(before) != _says(after):
        yield _finding(Location(path), f"the policy {how}", "nothing in it lets more through than before", Severity.LOW)


def _says(policy: Policy | None) -> object:
    """Everything but where it stands."""
    if policy is None:
        return None
    return [
        getattr(policy, name)
        for name in ("gate", "max_age", "needed", "registries", "internal", "vendored", "autorun")
    ] + [
        (place, rule.means, rule.reason, rule.expires, rule.by)
        for place, rules in (("", policy.suppress), *((one.path, one.suppress) for one in policy.sections))
        for rule in rules
    ] + [(one.path, one.gate) for one in policy.sections]  # fmt: skip


def of_folder(repository: Repository, commit: str, folder: str, base: str | None, today: date) -> Policy | None:
    """The policy of a folder at a commit; `base` is how people call that commit, where the report names it."""
    tree = repository.root(commit)
    for name in (file.NAME, file.PYPROJECT):
        path = _path(folder, name)
        entry = repository.stands(tree, path)
        if entry is None:
            continue
        if not entry.regular:
            return None  # see `no_file_at`
        where = path if base is None else f"{base}:{path}"
        policy = file.parse(repository.blob(entry.blob, limit=file.MOST_BYTES), where=where, today=today)
        if policy is not None:
            return policy
    return None


def no_file_at(repository: Repository, commit: str, folder: str) -> tuple[str, str] | None:
    """Path and kind of what stands where a policy is looked for, and is no file.

    Of pyproject.toml only a link to a file that holds a policy: other tools may have theirs as they like.
    """
    tree = repository.root(commit)
    path = _path(folder, file.NAME)
    entry = repository.stands(tree, path)
    if entry is not None:
        return None if entry.regular else (path, _KINDS[entry.mode])
    path = _path(folder, file.PYPROJECT)
    entry = repository.stands(tree, path)
    if entry is None or entry.mode is not Mode.LINK:
        return None
    target = repository.blob(entry.blob, limit=_LONGEST_LINK).decode("utf-8", "surrogateescape")
    meant = repository.find(tree, posixpath.normpath(posixpath.join(folder, target)))
    holds = meant is not None and b"tool.pratique" in repository.blob(meant)
    return (path, _KINDS[Mode.LINK]) if holds else None


def _path(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _finding(at: Location, title: str, reason: str, severity: Severity) -> Finding:
    found = policed.hygiene(
        (at.path, title), severity=severity, title=title, reason=reason, at=at, value=title, what_to_do=_ASK
    )
    return msgspec.structs.replace(found, standing=Standing.INTRODUCED)
