"""Bytes that are packed, and literals that only their decoder gives away: what Python's standard library unpacks.

`zlib.decompress(…)`, `marshal.loads(…)`, `codecs.decode("…", "rot13")`, `b85decode("…")`, text that stands backwards.
Bounded: what unpacks to more than a few hundred kilobytes is cut there.
"""

from __future__ import annotations

import base64
import bz2
import codecs
import lzma
import re
import zlib
from collections.abc import Callable, Iterator, Mapping

_MOST = 200_000
_CALL = re.compile(
    r"\b(a85|b85|b32|b16)decode\(\s*b?([\"'])([^\"'\n]{8,200000})\2|"
    r"\bcodecs\.(?:de|en)code\(\s*([\"'])([^\"'\n]{8,200000})\4\s*,\s*[\"']rot_?13[\"']"
)
_NAMES = ("a85decode", "b85decode", "b32decode", "b16decode", "codecs.")
_DECODERS: Mapping[str, Callable[[str], bytes]] = {
    "a85": base64.a85decode,
    "b85": base64.b85decode,
    "b32": base64.b32decode,
    "b16": base64.b16decode,
}
_MARSHALLED = (b"\xe3\x00\x00\x00", b"c\x00\x00\x00")
"""How a code object begins: https://github.com/python/cpython/blob/main/Python/marshal.c"""


def unpacked(data: bytes) -> tuple[str, bytes] | None:
    """How some bytes are packed, and what is in them; `None` where they are not."""
    try:
        if data[:2] == b"\x1f\x8b":
            return "gzip", zlib.decompressobj(31).decompress(data, _MOST)
        if data[:1] == b"\x78" and len(data) > 2 and int.from_bytes(data[:2], "big") % 31 == 0:
            return "zlib", zlib.decompressobj().decompress(data, _MOST)
        if data[:3] == b"BZh":
            return "bz2", bz2.BZ2Decompressor().decompress(data, _MOST)
        if data[:6] == b"\xfd7zXZ\x00":
            return "xz", lzma.LZMADecompressor(memlimit=64 * 1024 * 1024).decompress(data, _MOST)
    except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
        return None
    if data[:4] in _MARSHALLED:
        # Names and constants of the code stand in it as they are.
        return "marshal", re.sub(rb"[^\t\n\r\x20-\x7e]+", b" ", data[:_MOST])
    return None


def called(text: str) -> Iterator[tuple[int, str, str, bytes]]:
    """(offset, literal, encoding, bytes) of literals that a call with a telling name decodes."""
    if not any(name in text for name in _NAMES):  # much cheaper than the pattern, and most files end here
        return
    for match in _CALL.finditer(text):
        how, literal, rotated = match[1], match[3], match[5]
        try:
            if rotated is not None:
                yield match.start(), rotated, "rot13", codecs.decode(rotated, "rot13").encode("utf-8", "replace")
            else:
                yield match.start(), literal, how, _DECODERS[how](literal)
        except ValueError:
            continue
