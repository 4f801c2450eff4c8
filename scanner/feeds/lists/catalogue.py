"""JSON that lists packages or indicators, in no standard's shape.

Read are: bumblebee's catalogues (`entries` of packages, `_indicators` by name), objects of name → versions, arrays of
rows or of texts, one row a line, and these under a key that says what they are (`domains`, `npm`, `packages`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.feeds.lists import bad_versions, named, observables, rows, words
from scanner.feeds.lists.collector import Collector, Found
from scanner.feeds.lists.document import Document
from scanner.feeds.lists.observables import Context
from scanner.feeds.lists.rows import Roles
from scanner.model.campaign import IndicatorType

_DEEPEST = 8
_TITLES = ("campaign", "title", "name", "info", "description", "_comment", "comment")
_CONTAINERS = frozenset(("entries", "indicators", "iocs", "data", "items", "results", "list", "records", "objects"))
_VERSION_KEYS = ("versions", "version", "affected_versions", "malicious_versions", "compromised_versions")


def recognise(document: Document) -> bool:
    return document.is_json and (document.json is not None or _is_lines(document) or _is_broken_json(document))


def _is_broken_json(document: Document) -> bool:
    """Whether the text means to be JSON: a plain list may begin with a bracket, too."""
    return document.text.lstrip()[:60].replace(" ", "").replace("\n", "")[:2] in ('{"', '["', "[{", "[[", "{}")


def _is_lines(document: Document) -> bool:
    """JSON Lines of which one is broken: the others count."""
    lines = document.text.strip().split("\n", 2)
    return len(lines) > 1 and all(line.startswith("{") and line.rstrip().endswith("}") for line in lines[:2])


def read(document: Document, into: Collector) -> None:
    reader = _Catalogue(document, into)
    if document.json is not None:
        reader.value("", document.json, Context(ecosystem=document.assumed, sure=document.given is not None), _DEEPEST)
    elif _is_lines(document):
        reader.lines(document.text)
    else:
        raise document.json_error or InputError("not JSON", where=document.name)


class _Catalogue:
    """Walks a document; every row, name and text in it is a record, counted from 1."""

    def __init__(self, document: Document, into: Collector) -> None:
        self._columns = document.columns
        self._assumed = Context(ecosystem=document.assumed, sure=document.given is not None)
        self._into = into
        self._number = 0
        self._roles: dict[tuple[str, ...], Roles] = {}

    def lines(self, text: str) -> None:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                self._number = number - 1
                try:
                    row = msgspec.json.decode(line)
                except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
                    self._record([InputError(f"not JSON: {error}")])
                else:
                    self._row(row, self._assumed)

    def value(self, key: str, value: Any, context: Context, depth: int) -> None:
        """A value under a key, `""` for the whole document."""
        if depth == 0:
            self._record([InputError(f"{key!r} is nested too deeply")])
        elif isinstance(value, list):
            self._list(key, value, context, depth)
        elif isinstance(value, dict):
            self._object(key, value, context, depth)
        else:
            self._record([InputError(f"{key or 'the document'} is neither an array nor an object")])

    def _list(self, key: str, value: list[Any], context: Context, depth: int) -> None:
        type_ = None if key in _CONTAINERS else words.indicator_type(key)
        for item in value:
            if isinstance(item, dict):
                self._row(item, context)
            elif isinstance(item, list):
                self.value(key, item, context, depth - 1)
            elif isinstance(item, str):
                self._record(self._text(item, type_, context))
            else:
                self._record([InputError(f"{item!r:.60} is no indicator")])

    def _object(self, key: str, value: dict[str, Any], context: Context, depth: int) -> None:
        if _is_row(value) and not any(
            isinstance(item, dict | list) and name in _CONTAINERS for name, item in value.items()
        ):
            self._row(value, context)
            return
        if _are_names(value):
            for name, item in value.items():
                self._record(self._package(name, item, context))
            return
        for name, item in value.items():
            if isinstance(item, str | None | bool):
                if name in _TITLES and isinstance(item, str) and self._into.title is None and not key:
                    self._into.title = item.partition(". ")[0][:200]
                continue
            ecosystem = words.purl_type(name)
            inner = context if ecosystem is None else Context(ecosystem=ecosystem, sure=True)
            if named.is_group(name) and isinstance(item, dict) and not _are_names(item):
                self._named(item)
            elif isinstance(item, list) and item and all(isinstance(one, str) for one in item) and name.startswith("_"):
                self._into.remark(self._number, f"{name}: not looked for")
            else:
                self.value(name, item, inner, depth - 1)

    def _named(self, group: Mapping[str, Any]) -> None:
        for name, item in group.items():
            self._record(named.found(name, item, self._common(name)))

    def _package(self, name: str, item: Any, context: Context) -> Iterator[Found]:
        common = self._common()
        yield from observables.package(name, context, common, bad_versions.parse(", ".join(_versions(item))))

    def _text(self, text: str, type_: IndicatorType | None, context: Context) -> Iterator[Found]:
        common = self._common()
        if type_ is IndicatorType.PACKAGE:
            yield from observables.package(text, context, common)
        elif type_ is not None:
            yield from observables.typed(type_, text, common)
        else:
            yield from observables.guess(text, context, common)

    def _row(self, row: Any, context: Context) -> None:
        if not isinstance(row, dict):
            self._record([InputError("not an object")])
            return
        self._record(self._cells(row, context))

    def _cells(self, row: dict[str, Any], context: Context) -> Iterator[Found]:
        headers = tuple(row)
        roles = self._roles.get(headers)
        if roles is None:
            roles = self._roles[headers] = Roles.read(headers, self._columns)
        cells = {name: _cell(item, "\n" if roles.of.get(name) == rows.VALUE else ", ") for name, item in row.items()}
        yield from rows.found(roles, cells, context, self._common)
        for name, item in row.items():
            if named.is_group(name) and isinstance(item, dict):
                for inner, value in item.items():
                    yield from named.found(inner, value, self._common(inner))

    def _common(self, note: str | None = None, references: Sequence[str] = ()) -> dict[str, Any]:
        return self._into.common(self._number + 1, note, references)

    def _record(self, found: Any) -> None:
        # Evaluated while the number is still that of the record before it: see `_common`.
        self._into.record(self._number + 1, found)
        self._number += 1


def _is_row(value: Mapping[str, Any]) -> bool:
    """Whether an object is one record by itself: its keys are a table's headers, and its main cell a text."""
    roles = Roles.read(tuple(value), {})
    return any(
        isinstance(value[key], str) and (role in (rows.NAME, rows.VALUE, rows.PURL) or isinstance(role, IndicatorType))
        for key, role in roles.of.items()
    ) and any(role in (rows.VERSIONS, rows.TYPE, rows.ECOSYSTEM) for role in roles.of.values())


def _are_names(value: Mapping[str, Any]) -> bool:
    """Whether an object is name → versions."""
    if not value:
        return False
    fitting = sum(_fits(item) for item in value.values())
    telling = sum(not rows.known(name) and name not in _CONTAINERS and name[:1] != "_" for name in value)
    return fitting >= 0.8 * len(value) and telling >= 0.8 * len(value)


def _fits(item: Any) -> bool:
    if isinstance(item, list):
        return all(isinstance(one, str) and _is_version(one) for one in item[:5])
    if isinstance(item, dict):
        return any(key in item for key in _VERSION_KEYS)
    return isinstance(item, str) and _is_version(item)


def _is_version(text: str) -> bool:
    try:
        found = bad_versions.parse(text)
    except InputError:
        return False
    return any(bad_versions.looks_like_one(one) for one in found.exact) or bool(found.ranges) or found.every


def _versions(item: Any) -> list[str]:
    if isinstance(item, str):
        return [item] if item.strip() else []
    if isinstance(item, list):
        return [version for one in item for version in _versions(one)]
    if isinstance(item, dict):
        return [version for key in _VERSION_KEYS for version in _versions(item.get(key))]
    if item is None:
        return []
    raise InputError(f"{item!r:.60} are no versions")


def _cell(item: Any, joint: str) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, list):
        return joint.join(_cell(one, joint) for one in item if not isinstance(one, dict | list))
    return "" if item is None or isinstance(item, dict | bool) else str(item)
