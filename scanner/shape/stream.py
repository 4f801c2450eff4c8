"""Bytes that come in pieces, taken in whatever sizes are wanted: what archives are read through, front to back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.errors import InputError


class EndedError(InputError):
    """There are no more pieces."""


class Stream:
    """Pieces, taken in whatever sizes are wanted."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._piece = b""
        self._at = 0
        self.position = 0
        """Bytes taken so far."""

    def some(self, most: int) -> bytes:
        """At least one byte and at most `most`. Raises `InputError` at the end."""
        while self._at >= len(self._piece):
            try:
                self._piece, self._at = next(self._pieces), 0
            except StopIteration:
                raise EndedError("it breaks off") from None
        found = self._piece[self._at : self._at + most]
        self._at += len(found)
        self.position += len(found)
        return found

    def take(self, count: int, *, at_end: bool = False) -> bytes:
        """Exactly `count` bytes; fewer only where the end may come. Raises `InputError`."""
        found: list[bytes] = []
        while count:
            try:
                found.append(self.some(count))
            except EndedError:  # not what is torn below: a stream that breaks off must not pass for a short one
                if at_end:
                    break
                raise
            count -= len(found[-1])
        return b"".join(found)

    def rest(self) -> Iterator[bytes]:
        """Everything that is left."""
        while True:
            try:
                yield self.some(1 << 20)
            except EndedError:
                return
