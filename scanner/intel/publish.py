"""Putting a new file in the place of an old one: one writer at a time, one rename, on disk before it is seen.

Whatever happens at whatever moment, the file that readers see is the old one or the new one, complete.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scanner.errors import IntelError

_PATIENCE = 600.0


@contextmanager
def writing(path: Path, *, patience: float = _PATIENCE) -> Iterator[None]:
    """Be the only writer of `path`, and sweep what a killed one left. Raises `IntelError` after `patience` seconds."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.parent / f".{path.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise IntelError(
            f"cannot be written: {error.strerror}", where=path.parent, hint="choose --intel-dir"
        ) from error
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise IntelError("another sync is writing it", where=path, hint="wait for it to end") from None
                time.sleep(0.1)
        for leftover in path.parent.glob(f".{path.name}.*.tmp"):
            leftover.unlink(missing_ok=True)
        yield
    finally:
        os.close(lock)


def temporary(path: Path, purpose: str) -> Path:
    """A name beside `path` that readers do not look at and the next writer sweeps."""
    return path.parent / f".{path.name}.{os.getpid()}.{purpose}.tmp"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file that takes the place of `path` when the block ends well, on disk before it is seen."""
    new = temporary(path, "db")
    try:
        yield new
        file = os.open(new, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
        new.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except (sqlite3.Error, OSError) as error:
        raise IntelError(f"cannot be written: {error}", where=path, hint="the old database is kept") from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
