"""The sides of a comparison: a folder, an archive, or a revision of a git repository, as one kind of thing.

Nothing is extracted, no link is followed, no hook runs; what cannot be read stands among the problems.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.tree import Entry, Tree
from scanner.targets import git_objects, members, walk
from scanner.targets.git_objects import Mode

MOST_BYTES = 1 << 30
"""Of an archive's content, held in memory."""
_LINK = 4096
"""Bytes of a link's target: longer than any system allows."""


class FolderTree:
    """A folder, without what version control keeps for itself, but for repositories that lie deeper inside."""

    def __init__(self, root: Path, problems: list[Problem]) -> None:
        self.name = root.as_posix()
        self._root = root
        self.entries: dict[str, Entry] = {}
        for item in walk.walk(root, wanted=lambda _: False):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                self.entries[item.path] = Entry(item.size, executable=os.access(root / item.path, os.X_OK))
        self.entries.update(_links(root))

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises `InputError`."""
        return walk.read(self._root, path)


class MemoryTree:
    """The members of an archive, without the folder that wraps them all."""

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        self.name = name
        prefix = _wrapper(files)
        self._files = {path[len(prefix) :]: data for path, data in files.items() if path != prefix.rstrip("/")}
        self.entries = {path: Entry(len(data)) for path, data in self._files.items()}

    def read(self, path: str) -> bytes:
        """The bytes of a member. Raises `InputError`."""
        try:
            return self._files[path]
        except KeyError:
            raise InputError("no such member", where=f"{self.name}: {path}") from None


class NoFilesError(InputError):
    """There is no file in what was asked for."""


class GitTree:
    """One commit of a repository, or a folder of it."""

    def __init__(self, repository: git_objects.Repository, revision: str, folder: str = "") -> None:
        self.name = f"{revision}:{folder}" if folder else revision
        self._repository = repository
        tree = repository.folder(repository.resolve(revision), folder)
        # Of a partial clone no size is known for what was left on the server.
        listed = () if tree is None else repository.tree(tree, sizes=not repository.layout.partial)
        self._blobs: dict[str, str] = {}
        self.entries: dict[str, Entry] = {}
        self.submodules: dict[str, str] = {}
        """Path → the commit of another repository, of which nothing is here."""
        for one in listed:
            if one.mode is Mode.SUBMODULE:
                self.submodules[one.path] = one.blob
                continue
            self._blobs[one.path] = one.blob
            self.entries[one.path] = self._entry(one)
        if not self._blobs:
            raise NoFilesError("no file there", where=self.name)

    def _entry(self, one: git_objects.Entry) -> Entry:
        if one.mode is Mode.LINK:
            return Entry(0, link=self._repository.blob(one.blob, limit=_LINK).decode("utf-8", "surrogateescape"))
        size = one.size
        if size is None:
            try:
                size = self._repository.size(one.blob)
            except InputError:  # left on the server: whoever reads it is told so
                size = 0
        return Entry(size, executable=one.mode is Mode.EXECUTABLE)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises `InputError`."""
        return self._repository.blob(self._blobs[path])

    def object_id(self, path: str) -> str:
        """The id of a file's content: the same for the same content, in every tree of a repository."""
        return self._blobs[path]


def moved_submodule(path: str) -> Problem:
    """What the change of a submodule brings cannot be seen from here."""
    return Problem(
        where=path,
        what="a submodule that the change adds or moves: its content is not in this repository",
        hint="pratique diff its two commits, in a clone of it",
    )


def archive(path: Path, problems: list[Problem]) -> MemoryTree:
    """The tree of an archive. Raises `InputError` when it is none, or holds too much."""
    return archive_of(path.as_posix(), path.name, walk.read(path.resolve(), ""), problems)


def archive_of(name: str, file: str, data: bytes, problems: list[Problem], *, wrapper: str = "") -> MemoryTree:
    """The tree of an archive's bytes; `file` is how it is called where it comes from.

    `wrapper` are the folders that hold everything, where they are more than one deep. Raises as `archive` does.
    """
    of = members.kind(data[:512], file)
    if of is None:
        raise InputError("neither a folder nor an archive that we know", where=name)
    pieces = (data[begin : begin + walk.PIECE] for begin in range(0, len(data), walk.PIECE))
    files: dict[str, bytes] = {}
    total = 0
    for item in members.unfold(file, of, lambda: memoryview(data), pieces, len(data)):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        try:
            content = b"".join(item.pieces)
        except InputError as error:
            problems.append(Problem(where=item.path, what=error.what, hint=error.hint))
            continue
        total += len(content)
        if total > MOST_BYTES:
            raise InputError(f"it holds more than {MOST_BYTES} bytes", where=name)
        files[item.path.partition("!/")[2]] = content
    if not files:
        raise InputError("it holds no file", where=name)
    if wrapper and all(path.startswith(wrapper) for path in files):
        files = {path[len(wrapper) :]: content for path, content in files.items()}
    return MemoryTree(name, files)


def open_side(
    text: str, repository: Path, stack: ExitStack, problems: list[Problem], release: Callable[[str], Tree] | None = None
) -> Tree:
    """The tree that a person means: a folder, an archive, `REV:path` of the repository in `repository`, or a purl.

    `release` gives the tree of a purl. Raises `InputError` when it is none of these, `EngineError` as git does.
    `stack` closes what must be closed.
    """
    path = Path(text)
    if release is not None and text[:4].lower() == "pkg:" and not path.exists():
        return release(text)
    if path.is_dir():
        return FolderTree(path, problems)
    if path.is_file():
        return archive(path, problems)
    revision, colon, folder = text.partition(":")
    if not colon and os.sep in text:
        raise InputError("there is no such file, folder or revision", where=text)
    opened = stack.enter_context(git_objects.open_repository(repository))
    return GitTree(opened, revision, folder)


def _wrapper(paths: Iterable[str]) -> str:
    """The one folder that holds everything (`package/`, `name-1.0/`, `data.tar.gz!/`), or ""."""
    first = {path.partition("/")[0] for path in paths}
    if len(first) != 1:
        packed = {path.partition("!/")[0] + "!/" for path in paths if "!/" in path}
        # A gem holds its files in one archive, beside metadata and checksums.
        return next(iter(packed)) if packed == {"data.tar.gz!/"} else ""
    (name,) = first
    return f"{name}/" if all(path.startswith(f"{name}/") for path in paths) else ""


def _links(root: Path) -> dict[str, Entry]:
    links: dict[str, Entry] = {}
    for folder, folders, files in os.walk(root, followlinks=False):
        if ".git" in folders and Path(folder) == root:
            folders.remove(".git")
        for path in (Path(folder, name) for name in (*folders, *files)):
            if path.is_symlink():
                links[path.relative_to(root).as_posix()] = Entry(0, link=str(path.readlink()))
    return links
