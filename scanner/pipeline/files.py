"""Targets → what betrays a campaign in their files: one pass over every regular file, and over archives' members."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner import parsers
from scanner.errors import InputError
from scanner.matching.files.sign import FileSigns
from scanner.matching.knowledge import Knowledge
from scanner.model.component import Problem
from scanner.targets import walk
from scanner.targets.walk import File

if TYPE_CHECKING:
    from scanner.matching.files.search import Search
    from scanner.targets.members import Member
    from scanner.targets.vendored_places import Further

Progress = Callable[[str], None]


class Content(NamedTuple):
    """A file that lies in no folder: a blob of a repository, a member of a release."""

    path: str
    """As the report shows it."""
    read: Callable[[], bytes]
    """Its bytes; raises `InputError`."""


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass met, and its ledger."""

    signs: tuple[FileSigns, ...] = ()
    files: int = 0
    """Searched, members of archives included."""
    bytes: int = 0
    problems: tuple[Problem, ...] = ()
    with_vendored: tuple[tuple[Path, str], ...] = ()
    """Those of the roots in which code of others may lie."""


def search(
    roots: Sequence[tuple[Path, str]],
    knowledge: Knowledge,
    *,
    contents: Sequence[Content] = (),
    sources: frozenset[str] = frozenset(),
    further: Further | None = None,
    progress: Progress = lambda _: None,
) -> Searched:
    """Search every file below the roots, each given with what its paths begin with in the report, and single contents.

    A root that is a file is searched itself, with its members: then that beginning is its whole path.

    `further`: folders of others that nothing tells by their name.
    `sources` are paths that some reader has taken, whatever their name. Without anything to search nothing is imported.
    """
    if not roots and not contents:
        return Searched()
    # The automaton's library: for a tree only.
    from scanner.matching.files.search import Search

    progress("preparing the search of files")
    run = _Run(Search(knowledge), sources, progress, further)
    for root, prefix in roots:
        run.tree(root, prefix)
    for content in contents:
        run.content(content)
    return Searched(
        signs=tuple(run.signs),
        files=run.files,
        bytes=run.bytes,
        problems=tuple(run.problems),
        with_vendored=tuple(run.with_vendored),
    )


class _Run:
    def __init__(
        self, search: Search, sources: frozenset[str], progress: Progress, further: Further | None = None
    ) -> None:
        self._search = search
        self._further = further
        self._sources = sources
        self._progress = progress
        self.signs: list[FileSigns] = []
        self.problems: list[Problem] = []
        self.with_vendored: list[tuple[Path, str]] = []
        self.files = 0
        self.bytes = 0

    def tree(self, root: Path, prefix: str) -> None:
        # For a folder only, as all of this.
        from scanner.targets import vendored_places

        vendored = False
        # Links and special files that would matter as sources were told by the reading of sources.
        items = walk.walk(root, wanted=lambda _: False) if root.is_dir() else (File("", root.stat().st_size),)
        for item in items:
            if isinstance(item, Problem):
                self.problems.append(msgspec.structs.replace(item, where=prefix + item.where))
                continue
            self._progress(item.path or prefix)
            vendored = vendored or vendored_places.hint(item.path, self._further or vendored_places.nowhere)
            try:
                self._file(root, item, prefix + item.path)
            except InputError as error:
                self.problems.append(Problem(where=prefix + item.path, what=error.what, hint=error.hint))
        if vendored:
            self.with_vendored.append((root, prefix))

    def content(self, content: Content) -> None:
        self._progress(content.path)
        try:
            self._data(content.path, content.read())
        except InputError as error:
            self.problems.append(Problem(where=content.path, what=error.what, hint=error.hint))

    def _file(self, root: Path, file: File, path: str) -> None:
        data = walk.small(root, file.path, file.size) if file.size < walk.PIECE else None
        if data is not None:
            self._data(path, data)
        else:
            whole = partial(walk.mapped, root, file.path)
            self._opened(path, file.size, partial(walk.pieces, root, file.path, file.size), whole)

    def _data(self, path: str, data: bytes) -> None:
        """A file that is in memory: without a generator, where it is small and no archive, as nearly all are."""
        from scanner.targets import members  # what unpacks archives: for a tree only

        if len(data) >= walk.PIECE or members.is_archive(data, path):
            self._opened(path, len(data), lambda: _pieces(data), lambda: memoryview(data))
        else:
            self.bytes += len(data)
            self._told(path, self._search.whole(path, data))

    def _opened(
        self, path: str, size: int, read: Callable[[], Iterator[bytes]], whole: Callable[[], memoryview]
    ) -> None:
        from scanner.targets import members

        pieces = read()
        head = next(pieces)
        kind = members.kind(head, path)
        packed = kind is not None and not members.begins_otherwise(head, kind)
        self._content(path, head, pieces, packed=packed)
        if kind is not None:
            for item in members.unfold(path, kind, whole, read(), size):
                self._member(item)
        elif (strange := members.unreadable(head)) is not None:
            self.problems.append(members.cannot_unfold(path, strange))

    def _member(self, item: Member | Problem) -> None:
        if isinstance(item, Problem):
            self.problems.append(item)
            return
        try:
            pieces = iter(item.pieces)
            self._content(item.path, next(pieces, b""), pieces, packed=False)
        except InputError as error:
            self.problems.append(Problem(where=item.path, what=error.what, hint="it was not searched in full"))

    def _content(self, path: str, head: bytes, pieces: Iterator[bytes], *, packed: bool) -> None:
        self._told(path, self._search.file(path, self._counted(head, pieces), packed=packed))

    def _told(self, path: str, found: FileSigns | None) -> None:
        if found is not None:
            by_tools = bool(found.commands) or path in self._sources or parsers.claim(path) is not None
            self.signs.append(msgspec.structs.replace(found, read_by_tools=by_tools))
        self.files += 1

    def _counted(self, head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
        self.bytes += len(head)
        yield head
        for piece in pieces:
            self.bytes += len(piece)
            yield piece


def _pieces(data: bytes) -> Iterator[bytes]:
    yield from (data[begin : begin + walk.PIECE] for begin in range(0, max(len(data), 1), walk.PIECE))
