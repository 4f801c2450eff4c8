"""Signs that a file is not what its tool wrote: cut off, overwritten, or an unresolved merge.

Formats that are nothing but lines end anywhere: what is left of one reads like a whole one, and a scan of half a lock
must not be clear. A notation that closes what it opens (JSON, XML) notices by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.parsers.source import Source
from scanner.shape import encoding

_CONFLICT = rb"(?m)^(?:<<<<<<< |>>>>>>> )"
_ARCHIVES = frozenset(("java-archive",))
_HINT = "let the tool that wrote it write it again"

_WRITTEN_BY_TOOLS = frozenset(
    ("cabal-freeze", "cargo-lock", "conda-lock", "gemfile-lock", "go-mod", "go-vendor-modules", "gradle-lockfile",
     "mix-lock", "pdm-lock", "pnpm-lock", "podfile-lock", "poetry-lock", "pubspec-lock", "pylock-toml", "stack-lock",
     "terraform-lock", "uv-lock", "yarn-lock")
)  # fmt: skip
"""Readers of what no person writes, and what every tool ends with a line break."""

_HOLDS: dict[str, tuple[bytes, ...]] = {
    "cabal-freeze": (b"constraints:",),
    "cargo-lock": (b"[[package]]", b"version"),
    "gemfile-lock": (b"DEPENDENCIES",),
    "go-mod": (b"module",),
    "gradle-lockfile": (b"empty=",),
    "pdm-lock": (b"[metadata]",),
    "podfile-lock": (b"COCOAPODS:",),
    "poetry-lock": (b"[metadata]",),
    "pylock-toml": (b"lock-version",),
    "stack-lock": (b"snapshots:",),
    "uv-lock": (b"version",),
}
"""What some line of a whole file begins with: where its tool writes it last, its absence shows that the end is gone."""
# Gradle's older files, one for each configuration, do not say which are empty.
_GRADLE = r"(?:^|/)(?:[^/]+-)?gradle\.lockfile\Z"


def signs(reader: str, source: Source) -> Iterator[Problem]:
    """What speaks against the file being whole, one problem a sign."""
    if reader in _ARCHIVES:
        return
    try:
        data = encoding.utf8(source.data, where=source.path)
    except InputError:
        return  # that it is not text is its reader's to say
    place = data.find(b"\0")
    if place >= 0:
        yield _problem(source, data, place, "it holds zero bytes: it was overwritten, or is not text")
    closes = data[:64].lstrip()[:1] in (b"{", b"[", b"<")
    # As text first: the pattern costs ten times as much.
    marked = not closes and (b"<<<<<<< " in data or b">>>>>>> " in data)
    conflict = re.search(_CONFLICT, data) if marked else None
    if conflict is not None:
        yield _problem(source, data, conflict.start(), "an unresolved merge: which side is meant is not known")
    if reader in _WRITTEN_BY_TOOLS and not data[:4096].strip() and not data.strip():
        yield _problem(source, data, 0, "the file is empty")
        return
    if reader in _WRITTEN_BY_TOOLS and not data.endswith((b"\n", b"\r")):
        yield _problem(source, data, len(data), "it does not end with a line break: it may have been cut off")
    needed = _HOLDS.get(reader, ())
    if reader == "gradle-lockfile" and not re.search(_GRADLE, source.path):
        needed = ()
    if needed and not any(data.startswith(begin) or b"\n" + begin in data for begin in needed):
        yield _problem(source, data, len(data), f"it has no {needed[0].decode()!r}: it may have been cut off")


def _problem(source: Source, data: bytes, place: int, what: str) -> Problem:
    return Problem(where=source.path, what=what, line=data.count(b"\n", 0, place) + 1, hint=_HINT)
