"""The members of a big zip, one after the other: `all.zip` of a feed holds hundreds of thousands of small records.

Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT. The standard library's reader spends twice the
time of the inflating on bookkeeping for each member (measured: 3.7 of 5.3 s), hence an own one. It reads the central
directory once and the data in windows, not by mapping the file: a mapped file counts as memory, and kills the process
when somebody truncates it meanwhile. Whatever does not fit together is refused, sizes are bounded before inflating.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

import msgspec

from scanner.errors import InputError

MAX_ENTRIES = 4_000_000
MAX_ENTRY = 64 * 1024 * 1024
"""Largest member, inflated."""
MAX_TOTAL = 16 * 1024 * 1024 * 1024
"""Most bytes that all members together may claim."""
MAX_RATIO = 200
"""Most that a member of more than a megabyte may grow."""

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_SMALL = 64 * 1024
_WINDOW = 4 * 1024 * 1024
_STORED, _DEFLATED = 0, 8


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One member as the central directory describes it."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Archive:
    """An open zip. `entries` is in the order of the directory; `read` takes them in any order, ascending is fast."""

    def __init__(self, path: Path) -> None:
        """Open and check the directory. Raises `InputError` where the file is no zip, or is not what it claims."""
        self.path = path
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise InputError(f"cannot be opened: {error.strerror}", where=path) from error
        self._window, self._start = b"", 0
        try:
            self._length = os.fstat(self._file.fileno()).st_size
            self.entries: Sequence[Entry] = self._directory()
        except OSError as error:
            self._file.close()
            raise InputError(f"cannot be read: {error.strerror}", where=path) from error
        except InputError:
            self._file.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, entry: Entry) -> bytes:
        """The member's content. Raises `InputError` when it is damaged."""
        header = self._at(entry.offset, _LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise self._bad(f"{entry.name}: no member begins where the directory says")
        name_length, extra_length = _LOCAL.unpack(header)[-2:]
        packed = self._at(entry.offset + _LOCAL.size + name_length + extra_length, entry.packed)
        if len(packed) < entry.packed:
            raise self._bad(f"{entry.name}: the file ends inside it")
        if entry.method == _DEFLATED:
            try:
                if entry.packed <= _SMALL:
                    # Twice as fast, and what it may unfold to is bounded by the format (1:1032).
                    data = zlib.decompress(packed, -15, entry.size)
                else:
                    # One byte more than claimed is asked for, and none beyond: a bomb shows itself without exploding.
                    data = zlib.decompressobj(-15).decompress(packed, entry.size + 1)
            except zlib.error as error:
                raise self._bad(f"{entry.name}: damaged ({error})") from error
        else:
            data = packed
        if len(data) != entry.size or zlib.crc32(data) != entry.crc:
            raise self._bad(f"{entry.name}: damaged (wrong length or checksum)")
        return data

    def _directory(self) -> Sequence[Entry]:
        count, size, offset = self._end()
        if count > MAX_ENTRIES:
            raise self._bad(f"{count} members", hint=f"at most {MAX_ENTRIES} are read")
        if offset + size > self._length or size < count * _ENTRY.size:
            raise self._bad("its directory does not fit into the file")
        directory = self._at(offset, size)
        entries: list[Entry] = []
        position = packed_total = total = 0
        for _ in range(count):
            if position + _ENTRY.size > size:
                raise self._bad("its directory ends early")
            fields = _ENTRY.unpack_from(directory, position)
            signature, flags, method, crc, packed, inflated = (fields[i] for i in (0, 3, 4, 7, 8, 9))
            name_length, extra_length, comment_length = fields[10:13]
            start = fields[16]
            begin = position + _ENTRY.size
            name = directory[begin : begin + name_length].decode("utf-8", "replace")
            position = begin + name_length + extra_length + comment_length
            if signature != b"PK\x01\x02" or position > size:
                raise self._bad("its directory is damaged")
            self._check(name, flags, method, packed, inflated, start, offset)
            packed_total += packed
            total += inflated
            entries.append(Entry(name, method, crc, packed, inflated, start))
        # Members that share their data are how a small zip claims to be a huge one.
        if packed_total > self._length:
            raise self._bad("its members overlap")
        if total > MAX_TOTAL:
            raise self._bad(f"{total} bytes when unpacked", hint=f"at most {MAX_TOTAL} are read")
        return entries

    def _check(self, name: str, flags: int, method: int, packed: int, size: int, start: int, end: int) -> None:
        if flags & 0x1:
            raise self._bad(f"{name!r} is encrypted")
        if method not in (_STORED, _DEFLATED) or (method == _STORED and packed != size):
            raise self._bad(f"{name!r} is packed by method {method}")
        if start + _LOCAL.size + packed > end:  # also where a field of 64 bits stands elsewhere
            raise self._bad(f"{name!r} lies outside of the file")
        if size > MAX_ENTRY or (size > 1_000_000 and size > packed * MAX_RATIO):
            raise self._bad(f"{name!r} unpacks {packed} bytes to {size}")

    def _end(self) -> tuple[int, int, int]:
        """Members, size and offset of the directory."""
        tail_start = max(0, self._length - _END.size - 0xFFFF)
        tail = self._at(tail_start, self._length - tail_start)
        position = tail.rfind(b"PK\x05\x06")
        if position < 0 or position + _END.size > len(tail):
            raise self._bad("not a zip, or cut off: it has no end record")
        _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(tail, position)
        if disk or first_disk or here != count:
            raise self._bad("a part of a zip of several files")
        locator = tail_start + position - _END64_LOCATOR.size
        if count == 0xFFFF or 0xFFFFFFFF in (size, offset):
            found = self._at(locator, _END64_LOCATOR.size) if locator >= 0 else b""
            if found[:4] == b"PK\x06\x07":
                record = self._at(_END64_LOCATOR.unpack(found)[2], _END64.size)
                if len(record) < _END64.size or record[:4] != b"PK\x06\x06":
                    raise self._bad("its end record for large files is damaged")
                _, _, _, _, disk, first_disk, here, count, size, offset = _END64.unpack(record)
                if disk or first_disk or here != count:
                    raise self._bad("a part of a zip of several files")
        return count, size, offset

    def _at(self, offset: int, length: int) -> bytes:
        """Bytes of the file; fewer where it ends. Small neighbouring reads come out of one window."""
        if length > _WINDOW:
            return self._pread(offset, length)
        begin = offset - self._start
        if begin < 0 or begin + length > len(self._window):
            self._start, self._window = offset, self._pread(offset, _WINDOW)
            begin = 0
        return self._window[begin : begin + length]

    def _pread(self, offset: int, length: int) -> bytes:
        pieces = []
        try:
            while length > 0:
                piece = os.pread(self._file.fileno(), length, offset)
                if not piece:
                    break
                pieces.append(piece)
                offset, length = offset + len(piece), length - len(piece)
        except (OSError, OverflowError) as error:
            raise self._bad(f"cannot be read: {error}") from error
        return b"".join(pieces)

    def _bad(self, what: str, *, hint: str | None = None) -> InputError:
        return InputError(what, where=self.path, hint=hint)


def read_members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every member's name and content. Raises `InputError` at the first damaged one."""
    with Archive(path) as archive:
        for entry in archive.entries:
            yield entry.name, archive.read(entry)
