"""What an ecosystem's version order is: a function from text to a key that sorts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from scanner.errors import InputError

Key = tuple[Any, ...]
"""Nested tuples of integers and strings. The first element is 0 for what is no version in the scheme's eyes."""

# Nobody publishes longer versions: such text is somebody's attempt to fill the cache.
_CACHED_LENGTH = 200


class UncomparableError(InputError):
    """No order is known for the versions of this ecosystem: what depends on one cannot be decided."""


class Scheme:
    """The version order of one family of ecosystems. Any two strings compare, and none raises."""

    __slots__ = ("_cached", "_key", "name")

    def __init__(self, name: str, key: Callable[[str], Key]) -> None:
        self.name = name
        self._key = key
        self._cached = lru_cache(maxsize=1 << 15)(key)

    def key(self, version: str) -> Key:
        """A sortable, hashable value: keys are equal where the scheme calls versions equal."""
        return self._cached(version) if len(version) <= _CACHED_LENGTH else self._key(version)

    def compare(self, a: str, b: str) -> int:
        """-1, 0 or 1, as `a` stands before, with or behind `b`."""
        left, right = self.key(a), self.key(b)
        return (left > right) - (left < right)

    def orders(self, version: str) -> bool:
        """False for branches, tags, commits and other words, which stand below every version."""
        return bool(self.key(version)[0])


def number(digits: str) -> int:
    """An integer that sorts like the decimal `digits`, whatever their number.

    They are read as hexadecimal, which keeps order and equality, and for which Python has neither a limit of length
    nor a quadratic cost.
    """
    return int(digits, 16)
