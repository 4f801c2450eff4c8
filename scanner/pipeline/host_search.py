"""The files of a machine that are searched: campaigns' own places, what starts by itself, where things are dropped."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable

import msgspec

from scanner.errors import InputError
from scanner.matching import host_paths
from scanner.matching.files import kinds
from scanner.matching.files.kinds import Kind
from scanner.matching.files.search import Search
from scanner.matching.files.sign import FileSigns, Manner, Sign
from scanner.matching.knowledge import Knowledge
from scanner.model.component import Location, Problem
from scanner.model.finding import Finding
from scanner.model.inventory import ReadStatus
from scanner.model.report import FileState
from scanner.targets import walk
from scanner.targets.host import Host
from scanner.targets.host_places import DROPPED, Place

_MOST_FILE = 64 * 1024 * 1024
"""A larger file is told by its name only."""
_MOST_BYTES = 4 * 1024 * 1024 * 1024


class HostSearch:
    """Looks at each file once, however many reasons there are to."""

    def __init__(self, host: Host, knowledge: Knowledge, progress: Callable[[str], None]) -> None:
        self._host = host
        self._knowledge = knowledge
        self._search = Search(knowledge)
        self._progress = progress
        self._seen: set[str] = set()
        self.signs: dict[str, FileSigns] = {}
        self.ledger: list[FileState] = []
        self.problems: list[Problem] = []
        self.files = 0
        self.bytes = 0

    def campaigns(self) -> None:
        """Look for what the campaigns' malware leaves, where it leaves it."""
        asked = host_paths.places(self._knowledge)
        found = 0
        for sign in host_paths.match(self._knowledge, self._look):
            found += 1
            self._file(sign.location.path.lstrip("/"))
            self._add(sign)
        reason = f"{len(asked)} places of campaigns looked at on this system, something at {found} of them"
        self.ledger.append(_line("campaign-paths", ReadStatus.READ, reason))

    def place(self, place: Place) -> None:
        """Search the files of one kind of place."""
        before = self.files
        there = False
        for pattern in place.where:
            for path in self._find(pattern):
                self._progress(path)
                if not self._host.full(path).is_dir():
                    there = True
                    self._file(path, runs=place.kind != DROPPED)
                else:
                    self._named(path)
        if there:
            self.ledger.append(_line(place.kind, ReadStatus.READ, f"{self.files - before} files searched"))
        else:
            self.ledger.append(_line(place.kind, ReadStatus.SKIPPED, "not there"))

    def told(self, finding: Finding) -> Finding:
        """A finding on a file with the digest of what lies there: what whoever goes on from here needs first."""
        if finding.component is not None or not finding.evidence:
            return finding
        evidence = []
        for one in finding.evidence:
            digest = self._digest(one.location.path.lstrip("/"))
            evidence.append(one if digest is None else msgspec.structs.replace(one, excerpt=one.excerpt or digest))
        return msgspec.structs.replace(finding, evidence=tuple(evidence))

    def _look(self, path: str) -> list[str]:
        try:
            return self._host.look(path)
        except InputError as error:
            self._lost(error.where or path, error)
            return []

    def _find(self, pattern: str) -> list[str]:
        try:
            return self._host.find(pattern)
        except InputError as error:
            self._lost(error.where or pattern, error)
            return []

    def _file(self, path: str, *, runs: bool = True) -> None:
        """Search one file. Of one that nothing runs by itself, the text counts only where it is a program's.

        Homes and temporary folders are where reports and indicator lists are kept, ours among them.
        """
        if path in self._seen:
            return
        self._seen.add(path)
        try:
            status = self._host.full(path).lstat()
        except OSError as error:
            self._lost(f"/{path}", InputError(f"cannot be looked at: {error.strerror}"))
            return
        if not stat.S_ISREG(status.st_mode):
            self._named(path)
            return
        if status.st_size > _MOST_FILE or self.bytes + status.st_size > _MOST_BYTES:
            self._named(path)
            what = f"{status.st_size} bytes: only its name was asked for"
            self.problems.append(Problem(where=f"/{path}", what=what, harmless=True))
            return
        try:
            found = self._search.file(path, walk.pieces(self._host.root, path, status.st_size))
        except InputError as error:
            self._lost(f"/{path}", error)
            return
        self.files += 1
        self.bytes += status.st_size
        if found is not None:
            mere_text = not runs and kinds.kind(path) is not Kind.CODE
            for sign in found.signs:
                if not (mere_text and sign.manner in (Manner.TEXT, Manner.DEFANGED)):
                    self._add(msgspec.structs.replace(sign, location=_absolute(sign, path)))
            if found.commands and f"/{path}" in self.signs:
                held = self.signs[f"/{path}"]
                self.signs[f"/{path}"] = msgspec.structs.replace(held, commands=found.commands, read_by_tools=True)

    def _named(self, path: str) -> None:
        """A folder, or what is no file: its name alone."""
        found = self._search.file(path, iter(()))
        for sign in () if found is None else found.signs:
            self._add(msgspec.structs.replace(sign, location=_absolute(sign, path)))

    def _add(self, sign: Sign) -> None:
        held = self.signs.get(sign.location.path) or FileSigns(path=sign.location.path, read_by_tools=True)
        if sign not in held.signs:
            self.signs[sign.location.path] = msgspec.structs.replace(held, signs=(*held.signs, sign))

    def _lost(self, where: str, error: InputError) -> None:
        hint = error.hint or "run it as that person, or as root"
        problem = Problem(where=where, what=error.what, hint=hint)
        if problem not in self.problems:
            self.problems.append(problem)

    def _digest(self, path: str) -> str | None:
        try:
            full = self._host.full(path)
            status = full.lstat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_FILE:
                return None
            digest = hashlib.sha256()
            for piece in walk.pieces(self._host.root, path, status.st_size):
                digest.update(piece)
        except (OSError, InputError):
            return None
        return f"sha256:{digest.hexdigest()}, {status.st_size} bytes"


def _absolute(sign: Sign, path: str) -> Location:
    return msgspec.structs.replace(sign.location, path=f"/{path}")


def _line(kind: str, status: ReadStatus, reason: str) -> FileState:
    return FileState(path=kind, reader=kind, status=status, components=0, reason=reason)
