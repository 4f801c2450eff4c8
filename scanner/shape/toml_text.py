"""TOML that somebody else wrote."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from scanner.errors import InputError
from scanner.shape import encoding

MAX_BYTES = 64 * 1024 * 1024
_MOST_PIECES = 500
_LONG_KEY = re.compile(rf"(?:^|[{{\[,])(?:[^\n=#.{{\[,]*+\.){{{_MOST_PIECES}}}", re.MULTILINE)
"""A dotted key without end: the library takes the square of its pieces, an hour for a megabyte."""


def value(data: bytes, *, where: str) -> dict[str, Any]:
    """Decode a document. TOML itself forbids repeated keys. Raises `InputError` with the line."""
    if len(data) > MAX_BYTES:
        raise InputError(f"{len(data)} bytes of TOML", where=where, hint=f"at most {MAX_BYTES} are read")
    text = encoding.text(data, where=where).replace("\r\n", "\n")
    if _LONG_KEY.search(text):
        raise InputError(f"not TOML that is read: a key of over {_MOST_PIECES} pieces", where=where)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}", where=where) from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"not TOML: {error or 'nested too deeply'}", where=where) from error
