"""The members of an `ar` archive, which is what a Debian package is, read front to back from pieces.

Spec: deb(5), https://manpages.debian.org/stable/dpkg-dev/deb.5.en.html: only plain names of up to 16 bytes are in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.errors import InputError
from scanner.shape.stream import Stream
from scanner.shape.tar_members import Member

MARK = b"!<arch>\n"
_DEBIAN = MARK + b"debian-binary"
_HEADER = 60


def looks_like_deb(head: bytes) -> bool:
    """Whether these first bytes begin a Debian package. A static library is an `ar` archive too, and none of these."""
    return head.startswith(_DEBIAN)


def members(pieces: Iterable[bytes], *, most: int) -> Iterator[Member]:
    """Yield the members in order. Raises `InputError` where a header makes no sense or there are too many."""
    stream = Stream(pieces)
    if stream.take(len(MARK), at_end=True) != MARK:
        raise InputError("not an ar archive")
    for _ in range(most):
        header = stream.take(_HEADER, at_end=True)
        if not header.strip():
            return
        size = header[48:58].strip()
        if len(header) < _HEADER or header[58:] != b"`\n" or not size.isdigit():
            raise InputError("a header in it is torn")
        member = Member(header[:16].decode("utf-8", "replace").rstrip(" /"), int(size), stream)
        yield member
        member.skip()
        stream.take(int(size) % 2, at_end=True)
    raise InputError(f"more than {most} members")
