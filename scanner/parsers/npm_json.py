"""JSON locks that may say a key twice: every value is read, and a needle is known to stand in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.shape import encoding, json_text

_OPENING = re.compile(r'"(\s*+:\s*+\{)')
_SPELLED = re.compile(r'"[^"\\]*"')


def decode(data: bytes, where: str) -> tuple[Any, list[Problem]]:
    """The value of a JSON document, and a problem where some object says a key twice.

    Where it does, repeated keys hold `json_text.Repeated`. Raises `InputError` where it is not JSON.
    """
    value = json_text.value(data, where=where)
    if json_text.repeats_nothing(data, value, where=where):
        return value, []
    try:
        repeated = json_text.duplicates(data, where=where)
        if not repeated:
            return value, []
        value = json_text.value_with_repeats(data, where=where)
    except (InputError, RecursionError) as error:
        return value, [Problem(where=where, what=f"could not be searched for repeated keys: {error}")]
    shown = ", ".join(repr(key[:100]) for key in repeated[:10]) + (" …" if len(repeated) > 10 else "")
    hint = "tools disagree on which value counts: all were read"
    return value, [Problem(where=where, what=f"says more than once: {shown}", hint=hint)]


def each(value: Any) -> list[Any]:
    """All values that a key was given: one, unless it was repeated."""
    return value if isinstance(value, json_text.Repeated) else [value]


def pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Keys and values of an object, a repeated key with each of its values, a repeated object with all of them."""
    for mapping in each(value):
        if isinstance(mapping, dict):
            if json_text.Repeated not in map(type, mapping.values()):
                yield from mapping.items()
                continue
            for key, held in mapping.items():
                if isinstance(held, json_text.Repeated):
                    for one in held:
                        yield key, one
                else:
                    yield key, held


def readings(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The entry as each of its readers may see it: once, unless it repeats keys; every value occurs in one of them."""
    if json_text.Repeated not in map(type, entry.values()):
        return [entry]
    count = max(len(value) for value in entry.values() if isinstance(value, json_text.Repeated))
    return [
        {key: each(value)[min(turn, len(each(value)) - 1)] for key, value in entry.items()} for turn in range(count)
    ]


class Spelling:
    """Tells whether a JSON string stands in the file as it is, so that it can serve as a needle."""

    def __init__(self, data: bytes) -> None:
        text = self._text = encoding.lenient_text(data)
        self._brace: str | None = None
        # Without an escape every string is spelled as it is, and nothing needs to be gathered.
        self._found: frozenset[str] | None = frozenset(_SPELLED.findall(text)) if "\\" in text else None

    def needle(self, text: str) -> str:
        """The string in its quotes, or "" where the file spells it with escapes."""
        quoted = f'"{text}"'
        return quoted if self._found is None or quoted in self._found else ""

    def opening(self, key: str) -> str:
        """The key of an object with the brace behind it: the same name in a list of requirements has none."""
        needle = self.needle(key)
        if not needle:
            return ""
        if self._brace is None:
            found = set(_OPENING.findall(self._text))
            self._brace = next(iter(found)) if len(found) == 1 else ""
        return f"{needle}{self._brace}" if "\n" not in self._brace else needle
