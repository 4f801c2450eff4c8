"""npm: https://github.com/npm/node-semver#ranges, and distribution tags, which admit everything."""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.versions.constraints import partial
from scanner.versions.constraints.value import MAX_PARTS, Alternative, Interval, Rule, clauses, inside
from scanner.versions.scheme import Scheme

_HYPHEN = re.compile(r"(\S++)\s++-\s++(\S++)")
# A word that is neither a version ("v1") nor a wildcard ("x").
_TAG = re.compile(r"(?!v?[0-9])(?![xX](?:\.|$))[A-Za-z][A-Za-z0-9._-]*+")


def parse(text: str, _scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    text = _behind_alias(text.strip())
    if _TAG.fullmatch(text):
        return ((),), inside
    parts = text.split("||")
    if len(parts) > MAX_PARTS:
        raise InputError(f"more than {MAX_PARTS} alternatives")
    found = (_alternative(part.strip()) for part in parts)
    return tuple(one for one in found if one is not None), partial.same_tuple


def _behind_alias(text: str) -> str:
    """`npm:other@^1` requires ^1 of another package."""
    if not text.startswith("npm:"):
        return text
    return text[5:].partition("@")[2]  # a scope's @ is the first character


def _alternative(text: str) -> Alternative | None:
    hyphen = _HYPHEN.fullmatch(text)
    pairs = [(">=", hyphen[1]), ("<=", hyphen[2])] if hyphen else clauses(text)
    out: list[Interval] = []
    for operator, version in pairs:
        interval = _interval(operator, partial.partial(version))
        if interval is None:
            return None
        if interval != Interval():
            out.append(interval)
    return tuple(out)


def _interval(operator: str, version: partial.Partial) -> Interval | None:
    match operator:
        case "^":
            return partial.caret(version)
        case "~" | "~>":
            return partial.tilde(version)
        case _:
            return partial.comparison(operator, version)
