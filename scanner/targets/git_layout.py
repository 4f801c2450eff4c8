"""Where a repository keeps its things, told by reading files: no git runs here, and nothing leads out of the target.

Spec: https://git-scm.com/docs/gitrepository-layout. A repository may be an attacker's: its `.git` may be a link to
somebody else's, its objects may be borrowed from another folder, its configuration names programs. The configuration
is read for four facts and never obeyed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from scanner.errors import InputError

_MOST_TEXT = 64 * 1024 * 1024
_MOST_PACKS = 100_000
_MOST_BORROWED = 50
_ID = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_SECTION = re.compile(r"\s*\[\s*([A-Za-z0-9.-]+)(?:\s+\"(?:[^\"\\]|\\.)*\")?\s*\](.*)")
_SETTING = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*?))?\s*\Z")


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """One repository on the disk."""

    root: Path
    """The folder that it is the history of, or the bare repository itself."""
    prefix: str
    """Where below `root` the target lies, with `/`; "" for the root."""
    git: Path
    """HEAD lies here."""
    common: Path
    """Refs and objects lie here; the same place but for linked worktrees."""
    objects: Path
    sha256: bool
    shallow: tuple[str, ...]
    """Commits at which this copy of the history breaks off."""
    partial: bool
    """Whether objects were left on the server."""


def is_id(text: str) -> bool:
    """Whether this is a whole object id: nothing else is ever handed to git."""
    return _ID.match(text) is not None


def find(path: Path) -> Layout:
    """The repository that `path` lies in: its own, or that of a folder above it. Raises `InputError`."""
    start = path.resolve()
    for folder in (start, *start.parents):
        entry = folder / ".git"
        if os.path.lexists(entry):
            git = _git_directory(entry, folder)
        elif _is_bare(folder):
            git = folder
        else:
            continue
        relative = start.relative_to(folder).as_posix()
        return _layout(folder, "" if relative == "." or git == folder else relative, git)
    raise InputError(
        "no git repository is here, nor in a folder above",
        where=path,
        hint="--history reads a repository's commits: point it at one",
    )


def _is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _git_directory(entry: Path, root: Path) -> Path:
    """The folder that `.git` stands for: itself, or the place that a file (worktree, submodule) names."""
    if entry.is_symlink() and not _within(entry, root):
        raise _leads_out(entry, "`.git` is a link that leads")
    if entry.is_dir():
        return entry.resolve()
    if not entry.is_file():
        raise InputError("`.git` is neither a folder nor a file", where=entry)
    text = _text(entry)
    if not text.startswith("gitdir:"):
        raise InputError("`.git` is a file that names no repository", where=entry)
    git = _resolved(root / text[len("gitdir:") :].strip(), entry)
    if not git.is_dir():
        raise InputError("the repository that `.git` names is not there", where=entry, hint=f"it names {git}")
    # A worktree's and a submodule's repository lie elsewhere by design; then that place must name this folder, which
    # whoever wrote the target cannot arrange in a folder that is not theirs.
    if not _within(git, root) and not any(place == _resolved(entry, entry) for place in _named_back(git)):
        raise _leads_out(entry, "`.git` names a repository that does not know of this folder, and leads")
    return git


def _named_back(git: Path) -> Iterator[Path]:
    """The `.git` entries that a repository says it belongs to."""
    back = git / "gitdir"
    if back.is_file():
        yield _resolved(git / _text(back).strip(), back)
    config = git / "config"
    if config.is_file():
        for value in _settings(config).get("core.worktree", ()):
            yield _resolved(git / value, config) / ".git"


def _layout(root: Path, prefix: str, git: Path) -> Layout:
    common = git
    pointer = git / "commondir"
    if pointer.is_file():
        common = _resolved(git / _text(pointer).strip(), pointer)
        if not git.is_relative_to(common):
            raise _leads_out(pointer, "the worktree's `commondir` leads")
    config = _settings(common / "config") if (common / "config").is_file() else {}
    if "reftable" in config.get("extensions.refstorage", ()) or (common / "reftable").is_dir():
        raise InputError(
            "its refs are kept as reftable, which is not read",
            where=common,
            hint="git refs migrate --ref-format=files, or scan a plain clone of it",
        )
    objects = common / "objects"
    if not objects.is_dir():
        raise InputError("it holds no objects", where=common, hint="is the clone complete?")
    _refuse_foreign(objects, (root, common))
    promised = "extensions.partialclone" in config or "true" in config.get("remote.promisor", ())
    return Layout(
        root=root,
        prefix=prefix,
        git=git,
        common=common,
        objects=objects.resolve(),
        sha256="sha256" in config.get("extensions.objectformat", ()),
        shallow=tuple(line for line in _lines(common / "shallow") if is_id(line)),
        partial=promised or any(entry.endswith(".promisor") for entry in _names(objects / "pack")),
    )


def _refuse_foreign(objects: Path, inside: tuple[Path, ...]) -> None:
    """Raise `InputError` where objects are borrowed from, or are links to, places outside of the target."""
    stack, seen = [objects], set[Path]()
    while stack:
        folder = stack.pop()
        if not _within(folder, *inside):
            raise _leads_out(folder, "its objects lie, or are borrowed from,")
        folder = folder.resolve()
        if folder in seen:
            continue
        seen.add(folder)
        if len(seen) > _MOST_BORROWED:
            raise InputError(f"objects are borrowed from more than {_MOST_BORROWED} places", where=objects)
        for below in (folder, folder / "pack", folder / "info"):
            for name in _names(below):
                entry = below / name
                if entry.is_symlink() and not _within(entry, *inside):
                    raise _leads_out(entry, "among its objects is a link that leads")
        stack.extend(
            folder / line for line in _lines(folder / "info" / "alternates") if line and not line.startswith("#")
        )


def _leads_out(where: Path, what: str) -> InputError:
    return InputError(
        f"{what} out of the target",
        where=where,
        hint="it is not followed: scan the repository that it leads to, or a clone made with git clone --no-local",
    )


def _within(path: Path, *folders: Path) -> bool:
    resolved = _resolved(path, path)
    return any(resolved.is_relative_to(_resolved(folder, folder)) for folder in folders)


def _resolved(path: Path, where: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL
        raise InputError(f"it leads nowhere: {error}", where=where) from error


def _names(folder: Path) -> list[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208  # names, by the thousand
    except OSError:
        return []
    if len(names) > _MOST_PACKS:
        raise InputError(f"more than {_MOST_PACKS} entries", where=folder, hint="git gc")
    return names


def _lines(path: Path) -> list[str]:
    return _text(path).splitlines() if path.is_file() else []


def _text(path: Path) -> str:
    return read_small(path, _MOST_TEXT).decode("utf-8", "surrogateescape")


def read_small(path: Path, limit: int) -> bytes:
    """A small regular file of the repository. Raises `InputError`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=path) from error
    if data is None or len(data) > limit:  # a pipe that nobody writes to, or too much
        raise InputError(f"no file of at most {limit} bytes", where=path)
    return data


def _settings(config: Path) -> dict[str, list[str]]:
    """`section.key` (without sub-section, in lower case) → values. Includes are not followed."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in _text(config).splitlines():
        rest = line
        if header := _SECTION.match(line):
            section, rest = header[1].lower(), header[2]
        if setting := _SETTING.match(rest):
            value = (setting[2] or "true").strip('"')
            found.setdefault(f"{section}.{setting[1].lower()}", []).append(value)
    return found
