"""Releases that were fetched once, by digest; each is verified again whenever it is read.

artefacts/sha256/ab/cdef…      the file
artefacts/sha512/12/3456…      the SHA-256 of the file with that digest; likewise sha1, md5, h1
"""

from __future__ import annotations

import os
from pathlib import Path

from scanner.codescan import dirhash
from scanner.errors import EngineError, InputError
from scanner.model import digest as digests
from scanner.pipeline import cache_folder
from scanner.targets import walk

MOST_BYTES = 4 << 30
"""All together; the oldest give way."""
_BESIDE = ("sha512", "sha384", "sha1", "md5")


class Artefacts:
    """The store. Where its folder cannot be used, nothing is found and nothing is kept."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._usable = cache_folder.prepare(directory)
        self._written = False

    def find(self, digest: str) -> bytes | None:
        """The bytes with that digest (`algorithm:hex`, `h1:…`, or `of_address`), if they are here and still have it."""
        if not self._usable:
            return None
        algorithm, _, value = digest.partition(":")
        place = self._place(algorithm, value)
        key = value
        if algorithm != "sha256":
            try:
                key = place.read_text("ascii")
            except (OSError, UnicodeDecodeError):
                return None
        path = self._place("sha256", key)
        try:
            data = walk.read(path, "") if len(key) == 64 and key.isalnum() else b""
        except InputError:  # the oldest give way
            place.unlink(missing_ok=True)
            return None
        if not has(data, f"sha256:{key}") or (algorithm not in ("sha256", "url") and not has(data, digest)):
            # Damaged, or somebody's: as if it were not there.
            path.unlink(missing_ok=True)
            return None
        os.utime(path)
        return data

    def scratch(self) -> Path:
        """Where a file may be written before it is known what it is. Raises `EngineError`."""
        if not self._usable:
            raise EngineError(
                "the cache cannot be used", where=self._directory, hint="PRATIQUE_CACHE=FOLDER of your own, not shared"
            )
        try:
            return cache_folder.scratch(self._directory / "artefact")
        except OSError as error:
            raise EngineError(f"the cache cannot be written: {error.strerror}", where=self._directory) from error

    def keep(self, scratch: Path, data: bytes, *further: str) -> None:
        """Take a verified file in; `data` is what it holds, `further` how else it is found. Raises `EngineError`."""
        key = digests.of(data, "sha256").partition(":")[2]
        path = self._place("sha256", key)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            scratch.replace(path)
        except OSError as error:
            raise EngineError(f"the cache cannot be written: {error.strerror}", where=self._directory) from error
        self._written = True
        for digest in (*(digests.of(data, algorithm) for algorithm in _BESIDE), *further):
            algorithm, _, value = digest.partition(":")
            cache_folder.write(self._place(algorithm, value), key.encode())

    def prune(self) -> None:
        """Delete the oldest files when there are too many."""
        if self._written:
            cache_folder.prune(self._directory / "sha256", most=MOST_BYTES)

    def _place(self, algorithm: str, value: str) -> Path:
        # Base64 has slashes.
        return cache_folder.place(self._directory / algorithm, value.replace("/", "_"))


def has(data: bytes, digest: str) -> bool:
    """Whether bytes have a digest: `algorithm:hex`, or `h1:…` for the zip of a Go module."""
    algorithm = digest.partition(":")[0]
    if algorithm != "h1":
        return digests.of(data, algorithm) == digest
    try:
        return dirhash.of_zip(data) == digest
    except InputError:  # no zip, and so no module's
        return False


def of_address(url: str) -> str:
    """What a file from an address is found by, where nobody published a digest of it."""
    return digests.of(url.encode(), "sha256").replace("sha256:", "url:")
