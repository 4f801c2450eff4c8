"""Cabal: https://cabal.readthedocs.io/en/stable/cabal-package-description-file.html#version-bounds"""

from __future__ import annotations

import re
from itertools import product

from scanner.errors import InputError
from scanner.versions.constraints.value import MAX_PARTS, Alternative, Interval, Rule, compared, inside, raised
from scanner.versions.scheme import Scheme

_TOKEN = re.compile(r"\s*+(&&|\|\||[(){},]|-any|-none|\^>=|[<>]=?|==|[0-9]+(?:\.[0-9]+)*(?:\.\*)?)\s*+")
_MAX_DEPTH = 20
_EVERYTHING: list[Alternative] = [()]


def parse(text: str, _scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    if text.strip() in ("", "*"):
        return ((),), inside
    tokens = _tokens(text)
    out = _either(tokens, 0)
    if tokens:
        raise InputError(f"{tokens[-1]!r} is not expected here")
    return tuple(out), inside


def _tokens(text: str) -> list[str]:
    """In reverse, so that the next one is popped."""
    out: list[str] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise InputError(f"{text[place:][:80]!r} is no version bound")
        out.append(match[1])
        place = match.end()
    return out[::-1]


def _take(tokens: list[str], *wanted: str) -> bool:
    if tokens and tokens[-1] in wanted:
        tokens.pop()
        return True
    return False


def _either(tokens: list[str], depth: int) -> list[Alternative]:
    out = _both(tokens, depth)
    while _take(tokens, "||"):
        out = _bounded(out + _both(tokens, depth))
    return out


def _both(tokens: list[str], depth: int) -> list[Alternative]:
    out = _bound(tokens, depth)
    while _take(tokens, "&&"):
        other = _bound(tokens, depth)
        if len(out) * len(other) > MAX_PARTS:
            raise InputError(f"more than {MAX_PARTS} alternatives")
        out = [left + right for left, right in product(out, other)]
    return out


def _bounded(alternatives: list[Alternative]) -> list[Alternative]:
    if len(alternatives) > MAX_PARTS:
        raise InputError(f"more than {MAX_PARTS} alternatives")
    return alternatives


def _bound(tokens: list[str], depth: int) -> list[Alternative]:
    if depth > _MAX_DEPTH or not tokens:
        raise InputError("the version bounds end too early" if not tokens else "parentheses within parentheses")
    first = tokens.pop()
    if first == "(":
        inner = _either(tokens, depth + 1)
        if not _take(tokens, ")"):
            raise InputError("a parenthesis is not closed")
        return inner
    if first == "-any":
        return _EVERYTHING
    if first == "-none":
        return []
    if first in ("==", "^>=") and _take(tokens, "{"):
        members = [_interval(first, _version(tokens))]
        while _take(tokens, ","):
            members.append(_interval(first, _version(tokens)))
        if not _take(tokens, "}"):
            raise InputError("a brace is not closed")
        return _bounded([(one,) for one in members])
    if first[0].isdigit():
        return [(_interval("==", first),)]
    return [(_interval(first, _version(tokens)),)]


def _version(tokens: list[str]) -> str:
    if not tokens or not tokens[-1][0].isdigit():
        raise InputError("a version is missing")
    return tokens.pop()


def _interval(operator: str, version: str) -> Interval:
    if operator == "^>=":
        # The same first two numbers, which are the major version by the package versioning policy.
        numbers = [*version.split("."), "0"][:2]
        return Interval(version, True, raised(numbers), False)
    if version.endswith(".*"):
        if operator != "==":
            raise InputError(f"a wildcard behind {operator!r}")
        return Interval(version[:-2], True, raised(version[:-2].split(".")), False)
    return compared(operator, version)
