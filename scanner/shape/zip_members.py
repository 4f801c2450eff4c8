"""The members of a zip archive in memory, read with suspicion.

Spec: APPNOTE.TXT, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

The standard `zipfile` of some Python versions that we run on has no guard against overlapping members, and takes long
to open a large directory. Here every size is checked before anything is inflated, and one `Allowance` is shared by an
archive and all that lie within it, so that a small file can never cost much.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from scanner.errors import InputError

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_UTF8 = 0x800
_STORED, _DEFLATED = 0, 8
_LARGE = 1 << 20
_MOST_RATIO = 200


@dataclass(slots=True)
class Allowance:
    """What one file and everything inside it may still cost."""

    members: int
    bytes: int
    """To inflate."""

    def take_bytes(self, count: int) -> None:
        if count > self.bytes:
            raise InputError("it would unfold to more than is read of one file")
        self.bytes -= count


class Member(NamedTuple):
    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    """Of the local header."""


def directory(data: memoryview, allowance: Allowance) -> list[Member]:
    """The members that the central directory names, in its order, folders left out.

    Raises `InputError` where it is no zip, the directory is torn, or members lie over each other.
    """
    size, start, shift = _end(data)
    members: list[Member] = []
    position, limit = start, start + size
    # The end record also says how many there are, in too few bits, and whoever hides a member says too few.
    while position + _CENTRAL.size <= limit:
        record = _CENTRAL.unpack_from(data, position)
        (mark, _, _, flags, method, _, _, crc, packed, unpacked, name_size, extra_size, comment_size, *_, offset) = (
            record
        )
        if mark != b"PK\x01\x02":
            raise InputError("its directory is torn")
        if len(members) >= allowance.members:
            raise InputError("too many members: no further archive is opened")
        begin = position + _CENTRAL.size
        position = begin + name_size + extra_size + comment_size
        if position > limit:
            raise InputError("its directory breaks off")
        raw = bytes(data[begin : begin + name_size])
        if 0xFFFFFFFF in (packed, unpacked, offset):
            extra = bytes(data[begin + name_size : begin + name_size + extra_size])
            unpacked, packed, offset = _wide(extra, unpacked, packed, offset)
        name = raw.decode("utf-8" if flags & _UTF8 or raw.isascii() else "cp437", "replace")
        members.append(Member(name, raw, flags, method, crc, packed, unpacked, offset + shift))
    if position != limit:
        raise InputError("its directory breaks off")
    allowance.members -= len(members)
    _refuse_overlaps(members, start)
    return [member for member in members if not member.name.endswith("/")]


def read(data: memoryview, member: Member, allowance: Allowance, *, most: int) -> memoryview:
    """The bytes of one member; a stored one is not copied. Raises `InputError` for anything but what was promised."""
    if member.flags & _ENCRYPTED:
        raise InputError("it is encrypted")
    if member.method not in (_STORED, _DEFLATED):
        raise InputError(f"compression method {member.method} is not supported")
    if member.size > most:
        raise InputError(f"{member.size} bytes are more than the {most} that are read")
    packed = _packed(data, member)
    if member.method == _STORED:
        if member.packed != member.size:
            raise InputError("its sizes contradict each other")
        content = packed
    else:
        content = _inflate(packed, member, allowance)
    if zlib.crc32(content) != member.crc:
        raise InputError("its checksum (CRC-32) is wrong")
    return content


def pieces(data: memoryview, member: Member, allowance: Allowance, *, size: int) -> Iterator[bytes]:
    """The bytes of one member, `size` at a time, for members that nobody needs whole.

    What is yielded is charged as it comes. Raises `InputError` as `read` does, but only when it gets there.
    """
    if member.flags & _ENCRYPTED:
        raise InputError("it is encrypted")
    if member.method not in (_STORED, _DEFLATED):
        raise InputError(f"compression method {member.method} is not supported")
    packed = _packed(data, member)
    if member.size > _LARGE and member.size > _MOST_RATIO * len(packed) and member.method == _DEFLATED:
        raise InputError(f"{len(packed)} bytes would unfold to {member.size}")
    crc = total = 0
    for piece in _stored(packed, size) if member.method == _STORED else _inflated(packed, size):
        total += len(piece)
        if total > member.size:
            raise InputError("it unfolds to another size than promised")
        allowance.take_bytes(len(piece))
        crc = zlib.crc32(piece, crc)
        yield piece
    if total != member.size:
        raise InputError("it unfolds to another size than promised")
    if crc != member.crc:
        raise InputError("its checksum (CRC-32) is wrong")


def _stored(packed: memoryview, size: int) -> Iterator[bytes]:
    for begin in range(0, len(packed), size):
        yield bytes(packed[begin : begin + size])


def _inflated(packed: memoryview, size: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-15)
    try:
        # In slices: what is left of the input is copied at each call.
        for begin in range(0, len(packed), size):
            left: bytes | memoryview = packed[begin : begin + size]
            while len(left) and not inflater.eof:
                if piece := inflater.decompress(left, size):
                    yield piece
                left = inflater.unconsumed_tail
        while not inflater.eof:
            piece = inflater.decompress(b"", size)
            if not piece:
                raise InputError("it breaks off")
            yield piece
    except zlib.error as error:
        raise InputError("it cannot be unpacked") from error


def _packed(data: memoryview, member: Member) -> memoryview:
    if member.offset < 0 or member.offset + _LOCAL.size > len(data):
        raise InputError("it lies outside of the archive")
    mark, _, flags, method, _, _, _, _, _, name_size, extra_size = _LOCAL.unpack_from(data, member.offset)
    begin = member.offset + _LOCAL.size
    if mark != b"PK\x03\x04" or method != member.method or (flags ^ member.flags) & _ENCRYPTED:
        raise InputError("its own header contradicts the directory")
    # Tools that read from the front see this name, tools that read the directory the other one.
    if bytes(data[begin : begin + name_size]) != member.raw_name:
        raise InputError("its own header gives another name than the directory")
    begin += name_size + extra_size
    if begin + member.packed > len(data):
        raise InputError("it breaks off")
    return data[begin : begin + member.packed]


def _inflate(packed: memoryview, member: Member, allowance: Allowance) -> memoryview:
    if member.size > _LARGE and member.size > _MOST_RATIO * len(packed):
        raise InputError(f"{len(packed)} bytes would unfold to {member.size}")
    allowance.take_bytes(member.size)
    inflater = zlib.decompressobj(-15)
    try:
        content = inflater.decompress(packed, member.size + 1)
    except zlib.error as error:
        raise InputError("it cannot be unpacked") from error
    if len(content) != member.size or not inflater.eof:
        raise InputError("it unfolds to another size than promised")
    return memoryview(content)


def _end(data: memoryview) -> tuple[int, int, int]:
    """(bytes of the directory, its place, what offsets are short by) from the record at the end."""
    place = _end_place(data)
    *_, size, offset, _ = _END.unpack_from(data, place)
    locator = place - _END64_LOCATOR.size
    if locator >= 0 and bytes(data[locator : locator + 4]) == b"PK\x06\x07":
        place = locator - _END64.size
        if place < 0 or bytes(data[place : place + 4]) != b"PK\x06\x06":
            raise InputError("its directory is torn")
        *_, size, offset = _END64.unpack_from(data, place)
    start = place - size
    # A launcher script may stand before the archive: then all offsets are short by its length.
    if start < 0 or start < offset:
        raise InputError("its directory is torn")
    return size, start, start - offset


def _end_place(data: memoryview) -> int:
    """Where the end record stands: the last one that ends with the file, or, where bytes were added, the last one."""
    begin = max(0, len(data) - _END.size - 0xFFFF)
    tail = bytes(data[begin:])
    last = found = tail.rfind(b"PK\x05\x06", 0, max(0, len(tail) - _END.size + 4))
    if last < 0:
        raise InputError("not a zip archive: it has no directory")
    while found >= 0:
        comment_size = _END.unpack_from(tail, found)[-1]
        if found + _END.size + comment_size == len(tail):
            return begin + found
        found = tail.rfind(b"PK\x05\x06", 0, found)
    return begin + last


def _wide(extra: bytes, unpacked: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Sizes of more than 32 bits, from the extra field: only those that did not fit stand there."""
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, position)
        if kind == 1:
            field = extra[position + 4 : position + 4 + size]
            wide = [int.from_bytes(field[at : at + 8], "little") for at in range(0, len(field) - 7, 8)]
            values = [wide.pop(0) if value == 0xFFFFFFFF and wide else value for value in (unpacked, packed, offset)]
            return values[0], values[1], values[2]
        position += 4 + size
    return unpacked, packed, offset


def _refuse_overlaps(members: list[Member], directory_start: int) -> None:
    """Members that share bytes are how a small archive unfolds to a huge one: no tool writes them."""
    end = 0
    for offset, packed in sorted((member.offset, member.packed) for member in members):
        if offset < end:
            raise InputError("its members lie over each other")
        end = offset + _LOCAL.size + packed
    if end > directory_start:
        raise InputError("its members lie over its directory")
