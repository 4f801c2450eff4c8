"""A folder of the user's cache: small files by digest, each written whole or not at all, the oldest give way.

Everything in it may be deleted at any moment.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path


def default(environ: Mapping[str, str]) -> Path:
    """`$PRATIQUE_CACHE`, or `pratique` below `$XDG_CACHE_HOME` or `~/.cache`."""
    if environ.get("PRATIQUE_CACHE"):
        return Path(environ["PRATIQUE_CACHE"]).absolute()
    cache = environ.get("XDG_CACHE_HOME", "")
    base = Path(cache) if cache.startswith("/") else Path(environ.get("HOME") or "~").expanduser() / ".cache"
    return base / "pratique"


def prepare(directory: Path) -> bool:
    """Make the folder; whether it can be used. Whoever else could write into it could hide a package from us."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = directory.stat()
    except OSError:
        return False
    owned = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return owned and not stat.S_IMODE(status.st_mode) & 0o022


def place(directory: Path, digest: str) -> Path:
    """Where the entry of that digest lies."""
    return directory / digest[:2] / digest[2:]


def scratch(path: Path) -> Path:
    """A name beside `path` that no other process writes to; its folder is made. Raises `OSError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")


def write(path: Path, data: bytes) -> bool:
    """Write an entry, whole or not at all; whether that was possible."""
    new: Path | None = None
    try:
        new = scratch(path)
        new.write_bytes(data)
        new.replace(path)
    except OSError:
        if new is not None:
            new.unlink(missing_ok=True)
        return False
    return True


def prune(directory: Path, *, most: int) -> None:
    """Delete the entries that were used longest ago until the rest takes four fifths of what it may."""
    entries: list[tuple[float, int, str]] = []
    try:
        for folder in os.scandir(directory):
            if not folder.is_dir(follow_symlinks=False) or len(folder.name) != 2:
                continue
            for entry in os.scandir(folder.path):
                status = entry.stat(follow_symlinks=False)
                entries.append((status.st_mtime, status.st_size, entry.path))
    except OSError:
        return
    total = sum(size for _, size, _ in entries)
    if total <= most:
        return
    for _, size, path in sorted(entries):
        Path(path).unlink(missing_ok=True)
        total -= size
        if total <= most * 4 // 5:
            return
