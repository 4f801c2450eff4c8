"""The members of a cpio archive ("newc"), which is what an RPM package holds, read front to back from pieces.

Spec: cpio(5), https://man.freebsd.org/cgi/man.cgi?query=cpio&sektion=5, "New ASCII Format".
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator

from scanner.errors import InputError
from scanner.shape.stream import Stream
from scanner.shape.tar_members import Member

_HEADER = 110
_MARKS = (b"070701", b"070702")
_MOST_NAME = 64 * 1024
_END = "TRAILER!!!"


def looks_like(head: bytes) -> bool:
    """Whether these first bytes begin such an archive."""
    return head[:6] in _MARKS


def members(pieces: Iterable[bytes], *, most: int, special: Callable[[str], None] = lambda _: None) -> Iterator[Member]:
    """Yield the regular files in order. Raises `InputError` where a header makes no sense or there are too many.

    `special` is called with the name of each device and pipe. Links are not members.
    """
    stream = Stream(pieces)
    for _ in range(most):
        header = stream.take(_HEADER, at_end=True)
        if len(header) < _HEADER:
            raise InputError("it breaks off")
        if header[:6] not in _MARKS:
            raise InputError("a header in it is torn")
        try:
            fields = [int(header[at : at + 8], 16) for at in range(6, _HEADER, 8)]
        except ValueError as error:
            raise InputError("a header in it is torn") from error
        mode, size, length = fields[1], fields[6], fields[11]
        if not 0 < length <= _MOST_NAME:
            raise InputError("a header in it is torn")
        name = stream.take(length).rstrip(b"\0").decode("utf-8", "replace")
        stream.take(-(_HEADER + length) % 4)
        if name == _END:
            return
        member = Member(name, size, stream)
        if stat.S_ISREG(mode):
            yield member
        elif stat.S_ISCHR(mode) or stat.S_ISBLK(mode) or stat.S_ISFIFO(mode):
            special(name)
        member.skip()
        stream.take(-size % 4, at_end=True)
    raise InputError(f"more than {most} members")
