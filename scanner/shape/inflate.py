"""Compressed streams, unfolded piece by piece and never further than allowed: gzip, bzip2, xz.

Specs: RFC 1952 (gzip), https://tukaani.org/xz/xz-file-format.txt
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from scanner.errors import InputError

_MOST_MEMORY = 128 << 20
"""What an xz stream may claim for its dictionary."""
_MOST_STREAMS = 100_000
_HEAD = 10
"""Bytes by which each kind is known."""


class _Inflater(Protocol):
    """One stream: takes packed bytes, gives at most so many back, and says what it has not used."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def some(self, data: bytes, most: int) -> tuple[bytes, bytes]: ...


class _Gzip:
    def __init__(self) -> None:
        import zlib

        self._inner = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def some(self, data: bytes, most: int) -> tuple[bytes, bytes]:
        piece = self._inner.decompress(data, most)
        return piece, self._inner.unconsumed_tail


class _Buffering:
    """bz2 and lzma keep what they have not used themselves."""

    def __init__(self, kind: str) -> None:
        if kind == "bzip2":
            import bz2

            self._inner: Any = bz2.BZ2Decompressor()
        else:
            import lzma

            self._inner = lzma.LZMADecompressor(memlimit=_MOST_MEMORY)

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data)

    def some(self, data: bytes, most: int) -> tuple[bytes, bytes]:
        return self._inner.decompress(data, most), b""


def kind(head: bytes) -> str | None:
    """gzip, bzip2 or xz by the first bytes; `None` for anything else."""
    if head[:3] == b"\x1f\x8b\x08":
        return "gzip"
    if head[:3] == b"BZh" and head[4:10] == b"1AY&SY":
        return "bzip2"
    return "xz" if head[:6] == b"\xfd7zXZ\0" else None


def pieces(packed: Iterable[bytes], of: str, *, size: int) -> Iterator[bytes]:
    """Unfold a stream of `kind`, or several behind each other, at most `size` bytes at a time.

    Raises `InputError` where it is torn. How much may come in all is the caller's to count. What follows the last
    stream and is none is left alone, as gzip itself does.
    """
    streams = 0
    inflater: _Inflater | None = None
    left = b""
    try:
        for data in packed:
            left += data
            while left or (inflater is not None and not inflater.eof):
                if inflater is None:
                    left = left.lstrip(b"\0") if streams else left  # padding between streams
                    if len(left) < _HEAD and streams:
                        break  # it may be the beginning of a further stream
                    if streams and kind(left) != of:
                        return
                    streams += 1
                    if streams > _MOST_STREAMS:
                        raise InputError("too many streams behind each other")
                    inflater = _Gzip() if of == "gzip" else _Buffering(of)
                piece, left = inflater.some(left, size)
                if piece:
                    yield piece
                if inflater.eof:
                    left, inflater = inflater.unused_data, None
                elif not piece and not left:
                    break  # it wants more
    except _errors(of) as error:
        raise InputError("it cannot be unpacked") from error
    if inflater is not None or not streams:
        raise InputError("it breaks off")


def _errors(of: str) -> tuple[type[Exception], ...]:
    import zlib

    if of == "xz":
        import lzma

        return lzma.LZMAError, EOFError
    return (zlib.error, OSError, EOFError, ValueError)
