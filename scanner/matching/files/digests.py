"""Is this file, whatever its name, byte for byte a known bad one?"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator


class Digests:
    """The bad digests, by algorithm: only the algorithms that some indicator uses are computed."""

    def __init__(self, keys: Collection[str]) -> None:
        bad: dict[str, dict[bytes, str]] = {}
        for key in keys:
            algorithm, _, digits = key.partition(":")
            bad.setdefault(algorithm, {})[bytes.fromhex(digits)] = key
        # By constructor: looking one up by name costs more than the digest of a small file.
        self._by_maker = [(getattr(hashlib, algorithm), found) for algorithm, found in bad.items()]

    def of(self, data: bytes) -> tuple[str, ...]:
        """The keys of indicators that a file with these bytes is."""
        found = (bad.get(make(data, usedforsecurity=False).digest()) for make, bad in self._by_maker)
        return tuple(key for key in found if key is not None)

    def file(self) -> FileDigest:
        """The digests of one file, to be fed with its pieces."""
        return FileDigest([(make(usedforsecurity=False), bad) for make, bad in self._by_maker])


class FileDigest:
    """All digests of one file, in one pass."""

    def __init__(self, running: list[tuple[hashlib._Hash, dict[bytes, str]]]) -> None:
        self._running = running

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
