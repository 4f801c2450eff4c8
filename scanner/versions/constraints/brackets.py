"""Intervals as mathematicians write them, `[1.0,2.0)`: Maven and NuGet."""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.versions.constraints.value import MAX_PARTS, Interval

# Gradle also writes an exclusive bound as the bracket turned round: ]1.0, 2.0[.
_SET = re.compile(r"\s*+([\[(\]])([^\[\](),]*+)(,?)([^\[\](),]*+)([\])\[])\s*+,?+")


def intervals(text: str) -> list[Interval]:
    """Each set of a list of them. Raises `InputError`."""
    out: list[Interval] = []
    place = 0
    while place < len(text):
        match = _SET.match(text, place)
        if match is None or len(out) == MAX_PARTS:
            raise InputError(f"{text[place:][:80]!r} is no set of versions")
        opening, low, comma, high, closing = match.groups()
        low, high = low.strip(), high.strip()
        if comma:
            out.append(Interval(low or None, bool(low) and opening == "[", high or None, bool(high) and closing == "]"))
        elif low and opening == "[" and closing == "]":
            out.append(Interval(low, True, low, True))
        else:
            raise InputError(f"{match[0].strip()[:80]!r} names no version")
        place = match.end()
    return out
