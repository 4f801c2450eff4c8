"""Makes untrusted text harmless for the medium that shows it.

Package names, paths and advisories are written by strangers: an escape sequence repaints a terminal, a line break
forges a CI command, a direction mark reverses what a reviewer reads. JSON needs none of this: its writer escapes.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_BAD_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
LIMIT = 1_000


@lru_cache(maxsize=65536)
def line(text: str, *, limit: int = LIMIT) -> str:
    """One printable line: every control, format, private or unassigned character as `\\xNN` or `\\uNNNN`."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char.isprintable() and unicodedata.category(char) not in _BAD_CATEGORIES else _escaped(char)
        for char in text
    )


def _escaped(char: str) -> str:
    number = ord(char)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def address(url: str) -> str:
    """A URL for showing: without user name and password."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return line(url)
    authority, slash, tail = rest.partition("/")
    return line(f"{scheme}://{authority.rpartition('@')[2]}{slash}{tail}")
