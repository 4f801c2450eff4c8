"""Compressed streams, unfolded piece by piece and never further than allowed: gzip, bzip2, xz, zstandard.

Specs: RFC 1952 (gzip), https://tukaani.org/xz/xz-file-format.txt, RFC 8878 (zstandard)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from scanner.errors import InputError

KINDS = ("gzip", "bzip2", "xz", "zstandard")
_WINDOW = 27
_MOST_MEMORY = 1 << _WINDOW
"""What an xz or zstandard stream may claim for its dictionary."""
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
    """bz2, lzma and zstd keep what they have not used themselves."""

    def __init__(self, kind: str) -> None:
        if kind == "bzip2":
            import bz2

            self._inner: Any = bz2.BZ2Decompressor()
        elif kind == "zstandard":
            zstd = _zstd()
            self._inner = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW})
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
    """One of `KINDS` by the first bytes; `None` for anything else."""
    if head[:3] == b"\x1f\x8b\x08":
        return "gzip"
    if head[:3] == b"BZh" and head[4:10] == b"1AY&SY":
        return "bzip2"
    # A frame, or one that is to be passed over, behind which others may stand.
    if head[:4] == b"\x28\xb5\x2f\xfd" or (head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50):
        return "zstandard"
    return "xz" if head[:6] == b"\xfd7zXZ\0" else None


def pieces(packed: Iterable[bytes], of: str, *, size: int) -> Iterator[bytes]:
    """Unfold a stream of `kind`, or several behind each other, at most `size` bytes at a time.

    Raises `InputError` where it is torn. How much may come in all is the caller's to count. What follows the last
    stream and is none is left alone, as gzip itself does.
    """
    streams = 0
    inflater: _Inflater | None = None
    left = b""
    errors = _errors(of)
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
    except errors as error:
        raise InputError("it cannot be unpacked") from error
    if inflater is not None or not streams:
        raise InputError("it breaks off")


def _zstd() -> Any:
    """The module, which Python itself has from 3.14 on. Raises `InputError` where the extra is not installed."""
    try:
        from backports import zstd
    except ImportError:
        raise InputError(
            "packed with zstandard, and nothing here unpacks it", hint="pip install 'pratique[zstd]'"
        ) from None
    return zstd


def _errors(of: str) -> tuple[type[Exception], ...]:
    import zlib

    if of == "xz":
        import lzma

        return lzma.LZMAError, EOFError
    if of == "zstandard":
        return _zstd().ZstdError, EOFError
    return (zlib.error, OSError, EOFError, ValueError)
