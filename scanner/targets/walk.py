"""A folder → the files worth looking at, without following anybody out of it.

Links are not followed, devices and pipes are not opened, sizes and counts are bounded: the tree may be an attacker's.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from scanner import shape
from scanner.errors import InputError
from scanner.model.component import Problem

MAX_FILES = 2_000_000
MAX_FOLDERS_DEEP = 100
# Version control keeps its objects here; a checkout's content is what lies beside them.
_NOT_CONTENT = frozenset((".git", ".hg", ".svn"))
# But for these: programs that git runs by itself.
_HOOKS = {".git": "hooks"}
MAX_SEARCHED = 8 << 30
PIECE = 1 << 20
"""Bytes that `pieces` gives at a time."""
# Archives of this kind are also deployed unpacked, as folders of the same name.
_UNPACKED = (".jar", ".war", ".ear")


class File(msgspec.Struct, frozen=True, gc=False):
    """A regular file inside the target."""

    path: str
    """Relative to the target, with `/`."""
    size: int


def walk(root: Path, *, wanted: Callable[[str], bool]) -> Iterator[File | Problem]:
    """Yield the regular files below `root`, folder by folder in order of name, and what stood in the way.

    `wanted` says of a path whether a reader would take it: a link or a special file under such a name is a loss, any
    other is none.
    """
    seen = 0
    stack: list[tuple[str, int]] = [("", 0)]
    while stack:
        folder, depth = stack.pop()
        try:
            with os.scandir(root / folder if folder else root) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Problem(where=folder or ".", what=f"the folder cannot be opened: {error.strerror}")
            continue
        below: list[tuple[str, int]] = []
        for entry in ordered:
            path = f"{folder}/{entry.name}" if folder else entry.name
            seen += 1
            if seen > MAX_FILES:
                yield Problem(
                    where=folder or ".", what=f"more than {MAX_FILES} files", hint="scan its parts one by one"
                )
                return
            try:
                if entry.is_file(follow_symlinks=False):  # first, as most are
                    yield File(path, entry.stat(follow_symlinks=False).st_size)
                elif entry.is_symlink():
                    if wanted(path) and (loss := _lost_behind(root, path, wanted)) is not None:
                        yield Problem(where=path, what=loss)
                elif entry.is_dir(follow_symlinks=False):
                    if entry.name in _NOT_CONTENT:
                        inside = _HOOKS.get(entry.name)
                        if inside is None or not (root / path / inside).is_dir() or (root / path / inside).is_symlink():
                            continue
                        path = f"{path}/{inside}"
                    if wanted(path) and not path.endswith(_UNPACKED):
                        yield Problem(where=path, what="a folder under the name of a file that would be read")
                    if depth >= MAX_FOLDERS_DEEP:
                        yield Problem(where=path, what=f"folders more than {MAX_FOLDERS_DEEP} deep")
                    else:
                        below.append((path, depth + 1))
                elif wanted(path):
                    yield Problem(where=path, what="not a regular file")
            except OSError as error:
                yield Problem(where=path, what=f"cannot be looked at: {error.strerror}")
        stack.extend(reversed(below))


def read(root: Path, path: str, *, first: int | None = None) -> bytes:
    """The bytes of a file of the target, or its `first` ones only.

    Raises `InputError` for links, special files, and files too large to be read whole.
    """
    with io.BufferedReader(_opened(root, path, most=shape.MAX_BYTES)) as file:
        try:
            return file.read(shape.MAX_BYTES + 1 if first is None else first)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=path or root.name) from error


def small(root: Path, path: str, size: int) -> bytes | None:
    """The bytes of a file that the walk saw to be small, in one reading; `None` where it has another size by now.

    Raises `InputError` as `read` does. For small files alone: opening one as `pieces` does costs as much as reading it.
    """
    descriptor = _descriptor(root, path, most=MAX_SEARCHED)
    try:
        # One byte more than there should be tells that this was all.
        data = os.read(descriptor, size + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=path or root.name) from error
    finally:
        os.close(descriptor)
    return data if len(data) == size else None


def pieces(root: Path, path: str, size: int) -> Iterator[bytes]:
    """The bytes of a file of the target, `PIECE` at a time; at least one piece. Raises `InputError` as `read` does.

    `size` is what the walk saw: a file that has grown since is read to its end.
    """
    where = path or root.name
    with _opened(root, path, most=MAX_SEARCHED) as file:
        total = 0
        # One byte more than there should be: then one call tells that this was all.
        wanted = min(PIECE, size + 1)
        while True:
            try:
                piece = file.read(wanted)
            except OSError as error:
                raise InputError(f"cannot be read: {error.strerror}", where=where) from error
            if piece or not total:
                yield piece
            total += len(piece)
            if not piece or (total == size and len(piece) < wanted):
                return
            if total > MAX_SEARCHED:
                raise InputError("it grows while it is read", where=where)
            wanted = PIECE


def mapped(root: Path, path: str) -> memoryview:
    """The bytes of a file of the target without reading them, for what must be read from its end.

    Raises `InputError` as `read` does, and for an empty file.
    """
    import mmap  # for archives only

    with _opened(root, path, most=MAX_SEARCHED) as file:
        try:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise InputError(f"cannot be read: {error}", where=path or root.name) from error


def _opened(root: Path, path: str, *, most: int) -> io.FileIO:
    """As `_descriptor`, with no buffer of its own: whoever asks, asks for much."""
    return io.FileIO(_descriptor(root, path, most=most), "rb")


def _descriptor(root: Path, path: str, *, most: int) -> int:
    """A regular file, opened without following a link or waiting for a pipe. Raises `InputError`."""
    try:
        # Joined as text: a path object costs more than opening the file.
        descriptor = os.open(
            f"{root}/{path}" if path else root, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        )
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}", where=path or root.name) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise InputError("not a regular file", where=path or root.name)
    if status.st_size > most:
        os.close(descriptor)
        raise InputError(f"{status.st_size} bytes", where=path or root.name, hint=f"at most {most} are read")
    return descriptor


def sibling_reader(root: Path) -> Callable[[str], bytes | None]:
    """For `Source.sibling`: other files of the same target by path; `None` for what is not there or not inside."""

    def sibling(path: str) -> bytes | None:
        parts: list[str] = []
        for part in PurePosixPath(path).parts:
            if part == "..":
                if not parts:
                    return None
                parts.pop()
            elif part not in (".", "/"):
                parts.append(part)
        full = root.joinpath(*parts)
        if not full.is_file() or not _inside(root, full):
            return None
        try:
            return read(root, "/".join(parts))
        except InputError:
            return None

    return sibling


def _lost_behind(root: Path, path: str, wanted: Callable[[str], bool]) -> str | None:
    """What is missed by not following a link; nothing where the walk meets the file that it leads to anyway."""
    full = root / path
    if not _inside(root, full):
        return "a link that leads out of the target is not followed"
    target = full.resolve()
    if not target.exists():
        return "a link that leads nowhere"
    if target.is_file() and not wanted(target.relative_to(root.resolve()).as_posix()):
        return "a link to a file that is not read under its own name"
    return None


def _inside(root: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a loop of links
        return False
