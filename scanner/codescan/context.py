"""What every check of a change is given."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from scanner.codescan import languages
from scanner.codescan.pairing import Change, Kind, OldLines, Pairing
from scanner.codescan.triggers import Triggers
from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.signal import Novelty, Trigger
from scanner.model.tree import Tree
from scanner.shape import encoding

_TEXT_LIMIT = 32 * 1024 * 1024


class Context:
    """Two sides, what differs, and answers that several checks need; reads each file once."""

    def __init__(self, old: Tree | None, new: Tree, pairing: Pairing) -> None:
        self.old = old
        self.new = new
        self.pairing = pairing
        self.problems: list[Problem] = list(pairing.problems)
        self._old_lines = OldLines(old)
        self._fresh: dict[str, dict[int, str]] = {}
        self._data: dict[str, bytes] = {}

    @cached_property
    def _triggers(self) -> Triggers:
        return Triggers(self.new)

    def trigger(self, path: str, line: int | None = None) -> Trigger:
        """When the code in a file of the new side runs; given a line, when that line does."""
        return self._triggers.of(path, line)

    def changes(self, *kinds: Kind) -> Iterator[Change]:
        """Changes of these kinds that have a file with content in the new side."""
        for change in self.pairing.changes:
            if change.kind in kinds and change.entry is not None and change.entry.link is None:
                yield change

    def data(self, change: Change) -> bytes:
        """The new side's bytes; what cannot be read is empty, and a problem."""
        if change.path not in self._data:
            try:
                self._data[change.path] = self.new.read(change.path)
            except InputError as error:
                self.problems.append(Problem(where=change.path, what=error.what, hint=error.hint))
                self._data[change.path] = b""
        return self._data[change.path]

    def forget(self) -> None:
        """Let go of what was read: it is read again where somebody asks. Many changes wait for the engine at once."""
        self._data.clear()
        self._fresh.clear()
        self._old_lines.forget()

    def old_data(self, change: Change) -> bytes | None:
        """The old side's bytes of the same file; `None` where there is no such file."""
        if self.old is None or change.old_path is None:
            return None
        try:
            return self.old.read(change.old_path)
        except InputError:
            return None

    def is_text(self, change: Change) -> bool:
        """Whether a file is read line by line. One that is called code is, whatever bytes it begins with: a NUL in a
        comment must not hide the rest. One that is too large is a problem.
        """
        data = self.data(change)
        head = data[:8_000]
        named = languages.ending(change.path, b"") != ".txt"
        text = named or b"\0" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff")
        if text and len(data) > _TEXT_LIMIT:
            problem = Problem(where=change.path, what=f"{len(data)} bytes of text: it was not read line by line")
            if problem not in self.problems:
                self.problems.append(problem)
            return False
        return text

    def fresh(self, change: Change) -> dict[int, str]:
        """Line number → text of what the change brings."""
        if change.path not in self._fresh:
            try:
                self._fresh[change.path] = self._old_lines.fresh(change, self.new)
            except InputError:  # `data` has said so
                self._fresh[change.path] = {}
        return self._fresh[change.path]

    def old_text(self, change: Change) -> str:
        """The old side's text of the same file, "" where there is none."""
        return encoding.lenient_text(self.old_data(change) or b"")

    def novelty(self, *, in_file: bool, in_package: bool) -> Novelty:
        """How new a thing is that stood before in the same file, or somewhere in the package."""
        if in_file:
            return Novelty.LINE
        return Novelty.FILE if in_package else Novelty.PACKAGE
