"""Two sides of a change → what is new in it, by file and by line.

Scanning whatever changed is not enough: three of five benign updates would alert. What counts is what stands on new
lines, and whether the like stood anywhere before (docs/code-scanning.md has the figures). An added file is compared
with all old files, so that a move is nothing new.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.tree import Entry, Tree
from scanner.shape import encoding

MOST_BYTES = 256 * 1024 * 1024
"""The lines of a larger old file are not remembered: what was moved out of it counts as new."""
_SHORT_LINE = 4
"""Shorter lines (a brace, an `end`) stand everywhere and tell nothing. A stray sign does: a dot broke a check in XZ."""
_STRAY = re.compile(r"[^\w\s()\[\]{}<>,;]{1,3}\Z")


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    """The same bytes under another path."""
    REMOVED = "removed"
    MODE = "mode"
    """Only the executable bit or the link changed."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One file that is not the same on both sides."""

    kind: Kind
    path: str
    """In the new side; of a removed file, in the old one."""
    old_path: str | None = None
    entry: Entry | None = None
    old_entry: Entry | None = None


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between two sides."""

    changes: tuple[Change, ...]
    unchanged: int
    problems: tuple[Problem, ...]


def pair(old: Tree | None, new: Tree) -> Pairing:
    """Compare two sides by path, then by digest. Without an old side everything is added."""
    old_entries: Mapping[str, Entry] = {} if old is None else old.entries
    problems: list[Problem] = []
    digests = _Digests(old, new, problems)
    changes: list[Change] = []
    added: list[str] = []
    unchanged = 0
    for path, entry in sorted(new.entries.items()):
        before = old_entries.get(path)
        if before is None:
            added.append(path)
            continue
        same_content = before.link == entry.link and (
            entry.link is not None or (before.size == entry.size and digests.same(path))
        )
        if not same_content:
            changes.append(Change(kind=Kind.CHANGED, path=path, old_path=path, entry=entry, old_entry=before))
        elif before.executable != entry.executable:
            changes.append(Change(kind=Kind.MODE, path=path, old_path=path, entry=entry, old_entry=before))
        else:
            unchanged += 1
    removed = [path for path in sorted(old_entries) if path not in new.entries]
    gone = {digests.before(path): path for path in removed if old_entries[path].link is None}
    for path in added:
        entry = new.entries[path]
        source = None if entry.link is not None or not gone else gone.get(digests.after(path))
        kind = Kind.ADDED if source is None else Kind.MOVED
        old_entry = None if source is None else old_entries[source]
        changes.append(Change(kind=kind, path=path, old_path=source, entry=entry, old_entry=old_entry))
    changes += [Change(kind=Kind.REMOVED, path=path, old_path=path, old_entry=old_entries[path]) for path in removed]
    return Pairing(
        changes=tuple(sorted(changes, key=lambda change: (change.path, change.kind))),
        unchanged=unchanged,
        problems=tuple(problems),
    )


@runtime_checkable
class _Identified(Protocol):
    """A tree that knows a content's id without reading it; equal ids are equal contents."""

    def object_id(self, path: str) -> str: ...


def _identified(tree: object) -> _Identified | None:
    return tree if isinstance(tree, _Identified) else None


class _Digests:
    """SHA-256 of files, each read once; one that cannot be read is like no other, and counts as changed."""

    def __init__(self, old: Tree | None, new: Tree, problems: list[Problem]) -> None:
        self._old, self._new = old, new
        self._problems = problems
        self._known: dict[tuple[int, str], str] = {}
        # Asked once: that a tree has a method is found out slowly, and there may be ten thousands of files.
        self._before, self._after = _identified(old), _identified(new)

    def same(self, path: str) -> bool:
        """Whether a file's content is that of the other side. Two revisions know it without reading it."""
        before, after = self._before, self._after
        if before is not None and after is not None and before.object_id(path) == after.object_id(path):
            return True
        return self.before(path) == self.after(path)

    def before(self, path: str) -> str:
        """Of a file of the old side."""
        assert self._old is not None, "without an old side nothing is compared"
        return self._of(self._old, path)

    def after(self, path: str) -> str:
        """Of a file of the new side."""
        return self._of(self._new, path)

    def _of(self, tree: Tree, path: str) -> str:
        key = (id(tree), path)
        if key not in self._known:
            try:
                self._known[key] = hashlib.sha256(tree.read(path)).hexdigest()
            except InputError as error:
                self._problems.append(Problem(where=f"{tree.name}: {path}", what=error.what, hint=error.hint))
                self._known[key] = f"{id(tree)}: unreadable"
        return self._known[key]


class OldLines:
    """All lines of the old side, as hashes: the memory of what stood anywhere before."""

    def __init__(self, old: Tree | None) -> None:
        self._old = old
        self._everywhere: set[int] | None = None

    def forget(self) -> None:
        """Let go of the lines; they are read again where somebody asks."""
        self._everywhere = None

    def fresh(self, change: Change, new: Tree) -> dict[int, str]:
        """Line number → text of the lines that the change brings; reindented lines are the same lines.

        Raises `InputError` when the new side's file cannot be read.
        """
        lines = _lines(new.read(change.path))
        if self._old is None:
            return {number: line for number, line in enumerate(lines, 1) if _tells(line.strip())}
        if change.kind is Kind.CHANGED:
            try:
                known = {_key(line) for line in _lines(self._old.read(change.old_path or change.path))}
            except InputError:
                known = set()
        else:
            known = self._anywhere()
        return {
            number: line for number, line in enumerate(lines, 1) if _tells(line.strip()) and _key(line) not in known
        }

    def _anywhere(self) -> set[int]:
        if self._everywhere is None:
            self._everywhere = set(self._all())
        return self._everywhere

    def _all(self) -> Iterator[int]:
        if self._old is None:
            return
        for path, entry in self._old.entries.items():
            if entry.link is None and entry.size <= MOST_BYTES:
                try:
                    yield from map(_key, _lines(self._old.read(path)))
                except InputError:
                    continue


def _tells(line: str) -> bool:
    return len(line) >= _SHORT_LINE or _STRAY.match(line) is not None


def _lines(data: bytes) -> list[str]:
    return encoding.lenient_text(data).splitlines()


def _key(line: str) -> int:
    return hash("".join(line.split()))
