"""pip's requirements and constraints files.

Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/. Files that `-r` and `-c` name are read where
they lie inside the target; environment variables are left as written, for nothing of this machine belongs in them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from scanner import display
from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Origin, Problem, Scope
from scanner.parsers import python, python_project, requirement_lines
from scanner.parsers.source import Source
from scanner.shape import encoding

MOST_FILES = 100
"""Most files that one requirements file may draw in."""
MOST_DEPTH = 20
MOST_BYTES = 64 * 1024 * 1024
MOST_COMPLAINTS = 100
"""Most unreadable lines that are listed one by one."""

_DEVELOPMENT = re.compile(
    r"(?:\A|[^a-z])(?:dev|devel|develop|development|tests?|testing|lint|linting|linters?|docs?|documentation)(?:[^a-z]|\Z)"
)
_INDEXES = {
    "--index-url": "another index replaces the default one",
    "--pypi-url": "another index replaces the default one",
    "--extra-index-url": "a further index is asked: a name may be answered by either",
    "--find-links": "a further place is searched for packages",
    "--trusted-host": "a host is trusted without a certificate",
}


def parse(source: Source) -> Iterator[Item]:
    """Yield what each line asks for, and what the files ask for that it draws in."""
    reader = _Reader(source)
    yield from reader.file(source.path, source.data, 0)
    if reader.complaints > MOST_COMPLAINTS:
        more = reader.complaints - MOST_COMPLAINTS
        yield Problem(
            where=source.path, what=f"{more} more lines are no requirements", hint="is it a requirements file?"
        )


def scope_of(path: str) -> Scope:
    """Development where the file's name says so, or its folder's beside a name that says nothing."""
    folder, _, name = path.lower().rpartition("/")
    if name in ("requirements.txt", "requirements.in", "constraints.txt"):
        name = folder.rpartition("/")[2]
    return Scope.DEVELOPMENT if _DEVELOPMENT.search(name) else Scope.RUNTIME


class _Reader:
    """Follows includes, each file once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: set[str] = set()
        self.complaints = 0

    def file(self, path: str, data: bytes, depth: int) -> Iterator[Item]:
        self._seen.add(posixpath.normpath(path))
        if len(data) > MOST_BYTES:
            raise InputError(f"{len(data)} bytes of requirements", where=path, hint=f"at most {MOST_BYTES} are read")
        try:
            text = encoding.text(data, where=path)
        except InputError as error:
            yield Problem(where=path, what=error.what, hint="read as UTF-8 with gaps")
            text = encoding.lenient_text(data)
        if "\0" in text:
            raise InputError("not a text file", where=path)
        scope = scope_of(path)
        for line in requirement_lines.lines(text):
            try:
                yield from self._line(line, path, scope)
            except InputError as error:
                yield from self.complaint(path, line.number, error.what, "nothing on this line was checked")
            yield from self._options(line, path, depth)

    def complaint(self, path: str, number: int, what: str, hint: str | None = None) -> Iterator[Problem]:
        self.complaints += 1
        if self.complaints <= MOST_COMPLAINTS:
            yield Problem(where=path, what=what, line=number, hint=hint)

    def _line(self, line: requirement_lines.Line, path: str, scope: Scope) -> Iterator[Component]:
        for wanted, digests in requirement_lines.wanted(line):
            location = Location(path, line.number)
            yield self._named(python.component(wanted, location, scope=scope, digests=digests), path)

    def _named(self, component: Component, path: str) -> Component:
        """A folder of the target says its own name in its `pyproject.toml`."""
        if component.purl is not None or component.origin is not Origin.PATH or component.source_url is None:
            return component
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(path), component.source_url.removeprefix("file:")))
        project = None if folder.startswith(("/", "..")) else python_project.in_folder(self._source, folder)
        if project is None or project.name is None:
            return component
        return msgspec.structs.replace(
            component, name=project.name, purl=python.purl(project.name, None), origin=Origin.WORKSPACE
        )

    def _options(self, line: requirement_lines.Line, path: str, depth: int) -> Iterator[Item]:
        for option in line.unknown:
            yield from self.complaint(path, line.number, f"unknown option {option[:100]!r}")
        for name, value in line.options:
            if name == "--hash" and not line.requirement:
                yield from self.complaint(path, line.number, "a digest without a requirement")
            elif name in _INDEXES:
                what = f"{name} {display.address(value)}: {_INDEXES[name]}"
                yield Problem(where=path, what=what, line=line.number, harmless=True)
            elif name in ("--requirement", "--constraint"):
                yield from self._include(value, path, line.number, depth)

    def _include(self, value: str, path: str, number: int, depth: int) -> Iterator[Item]:
        def refused(what: str, hint: str | None = None) -> Problem:
            return Problem(where=path, what=what, line=number, hint=hint)

        shown = value[:200]
        if "://" in value or value.startswith("file:"):
            yield refused(f"it includes {display.address(shown)}", "addresses are not fetched")
            return
        inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), value))
        if value.startswith("/") or inner == ".." or inner.startswith("../"):
            yield refused(f"it includes {shown!r}, which lies outside the target")
            return
        if inner in self._seen:
            return
        if len(self._seen) >= MOST_FILES or depth >= MOST_DEPTH:
            yield refused(f"it includes {shown!r}: too many files", f"at most {MOST_FILES}, {MOST_DEPTH} deep")
            return
        data = self._source.sibling(inner) if value else None
        if data is None:
            yield refused(f"it includes {shown!r}, which is not there")
            return
        try:
            yield from self.file(inner, data, depth + 1)
        except InputError as error:
            yield Problem(where=inner, what=error.what, hint=error.hint)
