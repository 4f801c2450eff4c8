"""Is this file, whatever its name, byte for byte a known bad one?"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator


class Digests:
    """The bad digests, by algorithm: only the algorithms that some indicator uses are computed."""

    def __init__(self, keys: Collection[str]) -> None:
        self._bad: dict[str, dict[bytes, str]] = {}
        for key in keys:
            algorithm, _, digits = key.partition(":")
            self._bad.setdefault(algorithm, {})[bytes.fromhex(digits)] = key

    def file(self) -> FileDigest:
        """The digests of one file, to be fed with its pieces."""
        return FileDigest(self._bad)


class FileDigest:
    """All digests of one file, in one pass."""

    def __init__(self, bad: dict[str, dict[bytes, str]]) -> None:
        self._bad = bad
        self._running = [(hashlib.new(name, usedforsecurity=False), found) for name, found in bad.items()]

    def feed(self, piece: bytes) -> None:
        """Take the next piece in."""
        for running, _ in self._running:
            running.update(piece)

    def hits(self) -> Iterator[str]:
        """The keys of indicators that this file is."""
        for running, found in self._running:
            key = found.get(running.digest())
            if key is not None:
                yield key
