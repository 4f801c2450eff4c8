"""JSON that somebody else wrote.

`typed` is the fast way (msgspec structs that hold only the needed fields), `value` the general one. A JSON object
may say the same key twice; every reader keeps the last, so that two tools see two different documents: an evasion.
`duplicates` finds them, and callers read both values.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from scanner import shape
from scanner.errors import InputError
from scanner.shape import encoding

T = TypeVar("T")


def value(data: bytes, *, where: str) -> Any:
    """Decode to plain Python values. Raises `InputError` with the place."""
    return typed(data, Any, where=where)


def typed(data: bytes, kind: type[T] | Any, *, where: str) -> T:
    """Decode straight into `kind` (a msgspec struct or any annotation).

    Raises `InputError` where the document is not JSON, not of that shape, too large or too deep.
    """
    document = _checked(data, where)
    try:
        decoded: T = msgspec.json.decode(document, type=kind)
    except msgspec.ValidationError as error:
        raise InputError(f"unexpected content: {error}", where=where) from error
    except msgspec.DecodeError as error:
        raise InputError(_position(document, str(error)), where=where) from error
    except RecursionError as error:
        raise InputError("nested too deeply", where=where) from error
    return decoded


def duplicates(data: bytes, *, where: str) -> tuple[str, ...]:
    """The keys that some object of the document holds more than once, in order of appearance.

    The usual answer is "none", and costs one pass of the C decoder and no Python frame an object: each object's
    list of pairs is gathered by `list.append`, and the pairs are counted before and after folding them.
    """
    pairs: list[list[tuple[str, Any]]] = []
    try:
        json.loads(_checked(data, where), object_pairs_hook=pairs.append)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", where=where) from error
    if sum(map(len, pairs)) == sum(map(len, map(dict, pairs))):
        return ()
    found: dict[str, None] = {}
    for entries in pairs:
        seen: set[str] = set()
        for key, _ in entries:
            if key in seen:
                found[key] = None
            seen.add(key)
    return tuple(found)


class Repeated(list[Any]):
    """All the values that one object gives for one key, first to last."""


def value_with_repeats(data: bytes, *, where: str) -> Any:
    """Decode like `value`, but a key that an object repeats holds a `Repeated` list of all its values."""

    def fold(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        folded = dict(entries)
        if len(folded) != len(entries):
            for key in folded:
                values = [value for name, value in entries if name == key]
                if len(values) > 1:
                    folded[key] = Repeated(values)
        return folded

    try:
        return json.loads(_checked(data, where), object_pairs_hook=fold)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", where=where) from error


def _checked(data: bytes, where: str) -> bytes:
    if len(data) > shape.MAX_BYTES:
        raise InputError(f"{len(data)} bytes of JSON", where=where, hint=f"at most {shape.MAX_BYTES} are read")
    document = encoding.utf8(data, where=where)
    if not document.strip(b"\x00 \t\r\n") and len(document) < 1_000_000:
        raise InputError("the file is empty", where=where)
    return document


def _position(document: bytes, message: str) -> str:
    """msgspec gives a byte offset; a person wants a line."""
    _, found, tail = message.partition("(byte ")
    number = tail.rstrip(")")
    if not found or not number.isdigit():
        return f"not JSON: {message}"
    offset = int(number)
    line = document.count(b"\n", 0, offset) + 1
    return f"not JSON: {message} (line {line})"
