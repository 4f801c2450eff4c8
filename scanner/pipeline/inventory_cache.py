"""What files were found to hold, kept between hunts: a lockfile that has not changed is not parsed again.

One small file an entry in the user's cache directory. The name of an entry is made of the content of the source, of the
parser that read it, and of the readers' own code, so that nothing in it can be out of date; whatever cannot be read is
read anew. Everything may be deleted at any moment. The graph is not kept: whoever needs a path reads the source again.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import msgspec

import scanner
from scanner.matching.sieve import Traits
from scanner.model.component import Component, Location, Problem
from scanner.model.inventory import Reading, ReadStatus
from scanner.parsers import Parser
from scanner.parsers.source import Source
from scanner.pipeline import cache_folder

MAX_BYTES = 2 * 1024**3
"""Most that all entries together may take; the oldest give way."""
_FORMAT = 1
_LEAST = 8 * 1024
"""Smaller sources are parsed faster than an entry is found."""
_BLOCK = 64
"""Components that are compressed together."""
_MOST = 64 * 1024 * 1024
"""Larger entries are not kept."""
_CODE = ("parsers", "model", "shape", "targets", "matching")


class Remembered(msgspec.Struct, frozen=True, array_like=True):
    """One source as it was read, without its components."""

    path: str
    """As it was called then: places inside it begin so."""
    reader: str
    status: ReadStatus
    count: int
    """Components."""
    nameless: int
    """Those among them that cannot be asked for by package."""
    traits: Traits
    problems: tuple[Problem, ...]
    reason: str | None
    siblings: dict[str, str]
    """Other files that the parser asked for → digest of their content, "" where there was none."""
    components: tuple[bytes, ...]
    """In blocks, compressed: a hunt asks for a few of thousands."""

    def some(self, positions: Sequence[int], path: str) -> tuple[Component, ...]:
        """The components at these positions, as they stand in the source that is now at `path`."""
        found: list[Component] = []
        block, raws = -1, []
        for position in positions:
            if position // _BLOCK != block:
                block = position // _BLOCK
                raws = _raws.decode(zlib.decompress(self.components[block]))
            found.append(_component.decode(raws[position % _BLOCK]))
        return tuple(one if path == self.path else _moved(one, self.path, path) for one in found)


_raws = msgspec.msgpack.Decoder(list[msgspec.Raw])
_component = msgspec.msgpack.Decoder(Component)
_remembered = msgspec.msgpack.Decoder(Remembered)


def remember(
    reading: Reading, components: Sequence[Component], traits: Traits, nameless: int, asked: Mapping[str, str]
) -> Remembered:
    """What is to be kept of a reading; `components` are those that ship, in the order of `traits`."""
    return Remembered(
        path=reading.path,
        reader=reading.reader,
        status=reading.status,
        count=len(components),
        nameless=nameless,
        traits=traits,
        problems=reading.problems,
        reason=reading.reason,
        siblings=dict(asked),
        components=tuple(
            zlib.compress(msgspec.msgpack.encode(components[start : start + _BLOCK]), 1)
            for start in range(0, len(components), _BLOCK)
        ),
    )


def _moved(component: Component, old: str, new: str) -> Component:
    location = component.location
    place = moved(location.path, old, new)
    return msgspec.structs.replace(component, location=Location(place, location.line, location.needle))


def moved(place: str, old: str, new: str) -> str:
    """A place inside of, or beside, the source at `old`, when that source is at `new`."""
    if place.startswith(old):
        return new + place[len(old) :]
    relative = posixpath.relpath(place, posixpath.dirname(old) or ".")
    return posixpath.normpath(posixpath.join(posixpath.dirname(new), relative))


class Recorder:
    """A view of a source's siblings that takes down which were asked for, and what was in them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.asked: dict[str, str] = {}
        """Path from the source's folder → digest of the content; "" where there is no such file."""

    def source(self) -> Source:
        """The source to be parsed. It is not held here: a circle would keep its bytes until the collector comes."""
        return msgspec.structs.replace(self._source, sibling=self._sibling)

    def _sibling(self, path: str) -> bytes | None:
        data = self._source.sibling(path)
        relative = posixpath.relpath(path or ".", posixpath.dirname(self._source.path) or ".")
        self.asked[relative] = "" if data is None else _digest(data)
        return data


class Cache:
    """Entries in a folder. Every failure of the disk means that something is read anew, or not kept."""

    def __init__(self, directory: Path, *, most: int = MAX_BYTES) -> None:
        self._directory = directory
        self._most = most
        self._written = False
        self.hits = self.misses = 0
        self._usable = cache_folder.prepare(directory)

    @property
    def usable(self) -> bool:
        """False where the folder cannot be made, or where others than its owner may write to it."""
        return self._usable

    def find(self, parser: Parser, source: Source) -> Remembered | None:
        """What is known of this very content, if the files that it refers to are the same as well."""
        if not self._usable or len(source.data) < _LEAST:
            return None
        path = self._path(parser, source)
        try:
            found = _remembered.decode(path.read_bytes())
            os.utime(path)
        except (OSError, msgspec.MsgspecError):
            found = None
        if found is None or not _same_siblings(found, source):
            self.misses += 1
            return None
        self.hits += 1
        return found

    def keep(self, parser: Parser, source: Source, entry: Remembered) -> None:
        """Write an entry, whole or not at all."""
        if not self._usable or len(source.data) < _LEAST:
            return
        data = msgspec.msgpack.encode(entry)
        if len(data) > _MOST:
            return
        self._written |= cache_folder.write(self._path(parser, source), data)

    def prune(self) -> None:
        """Delete the entries that were used longest ago until the rest takes four fifths of what it may."""
        if self._written:
            cache_folder.prune(self._directory, most=self._most)

    def _path(self, parser: Parser, source: Source) -> Path:
        # Some parsers take names and versions from the folders that their pattern speaks of.
        parts = 1 + max((pattern.count("/") for pattern in parser.files), default=-1)
        tail = "/".join(source.path.split("/")[-parts:]) if parts else ""
        named = (self._version, parser.name, tail, _digest(source.data))
        name = _digest("\0".join(named).encode("utf-8", "surrogatepass"))
        return cache_folder.place(self._directory, name)

    @cached_property
    def _version(self) -> str:
        """Changes whenever the readers' code does, be it by an update or in a checkout."""
        total = [f"{scanner.__version__}/{_FORMAT}"]
        package = Path(scanner.__file__).parent
        for room in _CODE:
            for path in sorted((package / room).rglob("*.py")):
                status = path.stat()
                total.append(f"{path.relative_to(package)} {status.st_size} {status.st_mtime_ns}")
        return _digest("\n".join(total).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _same_siblings(found: Remembered, source: Source) -> bool:
    folder = posixpath.dirname(source.path)
    for relative, digest in found.siblings.items():
        data = source.sibling(posixpath.normpath(posixpath.join(folder, relative)))
        if digest != ("" if data is None else _digest(data)):
            return False
    return True


def default_directory(environ: Mapping[str, str]) -> Path:
    """`inventories` in the user's cache folder."""
    return cache_folder.default(environ) / "inventories"
