"""What lies inside the archives of a target, unfolded in memory, in pieces, and within bounds; nothing is extracted.

Zip and everything built on it (jar, whl, nupkg, vsix …), tar, Debian and RPM packages, and single streams of gzip,
bzip2, xz and zstandard, so that npm tarballs, crates and gems are read to the bottom. An archive that lies in another
is held in memory, and must be small enough for that. What cannot be unfolded is a `Problem`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.shape import ar_members, cpio_members, inflate, rpm_headers, tar_members, zip_members
from scanner.shape.stream import Stream
from scanner.shape.zip_members import Allowance
from scanner.targets.walk import PIECE

MOST_MEMBERS = 500_000
MOST_DEPTH = 4
_MOST_NESTED = 64 << 20
_FREE = 64 << 20
_MOST_RATIO = 200
_MOST_UNFOLDED = 16 << 30
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
RPM_HEADER = "(header)"
"""How the header of an RPM package is called among its files."""
_END = 22 + 0xFFFF
"""Where the end of a zip archive is looked for."""
# A launcher may stand before such an archive: it is known by name only.
_ZIP_NAMES = (
    ".aar", ".apk", ".crx", ".ear", ".egg", ".ipa", ".jar", ".nupkg", ".pex", ".pyz", ".vsix", ".war", ".whl", ".xpi",
    ".zip",
)  # fmt: skip
_UNKNOWN = (
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"MSCF\0\0\0\0", "cabinet"),
)
_UNKNOWN_MARKS = tuple(mark for mark, _ in _UNKNOWN)


class Member(msgspec.Struct, frozen=True):
    """One file inside an archive."""

    path: str
    """Behind its archive's path and `!/`."""
    pieces: Iterable[bytes]
    """Its bytes, to be taken before the next member is asked for. Raises `InputError` where they cannot be had."""


def kind(head: bytes, path: str) -> str | None:
    """zip, tar, deb, rpm or of `inflate.KINDS`, by the first 512 bytes or, for zip, the name; `None` for no archive."""
    if head[:4] in _ZIP or (head and path.lower().endswith(_ZIP_NAMES)):
        return "zip"
    if head.startswith(rpm_headers.LEAD):
        return "rpm"
    if ar_members.looks_like_deb(head):
        return "deb"
    return inflate.kind(head) or ("tar" if tar_members.looks_like(head) else None)


def is_archive(head: bytes, path: str) -> bool:
    """Whether there is something to unfold, or to tell that it cannot be: asked of every file of a tree."""
    return head.startswith(_UNKNOWN_MARKS) or kind(head, path) is not None


def begins_otherwise(head: bytes, of: str) -> bool:
    """Whether it is an archive by its name, while something else stands at its beginning that is text or a program."""
    return of == "zip" and head[:4] not in _ZIP


def unreadable(head: bytes) -> str | None:
    """The name of a kind of archive that we cannot unfold."""
    return next((name for mark, name in _UNKNOWN if head.startswith(mark)), None)


def unfold(
    path: str, of: str, whole: Callable[[], memoryview], pieces: Iterable[bytes], size: int
) -> Iterator[Member | Problem]:
    """Yield every member of the archive at `path`, and of the archives inside it.

    `whole` gives all bytes at once (a mapped file), `pieces` one after the other: zip archives are read from their
    end, the others from the front.
    """
    allowance = Allowance(MOST_MEMBERS, min(_MOST_UNFOLDED, _FREE + _MOST_RATIO * size))
    yield from _archive(path, of, whole, pieces, allowance, 1)


def _archive(
    path: str, of: str, whole: Callable[[], memoryview], pieces: Iterable[bytes], allowance: Allowance, depth: int
) -> Iterator[Member | Problem]:
    try:
        if of == "zip":
            yield from _zip(path, whole(), allowance, depth)
        elif of == "tar":
            yield from _tar(path, _counted(pieces, allowance), allowance, depth)
        elif of == "deb":
            yield from _deb(path, pieces, allowance, depth)
        elif of == "rpm":
            yield from _rpm(path, pieces, allowance, depth)
        else:
            yield from _stream(path, _counted(inflate.pieces(pieces, of, size=PIECE), allowance), allowance, depth)
    except InputError as error:
        yield Problem(where=path, what=error.what, hint=error.hint or "what it holds was not searched in full")


def _zip(path: str, data: memoryview, allowance: Allowance, depth: int) -> Iterator[Member | Problem]:
    if data[:4] not in _ZIP and b"PK\x05\x06" not in bytes(data[-_END:]):
        return  # it only has the name of one, and is searched as what it is
    for member in zip_members.directory(data, allowance):
        inside = f"{path}!/{member.name}"
        yield from _member(inside, zip_members.pieces(data, member, allowance, size=PIECE), allowance, depth)


def _tar(path: str, pieces: Iterable[bytes], allowance: Allowance, depth: int) -> Iterator[Member | Problem]:
    special: list[str] = []
    for member in tar_members.members(pieces, most=allowance.members, special=special.append):
        allowance.members -= 1
        yield from _member(f"{path}!/{member.name}", member.pieces(), allowance, depth)
    yield from _special(path, special)


def _special(path: str, names: list[str]) -> Iterator[Problem]:
    """Nothing is lost by passing over what has no bytes, but files for people do not hold such things."""
    if names:
        what = f"{len(names):,} device files or pipes in it, such as {names[0][:200]}: none was opened"
        yield Problem(where=path, what=what, harmless=True)


def _deb(path: str, pieces: Iterable[bytes], allowance: Allowance, depth: int) -> Iterator[Member | Problem]:
    """Its own data and its files are archives of any size, and are unfolded as they come."""
    for member in ar_members.members(pieces, most=allowance.members):
        allowance.members -= 1
        inside = f"{path}!/{member.name}"
        taken = member.pieces()
        head = _beginning(taken)
        of = kind(head, inside)
        if of is None or of == "zip":
            yield from _member(inside, chain((head,), taken), allowance, depth)
        else:
            yield from _archive(inside, of, lambda: memoryview(b""), chain((head,), taken), allowance, depth)


def _rpm(path: str, pieces: Iterable[bytes], allowance: Allowance, depth: int) -> Iterator[Member | Problem]:
    """Its header, in which the scripts stand that run when it is installed, then its files."""
    stream = Stream(pieces)
    header = rpm_headers.take(stream)
    yield Member(f"{path}!/{RPM_HEADER}", (header,))
    payload = stream.rest()
    head = _beginning(payload)
    of = inflate.kind(head)
    if of is None and not cpio_members.looks_like(head):
        yield cannot_unfold(path, unreadable(head) or "unknown")
        return
    packed = chain((head,), payload)
    files = packed if of is None else inflate.pieces(packed, of, size=PIECE)
    special: list[str] = []
    for member in cpio_members.members(_counted(files, allowance), most=allowance.members, special=special.append):
        allowance.members -= 1
        yield from _member(f"{path}!/{member.name}", member.pieces(), allowance, depth)
    yield from _special(path, special)


def _stream(path: str, pieces: Iterable[bytes], allowance: Allowance, depth: int) -> Iterator[Member | Problem]:
    """One compressed file: a tar, as a rule."""
    taken = iter(pieces)
    head = _beginning(taken)
    if tar_members.looks_like(head):
        yield from _tar(path, chain((head,), taken), allowance, depth)
    else:
        name = path.rpartition("/")[2].rpartition(".")[0] or "content"
        yield from _member(f"{path}!/{name}", chain((head,), taken), allowance, depth)


def _member(path: str, pieces: Iterable[bytes], allowance: Allowance, depth: int) -> Iterator[Member | Problem]:
    """The member, then what it holds where it is an archive itself."""
    taken = iter(pieces)
    try:
        head = _beginning(taken)
    except InputError as error:
        yield Problem(where=path, what=error.what, hint="it was not searched")
        return
    of = kind(head, path)
    if of is None:
        strange = unreadable(head)
        yield Member(path, chain((head,), taken))
        if strange is not None:
            yield cannot_unfold(path, strange)
        return
    held = [head]
    size = len(head)
    try:
        for piece in taken:
            held.append(piece)
            size += len(piece)
            if size > _MOST_NESTED:
                break
    except InputError as error:
        yield Problem(where=path, what=error.what, hint="it was not searched")
        return
    if size > _MOST_NESTED:
        yield Member(path, chain(held, taken))
        yield Problem(where=path, what="an archive inside an archive, too large to be opened in memory")
        return
    data = b"".join(held)
    yield Member(path, (data,))
    if depth >= MOST_DEPTH:
        yield Problem(where=path, what=f"archives more than {MOST_DEPTH} deep")
        return
    yield from _archive(path, of, lambda: memoryview(data), _cut(data), allowance, depth + 1)


def _beginning(pieces: Iterator[bytes]) -> bytes:
    """Enough to tell an archive by: where a member begins, a piece may end a byte later."""
    head = next(pieces, b"")
    while 0 < len(head) < tar_members.BLOCK:
        piece = next(pieces, b"")
        if not piece:
            break
        head += piece
    return head


def cannot_unfold(path: str, name: str) -> Problem:
    """What is said of an archive of a kind that we do not open."""
    return Problem(where=path, what=f"{name} archives are not unfolded", hint="unpack it, and scan what comes out")


def _cut(data: bytes) -> Iterator[bytes]:
    for begin in range(0, len(data), PIECE):
        yield data[begin : begin + PIECE]


def _counted(pieces: Iterable[bytes], allowance: Allowance) -> Iterator[bytes]:
    for piece in pieces:
        allowance.take_bytes(len(piece))
        yield piece
