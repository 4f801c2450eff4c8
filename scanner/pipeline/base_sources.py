"""Two revisions → the sources that differ between them, read on both sides; those that do not differ are not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

from scanner import parsers
from scanner.errors import InputError
from scanner.matching.compare import compare
from scanner.matching.tampering.sign import Change
from scanner.model.component import Component, Problem
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.pipeline import inventory as inventories
from scanner.pipeline.revision import Revision
from scanner.targets import trees
from scanner.targets.git_objects import Change as BlobChange
from scanner.targets.git_objects import Entry, Mode, Repository

_BESIDE = frozenset(
    ("", ".txt", ".in", ".toml", ".xml", ".props", ".targets", ".config", ".sum", ".mod", ".work", ".json", ".cfg",
     ".lock")
)  # fmt: skip
"""Endings of files that some reader looks into for another: a change of one is a change of the source beside it."""
_READS_OTHERS = frozenset(
    ("cargo-lock", "cargo-vendored", "composer-lock", "dotnet-project", "go-mod", "maven-pom", "pdm-lock",
     "poetry-lock", "pyproject-toml", "python-dist-info", "python-requirements", "uv-lock")
)  # fmt: skip


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One source that is not as it was."""

    path: str
    """As the target calls it now."""
    before: Reading | None
    after: Reading | None


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """The sources of a change."""

    pairs: tuple[Pair, ...]
    moved: Mapping[str, str]
    """Path now → path before, as the target calls them."""
    unchanged: int
    problems: tuple[Problem, ...]

    def after(self) -> Inventory:
        """What the new side's changed sources ship."""
        return Inventory(readings=tuple(pair.after for pair in self.pairs if pair.after is not None))

    def before(self, concerning: frozenset[str]) -> Inventory:
        """What the old side's held of the packages of these names."""
        readings = (pair.before for pair in self.pairs if pair.before is not None)
        return Inventory(readings=tuple(_restricted(reading, concerning) for reading in readings))

    def changes(self) -> Iterator[Change]:
        """What became of each package, source by source."""
        for pair in self.pairs:
            for change in compare(pair.path, _components(pair.before), _components(pair.after)):
                yield Change(change, pair.before, pair.after)


def read(
    repository: Repository,
    begins: str,
    head: str,
    changes: Iterable[BlobChange],
    entries: Iterable[Entry],
    prefix: str,
    progress: inventories.Progress,
) -> Sources:
    """Read what differs. `entries` is all of the new side; paths are the repository's, `prefix` the target in it."""
    inside = [change for change in changes if change.path.startswith(prefix)]
    problems = [_no_file(change, prefix) for change in inside if _is_no_file(change)]
    changed = {change.path: change for change in inside if inventories.worth_reading(change.path)}
    every = {entry.path: entry for entry in entries if entry.regular and entry.path.startswith(prefix)}
    sources = {path for path in every if parsers.claim(path) is not None}
    for path in _beside(inside, sources - changed.keys()):
        changed[path] = BlobChange(path, every[path].blob, every[path].blob, every[path].mode)
    moved = _moved(list(changed.values()))
    old, new = (
        Revision(repository, repository.root(begins), prefix),
        Revision(repository, repository.root(head), prefix),
    )
    pairs: list[Pair] = []
    for path, change in sorted(changed.items()):
        progress(path)
        if path in moved.values() and change.after is None:
            continue  # told where it is now
        before_path = moved.get(path, path)
        before = _reading(old, before_path, changed[before_path].before, problems)
        after = _reading(new, path, change.after, problems)
        if before is not None or after is not None:
            pairs.append(Pair(path=path.removeprefix(prefix), before=before, after=after))
    for pair in pairs:
        problems += _unread(pair)
    return Sources(
        pairs=tuple(pairs),
        moved={now.removeprefix(prefix): before.removeprefix(prefix) for now, before in moved.items()},
        unchanged=len(sources - changed.keys()),
        problems=tuple(problems),
    )


def _reading(revision: Revision, path: str, blob: str | None, problems: list[Problem]) -> Reading | None:
    if blob is None:
        return None
    try:
        return revision.reading(path, blob)[0]
    except InputError as error:
        problems.append(Problem(where=path, what=error.what, hint=error.hint))
        return None


def _unread(pair: Pair) -> Iterator[Problem]:
    """An old side that could not be read makes everything look new: told, and no loss of the new side."""
    if pair.before is not None and pair.before.status in (ReadStatus.FAILED, ReadStatus.PARTIAL):
        what = f"before the change it could not be read in full ({pair.before.reason}): more may look new than is"
        yield Problem(where=pair.path, what=what, harmless=True)


def _is_no_file(change: BlobChange) -> bool:
    if change.became is Mode.SUBMODULE:
        return True
    return change.became is Mode.LINK and parsers.claim(change.path) is not None


def _no_file(change: BlobChange, prefix: str) -> Problem:
    path = change.path.removeprefix(prefix)
    if change.became is Mode.LINK:
        return Problem(where=path, what="a link: it was not followed", hint="commit the file itself, or scan its place")
    return trees.moved_submodule(path)


def _beside(changes: Iterable[BlobChange], sources: Iterable[str]) -> Iterator[str]:
    """Unchanged sources that may read a file that changed: one in their folder, or above it."""
    folders = {
        change.path.rpartition("/")[0] for change in changes if PurePosixPath(change.path).suffix.lower() in _BESIDE
    }
    if not folders:
        return
    for path in sources:
        parser = parsers.claim(path)
        if parser is None or parser.name not in _READS_OTHERS:
            continue
        folder = path.rpartition("/")[0]
        while folder not in folders and folder:
            folder = folder.rpartition("/")[0]
        if folder in folders:
            yield path


def _moved(changes: Sequence[BlobChange]) -> dict[str, str]:
    """New path → old path of what is the same bytes, or else the only one of its name that came and that went."""
    came = {change.path: change.after for change in changes if change.before is None and change.after is not None}
    went = {change.path: change.before for change in changes if change.after is None and change.before is not None}
    moved = _matched(came, went)
    came = {path: path.rpartition("/")[2] for path in came if path not in moved}
    went = {path: path.rpartition("/")[2] for path in went if path not in moved.values()}
    return moved | _matched(came, went)


def _matched(came: Mapping[str, str | None], went: Mapping[str, str | None]) -> dict[str, str]:
    """Paths whose value is held by one on each side and no more."""
    there, here = Counter(went.values()), Counter(came.values())
    places = {value: path for path, value in went.items()}
    return {path: places[value] for path, value in came.items() if there[value] == here[value] == 1}


def _components(reading: Reading | None) -> tuple[Component, ...]:
    return () if reading is None else reading.components


def _restricted(reading: Reading, names: frozenset[str]) -> Reading:
    return msgspec.structs.replace(
        reading,
        components=tuple(component for component in reading.components if component.name.lower() in names),
        problems=(),
    )
