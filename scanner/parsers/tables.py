"""Reads a lock row by row, so that a row that makes no sense costs that row only, and counts its lines.

TOML's decoder does not say where a table stood: its header lines are counted apart, and trusted only when there are
as many of them as tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

import msgspec

from scanner.errors import InputError
from scanner.model.component import Location, Problem
from scanner.parsers.source import Source
from scanner.shape import encoding, json_text, toml_text

T = TypeVar("T")
_LINE = re.compile(r"\(at line ([0-9]+),")

LONGEST_NAME = 1000
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
"""A package's name."""


def table(value: Any, key: str) -> dict[str, Any]:
    """The table under `key`, or an empty one."""
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def rows(value: object, kind: type[T], *, path: str, place: str) -> tuple[list[tuple[Location, T]], list[Problem]]:
    """Convert each entry of a list; the locations have neither line nor needle.

    `value` is what the document holds at `place`, and may be anything; nothing at all is an empty list.
    """
    good: list[tuple[Location, T]] = []
    bad: list[Problem] = []
    if value is None:
        return good, bad
    if not isinstance(value, list):
        return good, [Problem(where=path, what=f"{place} is not a list")]
    location = Location(path)
    for number, entry in enumerate(value):
        try:
            good.append((location, msgspec.convert(entry, kind)))
        except (msgspec.ValidationError, RecursionError) as error:
            bad.append(Problem(where=f"{path}: {place}/{number}", what=f"unexpected content: {error}"))
    return good, bad


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A TOML lock, as far as it could be decoded."""

    path: str
    text: str
    tables: dict[str, Any]
    broken: InputError | None = None
    """Why there is no more of it; whoever has read the rest raises it."""


def toml_document(source: Source) -> Document:
    """Decode a lock; of one that breaks off, or breaks the rules, the tables before that place.

    Raises `InputError` where nothing stands before it.
    """
    if len(source.data) > toml_text.MAX_BYTES:
        toml_text.value(source.data, where=source.path)  # says so, before anything is copied
    text = encoding.text(source.data, where=source.path)
    try:
        return Document(path=source.path, text=text, tables=toml_text.value(source.data, where=source.path))
    except InputError as error:
        lines = text.split("\n")
        number = _LINE.search(error.what)
        end = min(int(number[1]), len(lines)) if number else len(lines)
        while end > 0 and not lines[end - 1].startswith("[["):
            end -= 1
        whole = "\n".join(lines[: max(end - 1, 0)])
        try:
            tables = toml_text.value(whole.encode(), where=source.path)
        except InputError:
            tables = {}
        if not tables:
            raise
        return Document(path=source.path, text=whole, tables=tables, broken=error)


def toml_rows(document: Document, key: str, kind: type[T]) -> tuple[list[tuple[Location, T]], list[Problem]]:
    """Convert each `[[key]]` table of a document; the locations have lines."""
    entries = document.tables.get(key)
    if not isinstance(entries, list):
        return rows(entries, kind, path=document.path, place=key)
    lines = _table_lines(document.text, key)
    known = len(lines) == len(entries)
    good: list[tuple[Location, T]] = []
    bad: list[Problem] = []
    for number, entry in enumerate(entries):
        line = lines[number] if known else None
        try:
            good.append((Location(document.path, line), msgspec.convert(entry, kind)))
        except (msgspec.ValidationError, RecursionError) as error:
            where = f"{document.path}: {key}/{number}"
            bad.append(Problem(where=where, what=f"unexpected content: {error}", line=line))
    return good, bad


def _table_lines(text: str, key: str) -> list[int]:
    """Line of each table's `name`, which generators write below the header; else of the header itself."""
    header = f"[[{key}]]"
    found: list[int] = []
    below = False
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith(header):
            found.append(number)
            below = True
        elif below:
            below = False
            if line.startswith("name"):
                found[-1] = number
    return found


def json_readings(source: Source, kind: type[T]) -> Iterator[T | Problem]:
    """Decode a JSON document, once for each way in which repeated keys let it be read.

    Two tools that meet a repeated key see two different documents: both must be judged. What one reading says like
    another is said again. Raises `InputError` where it is not JSON of that shape.
    """
    decoded: T = json_text.typed(source.data, kind, where=source.path)
    repeated = json_text.duplicates(source.data, where=source.path)
    if not repeated:
        yield decoded
        return
    names = ", ".join(repr(name[:100]) for name in repeated[:5])
    yield Problem(where=source.path, what=f"keys that an object repeats: {names}", hint="each value was read")
    for reading in json_text.readings(json_text.value_with_repeats(source.data, where=source.path)):
        try:
            yield msgspec.convert(reading, kind)
        except (msgspec.ValidationError, RecursionError) as error:
            yield Problem(where=source.path, what=f"a repeated key has unexpected content: {error}")
