"""One update of a small package, and what a right answer says of it: the form of the cases in `unseen*.py`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

Files = Mapping[str, str | bytes]
Base = Callable[..., Mapping[str, str | bytes]]
_NONE: Files = MappingProxyType({})


class Update(NamedTuple):
    """A package before and after."""

    id: str
    old: Files
    new: Files
    when: frozenset[str] = frozenset()
    """Of these times one must be named; none where only a caller gets there, or where people would differ."""
    can: tuple[frozenset[str], ...] = ()
    """Of each set one word must stand in the reasons. An honest update has none."""


def sides(base: Base, version: str, changed: Files, before: Files = _NONE) -> tuple[Files, Files]:
    """A base at its own version with `before`, and the same at `version` with what is changed."""
    return {**base(), **before}, {**base(version), **before, **changed}


def noise(seed: str, size: int) -> bytes:
    """Bytes as in compressed data: the same each time, and nothing in them."""
    parts = (hashlib.sha256(f"{seed}{at}".encode()).digest() for at in range(size // 32 + 1))
    return b"".join(parts)[:size]
