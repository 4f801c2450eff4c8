"""The commits, trees and blobs of an untrusted repository, read without a checkout.

    with open_repository(path) as repository:
        tip = repository.resolve("HEAD")
        for commit in repository.commits([tip]): ...

Names become ids by reading files (see git_refs); git itself is given ids only (see git_process). One long-lived
`git cat-file --batch` answers for blobs; sizes are asked first, so that a huge one is never unpacked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.targets import git_layout, git_refs
from scanner.targets.git_layout import Layout
from scanner.targets.git_process import Process, Quarantine
from scanner.targets.git_refs import Refs

MAX_BLOB = 64 * 1024 * 1024
_MAX_META = 16 * 1024 * 1024
_MOST_TAGS = 10
_MOST_STEPS = 100_000
_REVISION = re.compile(r"(?P<name>.+?)(?P<steps>(?:[~^]\d{0,6})*)\Z", re.DOTALL)
_SHORT = re.compile(r"[0-9a-f]{7,64}\Z")
_PERSON = re.compile(r"(?P<who>.*?) ?<[^<>\n]*> (?P<seconds>-?\d{1,20}) [+-]\d{4}\Z")
_FILES = ("100644", "100755", "100664")
_FOLDER = "40000"


class NotACommitError(InputError):
    """The object is there, and is of another kind."""


class Commit(msgspec.Struct, frozen=True, gc=False):
    """A commit as the walk sees it."""

    id: str
    time: datetime
    """When it was committed, as it says itself."""
    authored: datetime
    tree: str
    parents: tuple[str, ...]
    """Without those that this copy does not hold (shallow clones)."""


class Mode(StrEnum):
    """What stands at a path."""

    FILE = "file"
    EXECUTABLE = "executable"
    LINK = "link"
    SUBMODULE = "submodule"
    FOLDER = "folder"
    """Never in a list of files."""


_MODES = {
    "100644": Mode.FILE, "100664": Mode.FILE, "100755": Mode.EXECUTABLE, "120000": Mode.LINK, "160000": Mode.SUBMODULE,
}  # fmt: skip


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A file or link of a tree, or a submodule, whose id is a commit of another repository."""

    path: str
    blob: str
    mode: Mode = Mode.FILE
    size: int | None = None
    """Bytes, where it was asked for."""

    @property
    def regular(self) -> bool:
        """Whether it is a file that can be read as one."""
        return self.mode in (Mode.FILE, Mode.EXECUTABLE)


class Change(msgspec.Struct, frozen=True, gc=False):
    """A path where something else stands than before, or the like with other rights; `None`: no regular file."""

    path: str
    before: str | None
    after: str | None
    became: Mode | None = None
    """What stands there now; `None` where nothing does."""


class Repository:
    """An opened repository. Methods raise `InputError` for what is damaged or not there, `EngineError` for git."""

    def __init__(self, layout: Layout, refs: Refs, quarantine: Quarantine) -> None:
        self.layout = layout
        self.refs = refs
        self._quarantine = quarantine
        self._batches: dict[str, Process] = {}
        self._trees: dict[str, dict[str, tuple[str, str]]] = {}

    def resolve(self, revision: str) -> str:
        """A commit's id from a branch, a tag, an id or its beginning, each with `~2` or `^` behind it."""
        parsed = _REVISION.match(revision)
        if parsed is None:
            raise self._unknown(revision)
        id_ = self._named(parsed["name"], revision)
        taken = 0
        for kind, digits in re.findall(r"([~^])(\d*)", parsed["steps"]):
            count = int(digits) if digits else 1
            for _ in range(count if kind == "~" else min(count, 1)):
                taken += 1
                parents = self._parents(id_)
                nth = 0 if kind == "~" else count - 1
                if nth >= len(parents) or taken > _MOST_STEPS:
                    raise InputError(f"{revision!r} goes back further than the history that is here")
                id_ = parents[nth]
        return self.peel(id_)

    def peel(self, id_: str) -> str:
        """The commit that an annotated tag leads to, or the commit itself."""
        for _ in range(_MOST_TAGS):
            kind, _size = self._header_of(self._batch("--batch-check"), id_)
            if kind == "commit":
                return id_
            target = _header(self._object(id_, _MAX_META)[1], "object") if kind == "tag" else ""
            if not git_layout.is_id(target):
                raise NotACommitError(f"{id_} is a {kind}, not a commit")
            id_ = target
        raise InputError(f"{id_} is a tag of a tag of a tag …")

    def commits(self, tips: Collection[str], *, without: Collection[str] = ()) -> Iterator[Commit]:
        """The tips and everything before them, parents first, `without` those commits and what lies before them."""
        if not tips:
            return
        words = ("rev-list", "--topo-order", "--reverse", "--format=%ct %at %T %P", "--stdin")
        listed = self._quarantine.run(*words, ids=[*tips, *(f"^{id_}" for id_ in without)])
        cut = frozenset(self.layout.shallow)
        id_ = ""
        for line in listed.records(b"\n"):
            if line.startswith(b"commit "):
                id_ = line[7:].decode("ascii")
                continue
            committed, authored, tree, *parents = line.decode("ascii").split(" ")
            known = () if id_ in cut else tuple(parent for parent in parents if parent)
            yield Commit(id_, _time(committed), _time(authored), tree, known)

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor; `None` where two histories have none."""
        if not (git_layout.is_id(one) and git_layout.is_id(other)):
            raise InputError("a merge base is asked for by object ids")
        base = self._quarantine.run("merge-base", one, other, ids=()).record(b"\n", fine=(0, 1))
        return None if base is None else base.decode("ascii")

    def tree(self, tree: str, *, sizes: bool = False) -> Iterator[Entry]:
        """Everything in a commit, or in a tree, by path. `sizes` needs all of its files to be at hand."""
        if not git_layout.is_id(tree):
            raise InputError(f"{tree[:100]!r} is no object id")
        words = ("ls-tree", "-r", "-z", *(["-l"] if sizes else []), tree)
        for record in self._quarantine.run(*words, ids=()).records(b"\0"):
            head, _, path = record.partition(b"\t")
            mode, _, blob, *size = head.decode("ascii").split()
            if mode in _MODES:
                known = int(size[0]) if size and size[0].isdigit() else None
                yield Entry(_path(path), blob, _MODES[mode], known)

    def folder(self, tree: str, path: str) -> str | None:
        """The tree of the folder at `path` of a tree or commit; `None` where there is none."""
        tree = self.root(tree)
        for name in path.strip("/").split("/") if path.strip("/.") else ():
            mode, tree = self._entries(tree).get(name, ("", ""))
            if mode != _FOLDER:
                return None
        return tree

    def root(self, id_: str) -> str:
        """The tree of a commit, or the tree itself."""
        kind, size = self._header_of(self._batch("--batch-check"), id_)
        return id_ if kind == "tree" else _header(self._object(id_, min(size, _MAX_META))[1], "tree")

    def changes(self, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[Change, ...]]]:
        """(commit, what it changed against that other) for each pair, in order; a pair without a change is left out."""
        words = ("diff-tree", "--stdin", "--raw", "-r", "-z", "--no-renames", "--no-abbrev")
        tokens = self._quarantine.run(*words, ids=(f"{commit} {before}" for commit, before in pairs)).records(b"\0")
        commit, found = "", list[Change]()
        for token in tokens:
            if token.startswith(b":"):
                old_mode, new_mode, old, new, _ = token[1:].decode("ascii").split(" ")
                path = _path(next(tokens))
                before, after = old if old_mode in _FILES else None, new if new_mode in _FILES else None
                if before != after or old_mode != new_mode:
                    found.append(Change(path, before, after, _MODES.get(new_mode)))
                continue
            if found:
                yield commit, tuple(found)
            commit, found = token.decode("ascii"), []
        if found:
            yield commit, tuple(found)

    def changed(self, commit: str, before: str) -> tuple[Change, ...]:
        """What differs between two commits."""
        return next((changes for _, changes in self.changes([(commit, before)])), ())

    def find(self, tree: str, path: str) -> str | None:
        """The blob of the regular file at `path` of a tree; `None` where there is none."""
        found = self.stands(tree, path)
        return None if found is None or not found.regular else found.blob

    def stands(self, tree: str, path: str) -> Entry | None:
        """Whatever stands at `path` of a tree, be it a link, a submodule or a folder."""
        *folders, name = path.split("/")
        for folder in folders:
            mode, tree = self._entries(tree).get(folder, ("", ""))
            if mode != _FOLDER:
                return None
        mode, blob = self._entries(tree).get(name, ("", ""))
        known = Mode.FOLDER if mode == _FOLDER else _MODES.get(mode)
        return None if known is None else Entry(path, blob, known)

    def _entries(self, tree: str) -> dict[str, tuple[str, str]]:
        """name → (mode, id). Format: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects"""
        if tree not in self._trees:
            if len(self._trees) > 2_000:
                self._trees.clear()
            kind, data = self._object(tree, _MAX_META)
            if kind != "tree":
                raise InputError(f"{tree} is a {kind}, not a tree")
            size = 32 if self.layout.sha256 else 20
            entries: dict[str, tuple[str, str]] = {}
            for mode, name, id_ in re.findall(rb"([0-7]{5,6}) ([^\0]+)\0(.{%d})" % size, data, re.DOTALL):
                entries[_path(name)] = (mode.decode("ascii"), id_.hex())
            self._trees[tree] = entries
        return self._trees[tree]

    def author(self, commit: str) -> str:
        """Who a commit says wrote it, without the address. Anybody can write anything there."""
        person = _PERSON.match(_header(self._object(commit, _MAX_META)[1], "author"))
        return person["who"] if person else ""

    def subject(self, commit: str) -> str:
        """The first line of a commit's message."""
        message = self._object(commit, _MAX_META)[1].partition(b"\n\n")[2]
        return message.partition(b"\n")[0].decode("utf-8", "replace")[:200]

    def blob(self, id_: str, *, limit: int = MAX_BLOB) -> bytes:
        """The content of a file."""
        kind, data = self._object(id_, limit)
        if kind != "blob":
            raise InputError(f"{id_} is a {kind}, not a file")
        return data

    def size(self, id_: str) -> int:
        """How many bytes an object has."""
        return self._header_of(self._batch("--batch-check"), id_)[1]

    def _object(self, id_: str, limit: int) -> tuple[str, bytes]:
        kind, size = self._header_of(self._batch("--batch-check"), id_)
        if size > limit:
            raise InputError(f"{size} bytes", hint=f"at most {limit} are read of one version of a file")
        batch = self._batch("--batch")
        kind, size = self._header_of(batch, id_)
        data = batch.take(size + 1)
        return kind, data[:-1]

    def _header_of(self, batch: Process, id_: str) -> tuple[str, int]:
        batch.ask(id_)
        line = batch.record(b"\n")
        words = (line or b"").decode("ascii", "replace").split(" ")
        if len(words) == 3 and words[2].isdigit():
            return words[1], int(words[2])
        if words[-1] == "missing":
            hint = "it was left on the server: fetch it, or scan a full clone" if self.layout.partial else "git fsck"
            raise InputError(f"the object {id_} is not in this copy of the repository", hint=hint)
        batch.close()
        raise InputError(f"git cannot read the object {id_}", hint="git fsck says what is lost")

    def _batch(self, mode: str) -> Process:
        batch = self._batches.get(mode)
        if batch is None or batch.closed:
            batch = self._batches[mode] = self._quarantine.run("cat-file", mode)
        return batch

    def _named(self, name: str, revision: str) -> str:
        if git_layout.is_id(name):
            return name
        if (found := self.refs.named("HEAD" if name == "@" else name)) is not None:
            return found
        if _SHORT.match(name):
            return self._lengthened(name)
        raise self._unknown(revision)

    def _lengthened(self, beginning: str) -> str:
        """The one commit, on some ref, whose id begins so."""
        found = [
            commit.id for commit in self.commits(frozenset(self.tips([]).values())) if commit.id.startswith(beginning)
        ]
        if len(found) != 1:
            raise InputError(f"{len(found) or 'no'} commits have an id that begins with {beginning}")
        return found[0]

    def _unknown(self, revision: str) -> InputError:
        return InputError(
            f"there is no revision {revision[:200]!r}",
            where=self.layout.root,
            hint="a branch, a tag or a commit id; in a CI job, fetch it first (fetch-depth: 0)",
        )

    def _parents(self, id_: str) -> tuple[str, ...]:
        data = self._object(self.peel(id_), _MAX_META)[1].partition(b"\n\n")[0].decode("ascii", "replace")
        return tuple(re.findall(r"^parent ([0-9a-f]{40,64})$", data, re.MULTILINE))

    def tips(self, problems: list[Problem]) -> dict[str, str]:
        """Name → commit of every ref that leads to one; a ref whose commit is not there is a problem."""
        found: dict[str, str] = {}
        for name, id_ in self.refs.ids.items():
            try:
                found[name] = self.peel(id_)
            except NotACommitError:
                continue  # a tag of a file or of a tree: there is no history behind it
            except InputError as error:
                problems.append(Problem(where=name, what=error.what, hint=error.hint))
        return found

    def close(self) -> None:
        self._quarantine.close()

    def __enter__(self) -> Repository:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_repository(path: Path) -> Repository:
    """The repository that `path` lies in. Raises `InputError`, and `EngineError` where there is no git."""
    layout = git_layout.find(path)
    return Repository(layout, git_refs.read(layout), Quarantine(layout))


def _header(data: bytes, name: str) -> str:
    for line in data.partition(b"\n\n")[0].split(b"\n"):
        if line.startswith(name.encode() + b" "):
            return line[len(name) + 1 :].decode("utf-8", "replace")
    return ""


def _time(seconds: str) -> datetime:
    """Times are what the commit says; those that no calendar holds are brought to its ends."""
    try:
        return datetime.fromtimestamp(min(max(int(seconds), 0), 253402300799), UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _path(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
