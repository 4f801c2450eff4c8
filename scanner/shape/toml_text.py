"""TOML that somebody else wrote."""

from __future__ import annotations

import tomllib
from typing import Any

from scanner.errors import InputError
from scanner.shape import encoding

MAX_BYTES = 64 * 1024 * 1024


def value(data: bytes, *, where: str) -> dict[str, Any]:
    """Decode a document. TOML itself forbids repeated keys. Raises `InputError` with the line."""
    if len(data) > MAX_BYTES:
        raise InputError(f"{len(data)} bytes of TOML", where=where, hint=f"at most {MAX_BYTES} are read")
    try:
        return tomllib.loads(encoding.text(data, where=where).replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}", where=where) from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"not TOML: {error or 'nested too deeply'}", where=where) from error
