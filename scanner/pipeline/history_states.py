"""Commit by commit: which versions of files it brings, and which exposures it therefore holds.

The states of the commits are never built: a commit is its first parent and what it changes, and of its files only those
with hits are followed from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from scanner.model.ecosystem import Identity
from scanner.model.finding import State
from scanner.pipeline import inventory as inventories
from scanner.pipeline.file_versions import Key, Version, Versions
from scanner.targets.git_objects import Commit, Repository

_MOST_EXPOSURES = 20_000

Hot = dict[str, Version]
"""The files of a commit that hold something, or pin the version of something, that is known: path → version."""


class Step(NamedTuple):
    """A commit as a difference to its first parent, or to nothing."""

    commit: Commit
    base: str | None
    files: dict[str, Version | None]


def steps(
    repository: Repository, versions: Versions, commits: Sequence[Commit], progress: inventories.Progress
) -> Iterator[Step]:
    """Each commit with the versions that it brings, in order."""
    prefix = repository.layout.prefix
    known = {commit.id for commit in commits}

    @cache
    def wanted(path: str) -> bool:
        inside = not prefix or path == prefix or path.startswith(f"{prefix}/")
        return inside and inventories.worth_reading(path)

    pairs = ((one.id, one.parents[0]) for one in commits if one.parents and one.parents[0] in known)
    changes = repository.changes(pairs)
    upcoming = next(changes, None)
    for number, commit in enumerate(commits):
        if number % 100 == 0:
            progress(f"commit {number} of {len(commits)}, {len(versions.all)} versions of files")
        if not commit.parents or commit.parents[0] not in known:
            whole = {one.path: one.blob for one in repository.tree(commit.id) if one.regular and wanted(one.path)}
            yield Step(commit, None, {path: _at(versions, path, blob, commit) for path, blob in whole.items()})
            continue
        if upcoming is None or upcoming[0] != commit.id:
            yield Step(commit, commit.parents[0], {})
            continue
        files: dict[str, Version | None] = {}
        touched: set[str] = set()
        for change in upcoming[1]:
            if wanted(change.path):
                files[change.path] = None if change.after is None else _at(versions, change.path, change.after, commit)
            touched |= versions.asked.get(change.path, set())
        for path in touched - files.keys():  # a file beside it is another now
            if (blob := repository.find(commit.tree, path)) is not None:
                files[path] = _at(versions, path, blob, commit)
        yield Step(commit, commit.parents[0], files)
        upcoming = next(changes, None)


def _at(versions: Versions, path: str, blob: str, commit: Commit) -> Version:
    return versions.at(path, blob, commit.tree, commit.id)


class Ledger:
    """Which exposure has which number, and which version of a file shows it first."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, Key], int] = {}
        self.seen: list[tuple[str, Key, Version, Commit]] = []

    def number(self, path: str, key: Key, version: Version, commit: Commit) -> int | None:
        number = self.numbers.get((path, key))
        if number is None:
            if len(self.seen) >= _MOST_EXPOSURES:
                return None
            number = self.numbers[path, key] = len(self.seen)
            self.seen.append((path, key, version, commit))
        return number


def masks(steps: Iterable[Step], ledger: Ledger, *, near: bool) -> dict[str, int]:
    """Commit → the exposures that it holds, as bits. `near`: near misses count as well."""
    hot: dict[str, Hot] = {}
    found: dict[str, int] = {}
    for step in steps:
        before: Hot = hot[step.base] if step.base is not None else {}
        changed = {
            path: version
            for path, version in step.files.items()
            if path in before or (version is not None and version.hits)
        }
        if not changed:
            hot[step.commit.id] = before
            found[step.commit.id] = found[step.base] if step.base is not None else 0
            continue
        after = before | {path: version for path, version in changed.items() if version is not None and version.hits}
        for path, version in changed.items():
            if version is None or not version.hits:
                after.pop(path, None)
        hot[step.commit.id] = after
        found[step.commit.id] = _mask(after, step.commit, ledger, near)
    return found


def _mask(files: Hot, commit: Commit, ledger: Ledger, near: bool) -> int:
    pinned = frozenset(
        (path.rpartition("/")[0], hit.identity) for path, version in files.items() for hit in version.hits if hit.pinned
    )
    mask = 0
    for path, version in files.items():
        for hit in version.hits:
            if hit.state is State.NEAR_MISS and not near:
                continue
            if not hit.pinned and _is_pinned(path, hit.identity, pinned):
                continue
            number = ledger.number(path, hit.key, version, commit)
            if number is not None:
                mask |= 1 << number
    return mask


def _is_pinned(path: str, who: Identity | None, pinned: frozenset[tuple[str, Identity | None]]) -> bool:
    """Whether a lock in the manifest's folder or above says which version it is (as matching asks of a tree)."""
    folder = path.rpartition("/")[0]
    while (folder, who) not in pinned:
        if not folder:
            return False
        folder = folder.rpartition("/")[0]
    return True
