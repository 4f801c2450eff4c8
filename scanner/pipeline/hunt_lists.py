"""The lists of a hunt: files, folders and zips of them, standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from scanner import shape
from scanner.errors import InputError, UsageError
from scanner.feeds import archive, lists
from scanner.feeds.lists import words
from scanner.model.component import Problem
from scanner.model.listing import Line, ListReading
from scanner.targets import walk

STDIN = "-"
# What lies beside lists in a repository of them, and is none.
_NO_LISTS = frozenset(("license", "licence", "notice", "copying", "readme", "changelog", "contributing"))
_FEW = 20
"""Records of OSV in one folder up to which each counts as a list of its own."""


class Lists(msgspec.Struct, frozen=True):
    """What was read, and what could not be."""

    readings: tuple[ListReading, ...]
    problems: tuple[Problem, ...]
    left_alone: tuple[str, ...] = ()
    """Files of a folder that are no lists by their name."""


def read(paths: Sequence[Path], *, columns: Mapping[str, str], ecosystem: str | None) -> Lists:
    """Read every list. Raises `UsageError` for one that is not there."""
    readings: list[ListReading] = []
    problems: list[Problem] = []
    left_alone: list[str] = []
    for path in paths:
        of_osv: dict[str, list[ListReading]] = {}
        for item in _sources(path):
            if isinstance(item, Problem):
                problems.append(item)
                continue
            name, data = item
            if data is None:
                left_alone.append(name)
                continue
            try:
                reading = lists.read(data, name=name, columns=columns, ecosystem=ecosystem)
            except InputError as error:
                if error.where == "--as":
                    raise UsageError(error.what, where="--as", hint=error.hint) from error
                problems.append(Problem(where=error.where or name, what=error.what, hint=error.hint))
                continue
            if reading.kind == "osv-record":
                of_osv.setdefault(name.rpartition("/")[0], []).append(reading)
            else:
                readings.append(reading)
        for folder, records in of_osv.items():
            readings += [_joined(folder or path.as_posix(), records)] if len(records) > _FEW else records
    return Lists(tuple(readings), tuple(problems), tuple(left_alone))


def pasted(given: Sequence[tuple[str, bytes]], *, ecosystem: str | None) -> Lists:
    """Read lists that somebody handed over: (name, content). Raises `UsageError` for an ecosystem that nobody knows."""
    if ecosystem is not None and words.purl_type(ecosystem) is None:
        raise UsageError(f"no ecosystem {ecosystem!r}", where="ecosystem", hint="npm, pypi, go, cargo, gem, maven, …")
    readings: list[ListReading] = []
    problems: list[Problem] = []
    for name, data in given:
        try:
            readings.append(lists.read(data, name=name, columns={}, ecosystem=ecosystem))
        except InputError as error:
            problems.append(Problem(where=error.where or name, what=error.what, hint=error.hint))
    return Lists(tuple(readings), tuple(problems))


def _sources(path: Path) -> Iterator[tuple[str, bytes | None] | Problem]:
    """(name, content) of every list; no content for what its name says is none."""
    name = path.as_posix()
    if str(path) == STDIN:
        yield "<stdin>", sys.stdin.buffer.read(shape.MAX_BYTES + 1)
    elif path.is_dir():
        yield from _folder(path)
    elif not path.exists():
        raise UsageError("there is no such list", where=name)
    else:
        yield from _file(path, name)


def _folder(root: Path) -> Iterator[tuple[str, bytes | None] | Problem]:
    for item in walk.walk(root, wanted=lambda _: True):
        if isinstance(item, Problem):
            yield item
            continue
        name = f"{root.as_posix().rstrip('/')}/{item.path}"
        last = item.path.rpartition("/")[2]
        if last.partition(".")[0].lower() in _NO_LISTS or last.startswith("."):
            yield name, None
        else:
            yield from _file(root / item.path, name)


def _file(path: Path, name: str) -> Iterator[tuple[str, bytes] | Problem]:
    try:
        data = walk.read(path.resolve(), "")
        if data[:4] != b"PK\x03\x04":
            yield name, data
            return
        del data
        for member, content in archive.read_members(path):
            if not member.endswith("/"):
                yield f"{name}/{member}", content
    except InputError as error:
        yield Problem(where=name, what=error.what, hint=error.hint)


def _joined(name: str, records: Sequence[ListReading]) -> ListReading:
    """The records of a folder as one list, its record numbers counted through."""
    id_ = f"list:{name}"
    numbers: list[int] = []
    remarks: list[Line] = []
    problems: list[Problem] = []
    offset = 0
    for record in records:
        numbers += [offset + number for number in record.numbers]
        remarks += [Line(offset + line.number, line.text) for line in record.remarks]
        problems += [
            msgspec.structs.replace(one, line=None if one.line is None else offset + one.line)
            for one in record.problems
        ]
        offset += record.total
    return ListReading(
        id=id_,
        name=name,
        kind="osv-record",
        indicators=tuple(msgspec.structs.replace(one, campaign=id_) for record in records for one in record.indicators),
        numbers=numbers,
        remarks=tuple(remarks),
        problems=tuple(problems),
        total=offset,
        understood=sum(record.understood for record in records),
        not_understood=sum(record.not_understood for record in records),
        comments=sum(record.comments for record in records),
    )
