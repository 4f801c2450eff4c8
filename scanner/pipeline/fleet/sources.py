"""What a target holds at one moment: its inventory, and the same as the store keeps it.

A source's content is named by the bytes of the file and of those beside it that its reader looked at; where the reader
takes a name from the folder, by the path's end too. So the same lockfile in a thousand repositories is stored once.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

import scanner
from scanner import matching, parsers
from scanner.errors import InputError
from scanner.fleet.store.values import Held
from scanner.model.component import Component, Problem
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.parsers import Parser
from scanner.parsers.source import Source
from scanner.pipeline import inventory as inventories
from scanner.pipeline.inventory_cache import Recorder
from scanner.pipeline.revision import Revision
from scanner.policy.rules import Policy
from scanner.targets import walk
from scanner.targets.git_objects import Entry, Mode, Repository

_MOST_ENTRIES = 2_000_000
Fetch = Callable[[Iterable[str]], None]
"""Gets blobs by id that may not be at hand."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A target as it was read."""

    inventory: Inventory
    held: tuple[Held, ...]
    unread: frozenset[str]
    """Paths that are there and could not be read."""
    policy: Policy | None = None
    """The target's own, where it is to be obeyed."""


def of_commit(repository: Repository, commit: str, fetch: Fetch) -> Seen:
    """Everything that a commit ships, read from git objects. Raises `InputError`."""
    wanted: list[Entry] = []
    problems: list[Problem] = [*repository.refs.problems]
    looked_for = 0
    for entry in repository.tree(commit):
        looked_for += 1
        if looked_for > _MOST_ENTRIES:
            raise InputError(f"more than {_MOST_ENTRIES} files", where=repository.layout.root)
        if entry.regular and inventories.worth_reading(entry.path):
            wanted.append(entry)
        elif not entry.regular:
            problems += _no_file(entry)
    fetch(entry.blob for entry in wanted)
    revision = Revision(repository, repository.root(commit), "")
    found: list[tuple[Reading, bytes]] = []
    for entry in wanted:
        try:
            reading, beside = revision.reading(entry.path, entry.blob)
            missing = [blob for blob in beside.values() if blob is not None and not is_here(repository, blob)]
            if missing:
                fetch(missing)
                reading, beside = revision.reading(entry.path, entry.blob)
        except InputError as error:
            what = Problem(where=entry.path, what=error.what, hint=error.hint)
            reading, beside = _lost(what), {}
        if reading is not None:
            relative = {posixpath.relpath(path, posixpath.dirname(entry.path) or "."): id_ or "" for path, id_ in
                        beside.items()}  # fmt: skip
            found.append((reading, _content(reading, entry.blob, relative)))
    return _seen(found, problems, looked_for)


def of_files(path: Path) -> Seen:
    """Everything that a folder, or a single file, ships."""
    contents: dict[str, bytes] = {}

    def parse(parser: Parser, source: Source, again: Callable[[], bytes]) -> Reading:
        recorder = Recorder(source)
        reading = inventories.parse_source(parser, recorder.source(), again)
        contents[reading.path] = _content(reading, hashlib.sha256(source.data).hexdigest(), recorder.asked)
        return reading

    inventory = inventories.read([path], parse=parse)
    found = [(reading, contents.get(reading.path, b"")) for reading in inventory.readings]
    return _seen(found, inventory.problems, inventory.looked_for)


def files_digest(path: Path) -> str:
    """Names the content of a folder's sources, or of a file: the same while nothing in them changes."""
    total = hashlib.sha256()
    if path.is_file():
        total.update(walk.read(path.resolve(), ""))
        return total.hexdigest()
    for item in walk.walk(path, wanted=lambda one: parsers.claim(one) is not None):
        if isinstance(item, Problem):
            total.update(f"{item.where}\0{item.what}\0".encode("utf-8", "surrogatepass"))
        elif inventories.worth_reading(item.path):
            try:
                content = hashlib.sha256(walk.read(path, item.path)).hexdigest()
            except InputError as error:
                content = error.what
            total.update(f"{item.path}\0{content}\0".encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def _seen(found: Iterable[tuple[Reading, bytes]], problems: Iterable[Problem], looked_for: int) -> Seen:
    found = list(found)
    return Seen(
        inventory=Inventory(readings=tuple(one for one, _ in found), problems=tuple(problems), looked_for=looked_for),
        held=tuple(
            Held(
                path=reading.path,
                content=content,
                reader=f"{reading.reader}/{scanner.__version__}",
                components=tuple(_kept(reading)),
            )
            for reading, content in found
            if reading.status is not ReadStatus.FAILED
        ),
        unread=frozenset(reading.path for reading, _ in found if reading.status is ReadStatus.FAILED),
    )


def _kept(reading: Reading) -> Iterable[Component]:
    """What ships of it; without an SBOM's product where that is only a word."""
    for component in matching.shipped(Inventory(readings=(reading,))):
        if component is not reading.subject or component.purl is not None or component.digests:
            yield component


def _content(reading: Reading, file: str, beside: Mapping[str, str]) -> bytes:
    parser = parsers.by_name(reading.reader) if reading.reader else None
    # Some parsers take names and versions from the folders that their pattern speaks of.
    parts = max((1 + pattern.count("/") for pattern in parser.files), default=0) if parser else 0
    tail = "/".join(reading.path.split("/")[-parts:]) if parts else ""
    return hashlib.sha256(msgspec.json.encode([_clean(tail), file, sorted(_pairs(beside))])).digest()


def _pairs(beside: Mapping[str, str]) -> list[list[str]]:
    return [[_clean(path), value] for path, value in beside.items()]


def _clean(path: str) -> str:
    """A path whose bytes are no text becomes one that is told apart from all others."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_here(repository: Repository, blob: str) -> bool:
    """Whether a blob is at hand, and not left on the server."""
    try:
        repository.size(blob)
    except InputError:
        return False
    return True


def _lost(problem: Problem) -> Reading:
    return Reading(path=problem.where, reader="", status=ReadStatus.FAILED, problems=(problem,), reason=problem.what)


def _no_file(entry: Entry) -> Iterable[Problem]:
    if entry.mode is Mode.SUBMODULE:
        yield Problem(
            where=entry.path,
            what="a submodule is another repository, and not looked at",
            hint="add it too",
            harmless=True,
        )
    elif entry.mode is Mode.LINK and parsers.claim(entry.path) is not None:
        yield Problem(where=entry.path, what="a link: it was not followed", hint="commit the file itself")
