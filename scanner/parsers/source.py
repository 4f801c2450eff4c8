"""What a parser is given: one file, and a narrow view of what lies beside it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


def _nothing(_path: str) -> bytes | None:
    return None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One file that a parser has claimed."""

    path: str
    """Relative to the target, with `/`."""
    data: bytes
    sibling: Callable[[str], bytes | None] = _nothing
    """Bytes of another file of the same target, by path from the target's root (`..` is resolved and may not
    leave the target), or `None`. For formats that are split over files: requirements, Maven parents."""
