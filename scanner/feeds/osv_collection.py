"""Records of OSV in a repository's own folders: a checkout, or an archive of it (zip, tar, tar.gz).

OSSF's malicious-packages files them as `osv/malicious/<ecosystem>/<name>/MAL-….json`, GitHub's advisory database as
`advisories/github-reviewed/<year>/<month>/<id>/<id>.json`; others otherwise: every `*.json` outside of hidden folders
is taken for a record. GitHub's `unreviewed` advisories name no package and are left out.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

from scanner.errors import InputError
from scanner.feeds.archive import Archive
from scanner.feeds.osv_bucket import ARCHIVE, MAX_RECORD, NAMES
from scanner.shape import inflate, tar_members

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")
MAX_FILES = 4_000_000
MAX_TOTAL = 32 * 1024 * 1024 * 1024
MAX_DEPTH = 32
_PIECE = 256 * 1024
_LEFT_OUT = "unreviewed"


class Document(msgspec.Struct, frozen=True, gc=False):
    """One file that should be a record."""

    where: str
    data: bytes | None
    """`None` where it could not be read."""
    problem: str | None = None


def is_bucket(path: Path) -> bool:
    """Whether a folder is a copy of OSV's bucket rather than somebody's repository."""
    return (path / NAMES).is_file() or any(path.glob(f"*/{ARCHIVE}"))


def fingerprint(path: Path) -> str:
    """Changes whenever a file does: of an archive its size and time, of a folder those of all its records."""
    if path.is_file():
        status = path.stat()
        return f"{status.st_size}-{status.st_mtime_ns}"
    digest = hashlib.sha256()
    for name, status in _listed(path):
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def documents(path: Path) -> Iterator[Document]:
    """Every file that should be a record. Raises `InputError` where the whole is not to be read."""
    if path.is_dir():
        yield from _in_folder(path)
        return
    try:
        with path.open("rb") as file:
            head = file.read(tar_members.BLOCK)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=path) from error
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        yield from _in_zip(path)
    elif inflate.kind(head) is not None or tar_members.looks_like(head):
        yield from _in_tar(path, inflate.kind(head))
    else:
        raise InputError("neither a folder nor a zip or tar archive", where=path)


def wanted(name: str) -> bool:
    """Whether a path inside the collection is that of a record."""
    parts = PurePosixPath(name).parts
    return name.endswith(".json") and not any(part.startswith(".") for part in parts) and _LEFT_OUT not in parts


def _in_folder(root: Path) -> Iterator[Document]:
    for name, status in _listed(root):
        if status.st_size > MAX_RECORD:
            yield Document(name, None, f"{status.st_size} bytes, at most {MAX_RECORD} are read")
            continue
        try:
            yield Document(name, (root / name).read_bytes())
        except OSError as error:
            yield Document(name, None, f"cannot be read: {error.strerror}")


def _listed(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Plain files that should be records, in a fixed order. Links are not followed."""
    count = 0
    stack = [""]
    while stack:
        folder = stack.pop()
        try:
            with os.scandir(root / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=root / folder) from error
        for entry in reversed(found):
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_file(follow_symlinks=False) and wanted(name):
                count += 1
                if count > MAX_FILES:
                    raise InputError(f"more than {MAX_FILES} records", where=root)
                yield name, entry.stat(follow_symlinks=False)
        for entry in found:
            name = f"{folder}/{entry.name}" if folder else entry.name
            deep = name.count("/") >= MAX_DEPTH
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".") and not deep:
                stack.append(name)


def _in_zip(path: Path) -> Iterator[Document]:
    with Archive(path) as archive:
        for entry in archive.entries:
            if wanted(entry.name):
                try:
                    yield Document(entry.name, archive.read(entry))
                except InputError as error:
                    yield Document(entry.name, None, error.what)


def _ends(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-tar_members.BLOCK, os.SEEK_END)
        return not any(file.read())


def _in_tar(path: Path, packed: str | None) -> Iterator[Document]:
    total = 0
    if packed is None and not _ends(path):
        raise InputError("it is cut off: a tar archive ends with empty blocks", where=path)

    def bounded() -> Iterator[bytes]:
        nonlocal total
        with path.open("rb") as file:
            plain = iter(lambda: file.read(_PIECE), b"")
            for piece in plain if packed is None else inflate.pieces(plain, packed, size=_PIECE):
                total += len(piece)
                if total > MAX_TOTAL:
                    raise InputError(f"it unpacks to more than {MAX_TOTAL} bytes")
                yield piece

    try:
        for member in tar_members.members(bounded(), most=MAX_FILES):
            if not wanted(member.name):
                continue
            if member.size > MAX_RECORD:
                yield Document(member.name, None, f"{member.size} bytes, at most {MAX_RECORD} are read")
            else:
                yield Document(member.name, b"".join(member.pieces()))
    except InputError as error:
        raise InputError(error.what, where=path, hint=error.hint) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=path) from error
