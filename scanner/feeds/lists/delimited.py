"""Tables: CSV, TSV and their like with any header or none, and Markdown.

https://www.rfc-editor.org/rfc/rfc4180 as far as anybody follows it. A quotation mark that is never closed must not
swallow the rest of a list, so a record that runs over too many lines is read as if its quotes were letters.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from scanner.errors import InputError
from scanner.feeds.lists import bad_versions, rows, words
from scanner.feeds.lists.collector import Collector
from scanner.feeds.lists.document import Document
from scanner.feeds.lists.observables import Context
from scanner.feeds.lists.rows import Roles

_DELIMITERS = ",\t;|"
_SAMPLE = 200
_MOST_LINES = 30
"""Lines that one record may run over."""
_LONGEST = 1_000_000
_COMMENT = ("#", "//")
_RULE = re.compile(r"[\s|:+=-]{3,}\Z")


def recognise(document: Document) -> bool:
    return not document.is_json and _delimiter(document) is not None


def read(document: Document, into: Collector) -> None:
    delimiter = _delimiter(document)
    assert delimiter is not None
    records = _records(document.text, delimiter, into)
    sample: list[tuple[int, list[str]]] = list(islice(records, _SAMPLE))
    first = sample[0][1]
    if _is_header(first, document):
        headers = _unique(first)
        roles = Roles.read(headers, document.columns)
        into.remark(
            sample[0][0], "the header: " + ", ".join(f"{one} = {roles.of.get(one, 'not used')}" for one in headers)
        )
        sample = sample[1:]
    else:
        headers = [str(number) for number in range(1, max(len(row) for _, row in sample) + 1)]
        roles = _guessed(headers, [row for _, row in sample], document)
        into.remark(sample[0][0], "no header: column " + ", ".join(f"{one} = {role}" for one, role in roles.of.items()))
    context = Context(ecosystem=document.assumed, sure=document.given is not None)
    for number, row in _chained(sample, records):
        into.record(
            number, rows.found(roles, _cells(headers, row, roles), context, partial(into.common, number, unit="line"))
        )


def _chained(
    sample: list[tuple[int, list[str]]], records: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield from sample
    yield from records


def _cells(headers: Sequence[str], row: list[str], roles: Roles) -> dict[str, str]:
    if len(row) > len(headers) and roles.of.get(headers[-1]) == rows.VERSIONS:
        # `name,1.0.0,1.0.1`: whoever wrote that forgot to quote.
        row = [*row[: len(headers) - 1], ", ".join(row[len(headers) - 1 :])]
    return dict(zip(headers, row, strict=False))


def _delimiter(document: Document) -> str | None:
    """What separates the cells; `None` where the text is no table."""
    lines = list(islice(_content(document.text), 30))
    if not lines:
        return None
    if document.columns and len(lines) > 1:
        wanted = set(document.columns)
        for delimiter in _DELIMITERS:
            if wanted & {cell.casefold() for cell in _split(lines[0], delimiter)}:
                return delimiter
            if wanted & {str(n) for n in range(1, len(_split(lines[0], delimiter)) + 1)} and delimiter in lines[0]:
                return delimiter
    for delimiter in _DELIMITERS:
        cells = _split(lines[0], delimiter)
        if len(cells) > 1 and _is_header(cells, document):
            return delimiter
    if len(lines) > 1 and _is_header([lines[0].strip()], document) and " " not in lines[0].strip():
        return ","
    for delimiter in _DELIMITERS:
        widths = [len(_split(line, delimiter)) for line in lines]
        if min(widths) > 1 and (max(widths) == min(widths) or delimiter == "\t") and _telling(lines, delimiter):
            return delimiter
    return None


def _telling(lines: Sequence[str], delimiter: str) -> bool:
    """Whether a table without header has a column of versions, types or ecosystems beside something else."""
    sample = [_split(line, delimiter) for line in lines]
    kinds = [_kind([row[place] for row in sample if place < len(row)]) for place in range(min(map(len, sample)))]
    return any(kind in (rows.VERSIONS, rows.TYPE, rows.ECOSYSTEM) for kind in kinds) or kinds.count(rows.VALUE) > 1


def _content(text: str) -> Iterator[str]:
    for line in _lines(text):
        stripped = line.strip()
        if stripped and not stripped.startswith(_COMMENT) and not _RULE.match(stripped):
            yield line


def _lines(text: str) -> Iterator[str]:
    """The lines of a text, without a copy of all of it."""
    start, end = 0, len(text)
    while start < end:
        stop = text.find("\n", start)
        stop = end if stop < 0 else stop
        yield text[start:stop].removesuffix("\r")
        start = stop + 1


def _records(text: str, delimiter: str, into: Collector) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every record that is neither blank nor a comment."""
    lines = enumerate(_lines(text), 1)
    pending: list[tuple[int, str]] = []
    width = 0
    while True:
        try:
            number, line = pending.pop(0) if pending else next(lines)
        except StopIteration:
            return
        stripped = line.strip()
        if not stripped:
            continue
        if stripped.startswith(_COMMENT) or _RULE.match(stripped):
            into.comments += 1
            continue
        cells: list[str] | None = None
        if line.count('"') % 2:
            more = list(_until_closed(pending, lines))
            cells = _split("\n".join((line, *(text for _, text in more))), delimiter) if more else None
            if cells is not None and width and len(cells) != width:
                cells = None  # it was no quotation mark
            if cells is None:
                pending = more + pending
        cells = _split(line, delimiter) if cells is None else cells
        width = width or len(cells)
        if any(cells):
            yield number, cells


def _until_closed(pending: list[tuple[int, str]], lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines that follow, to the one that closes a quotation; all that were taken, if none of them does."""
    for _ in range(_MOST_LINES):
        following = pending.pop(0) if pending else next(lines, None)
        if following is None:
            return
        yield following
        if following[1].count('"') % 2:
            return


def _split(line: str, delimiter: str) -> list[str]:
    if len(line) > _LONGEST:
        return [line[:_LONGEST]]
    if delimiter == "|" and line.strip()[:1] == "|":
        line = line.strip().strip("|")
    if line.count('"') % 2:
        cells = line.split(delimiter)  # a quotation mark that is a letter
    else:
        try:
            cells = next(csv.reader(line.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True))
        except (csv.Error, StopIteration):
            cells = line.split(delimiter)
    return [cell.strip().strip("`*").strip() or cell.strip("` ") for cell in cells]


def _unique(headers: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        out.append(header if seen[header] == 1 else f"{header} ({seen[header]})")
    return out


def _is_header(cells: Sequence[str], document: Document) -> bool:
    if any(cell.casefold() in document.columns for cell in cells):
        return True
    if any(_is_data(cell) for cell in cells) or all(len(cell) == 0 for cell in cells):
        return False
    return any(rows.known(cell) for cell in cells if len(cell) < 60) and Roles.read(cells, {}).usable


_DATA = re.compile(
    r".*(?:://|\[\.\]|\d\.\d|@[\w.]|\w@|[0-9a-f]{32}|^pkg:)|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}\Z", re.IGNORECASE
)


def _is_data(cell: str) -> bool:
    return len(cell) > 80 or _DATA.match(cell) is not None


def _guessed(headers: Sequence[str], sample: Sequence[list[str]], document: Document) -> Roles:
    """Roles of columns without names, by what stands in most of their cells. Raises `InputError`."""
    of = {header: rows.role(document.columns[header]) for header in headers if header in document.columns}
    for place, header in enumerate(headers):
        if header not in of and (kind := _kind([row[place] for row in sample if place < len(row)])) is not None:
            of[header] = kind
    if not {rows.NAME, rows.VALUE, rows.PURL} & set(of.values()):
        free = next((header for header in headers if header not in of), None)
        if free is not None:
            of[free] = rows.VALUE if rows.TYPE in of.values() else rows.NAME
    roles = Roles(of, tuple(header for header in headers if header not in of))
    if not roles.usable:
        raise InputError("which column is what?", where=document.name, hint="--as 1=name --as 2=versions")
    return roles


def _kind(cells: Sequence[str]) -> str | None:
    """What the cells of a column are, where most are the same."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return None
    tests = (
        (rows.ECOSYSTEM, lambda cell: words.purl_type(cell) is not None),
        (rows.TYPE, lambda cell: words.indicator_type(cell) is not None),
        (rows.VERSIONS, _are_versions),
        (rows.PURL, lambda cell: cell[:4].lower() == "pkg:"),
        (rows.VALUE, _is_data),
    )
    for kind, test in tests:
        if sum(map(test, filled)) >= 0.8 * len(filled):
            return kind
    return None


def _are_versions(cell: str) -> bool:
    try:
        found = bad_versions.parse(cell)
    except InputError:
        return False
    return bool(found.ranges or any(bad_versions.looks_like_one(one) for one in found.exact) or found.every)
