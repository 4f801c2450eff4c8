"""Bytes → text, for files whose encoding nobody declared."""

from __future__ import annotations

import codecs

from scanner.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text(data: bytes, *, where: str) -> str:
    """Decode UTF-8 with or without mark, UTF-16 and UTF-32; raise `InputError` for anything else."""
    try:
        return data.decode(_name(data))
    except UnicodeDecodeError as error:
        raise InputError(f"not text: byte {error.start} is not {error.encoding}", where=where) from error


def utf8(data: bytes, *, where: str) -> bytes:
    """The same document as UTF-8 without a mark; no copy where it is that already."""
    if _name(data) == "utf-8":
        return data
    return text(data, where=where).encode("utf-8", "surrogatepass")


def lenient_text(data: bytes) -> str:
    """Decode for searching: what is not UTF-8 becomes U+FFFD. Never raises."""
    return data.decode(_name(data), "replace")


def _name(data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    # No mark: text that begins with an ASCII character tells UTF-16 by where its zero byte stands.
    if len(data) >= 2 and data[0] == 0 and data[1]:
        return "utf-16-be"
    if len(data) >= 4 and data[0] and data[1] == 0 and data[3] == 0:
        return "utf-16-le"
    return "utf-8"
