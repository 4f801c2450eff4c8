"""Where a page begins, as a word that a stranger hands back: it is checked, and may only choose the place."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from scanner.errors import UsageError

_LONGEST = 4000
_MOST = 2**63 - 1


def written(kind: str, *key: int | str) -> str:
    """The key of the last row seen, of an order or a list called `kind`."""
    return base64.urlsafe_b64encode(json.dumps([kind, *key]).encode()).decode().rstrip("=")


def read(cursor: str, kind: str, *types: type[int] | type[str]) -> tuple[Any, ...]:
    """The key again. Raises `UsageError` where it is none, or one of another order."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        told = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        found, *key = told
        fits = found == kind and len(key) == len(types)
        if not fits or any(type(one) is not type_ or not _storable(one) for one, type_ in zip(key, types, strict=True)):
            raise ValueError
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise UsageError(
            "that is no cursor of this list", where="after", hint="take it from `next` of the page before"
        ) from None
    return tuple(key)


def _storable(value: int | str) -> bool:
    """Whether both databases take it."""
    if isinstance(value, int):
        return -_MOST <= value <= _MOST
    return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
