"""What the code of packages that were judged whole shows, kept between scans: a nightly scan pays once.

The name of an entry is made of every path and content of the package, of the rules and stories, of the engine and of
our own code, so that nothing in it can be out of date; what cannot be read is judged anew. A package at another path
is judged by itself: paths say when code runs. Everything may be deleted at any moment.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

import scanner
from scanner.codescan import engine
from scanner.errors import EngineError, InputError
from scanner.model.component import Problem
from scanner.model.signal import Capability, Concealment, Confidence, Novelty, Provenance, Signal, Trigger
from scanner.model.tree import Tree
from scanner.pipeline import cache_folder, rulebook

MOST = 256 * 1024 * 1024
"""Most bytes that all entries together may take; the oldest give way."""
_FORMAT = 1
_CODE = ("codescan", "model", "shape", "targets", "pipeline/diff.py")
_WORDS = {str(word): word for words in (Capability, Concealment, Provenance, Trigger) for word in words}


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """A signal on disk: msgspec reads no union of enumerations."""

    rule: str
    says: str
    trigger: Trigger
    confidence: Confidence
    novelty: Novelty
    path: str
    line: int | None
    excerpt: str
    message: str
    old_path: str | None


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    signals: tuple[_Kept, ...]
    problems: tuple[Problem, ...]


_entry = msgspec.msgpack.Decoder(_Entry)


class Cache:
    """Entries in a folder. Every failure of the disk means that something is judged anew, or not kept."""

    def __init__(self, directory: Path, environ: Mapping[str, str], *, most: int = MOST) -> None:
        self._directory = directory
        self._most = most
        self._written = False
        self._usable = cache_folder.prepare(directory)
        self._version = _version(environ) if self._usable else ""

    def key(self, tree: Tree, root: str) -> str | None:
        """What an entry of this package is called; `None` where it cannot be read whole, or nothing can be kept."""
        if not self._usable:
            return None
        total = hashlib.sha256(f"{self._version}\0{root}\0{tree.name}".encode("utf-8", "surrogatepass"))
        try:
            for path, entry in sorted(tree.entries.items()):
                content = f"-> {entry.link}" if entry.link is not None else _digest(tree.read(path))
                total.update(f"\0{path}\0{entry.executable:d}\0{content}".encode("utf-8", "surrogatepass"))
        except InputError:
            return None
        return total.hexdigest()

    def find(self, key: str | None) -> tuple[list[Signal], list[Problem]] | None:
        """What is known of this very package: its signals, and what could not be told of it."""
        if key is None:
            return None
        path = cache_folder.place(self._directory, key)
        try:
            found = _entry.decode(path.read_bytes())
            os.utime(path)
            signals = [Signal(**{**msgspec.structs.asdict(one), "says": _WORDS[one.says]}) for one in found.signals]
        except (OSError, msgspec.MsgspecError, KeyError):
            return None
        return signals, list(found.problems)

    def keep(self, key: str | None, signals: Sequence[Signal], problems: Sequence[Problem]) -> None:
        """Write an entry. What could not be judged completely is not kept: next time it may be."""
        if key is not None and all(problem.harmless for problem in problems):
            rows = tuple(_Kept(**{**msgspec.structs.asdict(one), "says": str(one.says)}) for one in signals)
            data = msgspec.msgpack.encode(_Entry(rows, tuple(problems)))
            self._written |= cache_folder.write(cache_folder.place(self._directory, key), data)

    def prune(self) -> None:
        """Delete the entries that were used longest ago, where there are too many."""
        if self._written:
            cache_folder.prune(self._directory, most=self._most)


def _version(environ: Mapping[str, str]) -> str:
    """Changes whenever rules, engine or our own code do, be it by an update or in a checkout."""
    package = Path(scanner.__file__).parent
    rules = rulebook.directory() / "code"
    total = [f"{scanner.__version__}/{_FORMAT}"]
    try:
        total.append(_stamp(engine.find(environ)))
    except EngineError:
        total.append("no engine")
    total += map(_stamp, sorted(_files(package)))
    # Rules are hashed: an update may give a rule of the same size the same time.
    total += (f"{path.relative_to(rules)} {_digest(path.read_bytes())}" for path in sorted(rules.rglob("*.*ml")))
    return _digest("\n".join(total).encode("utf-8", "surrogatepass"))


def _files(package: Path) -> Iterable[Path]:
    for part in _CODE:
        yield from (package / part).rglob("*.py") if (package / part).is_dir() else (package / part,)


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
