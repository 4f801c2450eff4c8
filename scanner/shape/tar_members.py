"""The members of a tar archive, read front to back from pieces, with suspicion.

Spec: POSIX.1-2017 `pax`, https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (ustar and extended
headers); GNU long names, https://www.gnu.org/software/tar/manual/html_node/Standard.html

The standard `tarfile` reads an extended header of any size into memory, and has had to be repaired often. Here nothing
is kept but the present piece, links are not members, and a name is only a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scanner.errors import InputError
from scanner.shape.stream import Stream

BLOCK = 512
_MOST_HEADER = 256 * 1024
"""Largest extended header or long name that is read."""
_REGULAR = (b"\0", b"0", b"7", b"S")
_SPECIAL = (b"3", b"4", b"6")
"""Character and block devices, pipes."""
_LONG_NAME, _PAX, _PAX_GLOBAL = b"L", b"x", b"g"


class Member:
    """One regular file: its name, and its bytes, which must be taken before the next member is asked for."""

    def __init__(self, name: str, size: int, stream: Stream) -> None:
        self.name = name
        self.size = size
        self.offset = stream.position
        """Where its bytes begin."""
        self._stream = stream
        self._left = size

    def pieces(self) -> Iterator[bytes]:
        """What has not been taken yet. Raises `InputError` where the archive breaks off."""
        while self._left:
            piece = self._stream.some(self._left)
            self._left -= len(piece)
            yield piece

    def skip(self) -> None:
        """Leave the rest."""
        for _ in self.pieces():
            pass


def looks_like(head: bytes) -> bool:
    """Whether these first bytes begin a tar archive: the checksum of the first header is right."""
    # The field is digits, which tells nearly every other file apart without adding anything up.
    return len(head) >= BLOCK and head[148:156].strip(b" \0").isdigit() and _checksum_holds(head[:BLOCK])


def members(pieces: Iterable[bytes], *, most: int, special: Callable[[str], None] = lambda _: None) -> Iterator[Member]:
    """Yield the regular files in order. Raises `InputError` where a header makes no sense or there are too many.

    `special` is called with the name of each device and pipe.
    """
    stream = Stream(pieces)
    long_name: str | None = None
    long_size: int | None = None
    seen = 0
    while True:
        header = stream.take(BLOCK, at_end=True)
        if len(header) < BLOCK or not any(header):
            return
        if not _checksum_holds(header):
            raise InputError("a header in it is torn")
        seen += 1
        if seen > most:
            raise InputError(f"more than {most} members")
        kind, size = header[156:157], _number(header[124:136])
        if kind in (_LONG_NAME, _PAX, _PAX_GLOBAL):
            if size > _MOST_HEADER:
                raise InputError("an extended header in it is too large")
            extended = stream.take(size)
            stream.take(-size % BLOCK)
            if kind == _LONG_NAME:
                long_name = _text(extended.partition(b"\0")[0])
            elif kind == _PAX:
                fields = _fields(extended)
                long_name = fields.get("path", long_name)
                size_field = fields.get("size", "")
                long_size = int(size_field) if size_field.isdecimal() and len(size_field) < 20 else long_size
            continue
        size = size if long_size is None else long_size
        if kind in _REGULAR:
            member = Member(_name(header) if long_name is None else long_name, size, stream)
            if not (kind == b"\0" and member.name.endswith("/")):
                yield member
            member.skip()
        else:
            if kind in _SPECIAL:
                special(_name(header) if long_name is None else long_name)
            # Folders, links and devices: what POSIX gives no content may still claim some.
            Member("", 0 if kind in b"123456" else size, stream).skip()
            size = 0 if kind in b"123456" else size
        stream.take(-size % BLOCK, at_end=True)
        long_name = long_size = None


def _checksum_holds(header: bytes) -> bool:
    try:
        said = _number(header[148:156])
    except InputError:
        return False
    return said == sum(header) - sum(header[148:156]) + 8 * 0x20


def _number(field: bytes) -> int:
    """Octal text, or, with the top bit set, a big-endian number (GNU)."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0").partition(b"\0")[0]
    try:
        number = int(digits or b"0", 8)
    except ValueError as error:
        raise InputError("a header in it is torn") from error
    if number < 0:
        raise InputError("a header in it is torn")
    return number


def _name(header: bytes) -> str:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return _text(prefix + b"/" + name if prefix else name)


def _fields(data: bytes) -> dict[str, str]:
    """`<length> <key>=<value>\\n`, again and again."""
    fields: dict[str, str] = {}
    while data:
        length, blank, _ = data.partition(b" ")
        if not blank or not length.isdigit() or not len(length) < int(length[:9]) <= len(data):
            break
        key, _, value = data[len(length) + 1 : int(length)].rstrip(b"\n").partition(b"=")
        fields[_text(key)] = _text(value)
        data = data[int(length) :]
    return fields


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
