"""The entries of a JSON or YAML document that a stranger wrote: every one is read, and a bad one costs only itself.

A key that stands twice in one object makes two tools see two documents. Here both values count, and the key is a
problem in itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.parsers.source import Source
from scanner.shape import json_text, yaml_text
from scanner.shape.json_text import Repeated

T = TypeVar("T")
Words = Annotated[str, msgspec.Meta(min_length=1)]
"""Text that may not be empty: a name, a version, an address."""

_MOST_MEANINGS = 32


def from_json(source: Source) -> dict[str, Any]:
    """The object that the file holds. Raises `InputError`."""
    return _mapping(json_text.value_with_repeats(source.data, where=source.path), source.path)


def from_yaml(source: Source) -> dict[str, Any]:
    """The mapping that the file is, with its scalars as text. Raises `InputError`.

    Of several documents some tools read the first and some all: they count as one that repeats its keys.
    """
    documents = [document for document in yaml_text.all_with_repeats(source.data, where=source.path) if document]
    if not documents:
        raise InputError("the file is empty", where=source.path)
    if len(documents) == 1:
        return _mapping(documents[0], source.path)
    found: dict[str, list[Any]] = {}
    for document in documents:
        for key, value in _mapping(document, source.path).items():
            found.setdefault(key, []).extend(_values(value))
    return {key: values[0] if len(values) == 1 else Repeated(values) for key, values in found.items()}


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError("the document is no mapping of keys to values", where=where)
    return value


def repeated_keys(document: Any, source: Source) -> Iterator[Problem]:
    """One problem for each key that some object of the document repeats."""
    found: dict[str, None] = {}
    seen: set[int] = set()
    stack = [document]
    while stack:
        node = stack.pop()
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            found.update((key, None) for key, value in node.items() if isinstance(value, Repeated))
            stack.extend(reversed(node.values()))
        else:
            stack.extend(reversed(node))
    for key in found:
        yield Problem(
            where=source.path,
            what=f"the key {key!r} is repeated",
            hint=f"tools differ in which value they take; all were read, up to {_MOST_MEANINGS} of an entry",
        )


def items(value: Any, *, where: str) -> Iterator[tuple[str, Any]]:
    """Key and value of a mapping, once for every value that a key has. Raises `InputError` for anything else."""
    for block in _values(value):
        if not isinstance(block, dict):
            raise InputError("not a mapping of keys to values", where=where)
        for key, entry in block.items():
            for meaning in meanings(entry):
                yield key, meaning


def elements(value: Any, *, where: str) -> Iterator[Any]:
    """What a list holds, once for every meaning that an element has. Raises `InputError` for anything else."""
    for block in value if isinstance(value, Repeated) else (value,):
        if not isinstance(block, list):
            raise InputError("not a list", where=where)
        for entry in block:
            yield from meanings(entry)


def meanings(entry: Any) -> Iterator[Any]:
    """The entry itself, or, where it repeats keys, one for each set of values that it could be read with."""
    for one in _values(entry):
        most = 1
        if isinstance(one, dict):
            most = max((len(field) for field in one.values() if isinstance(field, Repeated)), default=1)
        if most == 1:
            yield one
            continue
        for number in range(min(most, _MOST_MEANINGS)):
            yield {
                key: field[min(number, len(field) - 1)] if isinstance(field, Repeated) else field
                for key, field in one.items()
            }


def _values(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, Repeated) else (value,)


def read(value: Any, kind: type[T], *, where: str) -> T:
    """The value as `kind` (a msgspec struct or any annotation). Raises `InputError` that says what does not fit."""
    try:
        converted: T = msgspec.convert(value, kind, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(f"unexpected content: {error}", where=where) from error
    return converted


def problem(error: InputError, *, where: str, line: int | None = None) -> Problem:
    """What was complained about, to be handed up while the rest goes on."""
    return Problem(where=error.where or where, what=error.what, line=line, hint=error.hint)
