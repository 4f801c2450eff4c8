"""Composer: https://getcomposer.org/doc/articles/versions.md#writing-version-constraints

Stability: prereleases count where the requirement names one (`^1.0@beta`, `1.0.0-RC1`, `dev-main`), as with the default
`minimum-stability`.
"""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.versions.constraints.value import (
    MAX_PARTS,
    Alternative,
    Constraint,
    Interval,
    Rule,
    clauses,
    compared,
    exactly,
    raised,
    without,
)
from scanner.versions.scheme import Scheme

_OR = re.compile(r"\|\|?")
_HYPHEN = re.compile(r"(\S++)\s++-\s++(\S++)")
_STABILITY = re.compile(r"@(?:stable|rc|beta|alpha|dev)\b", re.IGNORECASE)
_UNSTABLE = re.compile(
    r"@(?:rc|beta|alpha|dev)\b|[0-9x*][-._]?(?:rc|beta|alpha|dev|a[0-9]|b[0-9])|^dev-", re.IGNORECASE
)
_VERSION = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)((?:\.[x*])*)([-._+]?[A-Za-z][0-9A-Za-z.+-]*|\+.*)?", re.IGNORECASE)


def parse(text: str, scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    out: list[Alternative] = []
    parts = _OR.split(text.strip())
    if len(parts) > MAX_PARTS:
        raise InputError(f"more than {MAX_PARTS} alternatives")
    # A lower bound of 2.0 begins at the release, or at its first prerelease where those count.
    floor = "-dev" if _UNSTABLE.search(text) else ""
    for part in parts:
        out += _alternatives(part.strip(), scheme, floor)
    return tuple(out), _admits


def _admits(constraint: Constraint, version: str) -> bool:
    if _UNSTABLE.search(version) and not _UNSTABLE.search(constraint.text):
        return False
    return any(True for _ in constraint.holding(version))


def _alternatives(text: str, scheme: Scheme, floor: str) -> list[Alternative]:
    text = _STABILITY.sub("", text.partition(" as ")[0].partition("#")[0]).strip()
    if not text or text in ("*", "x", "X"):
        return [()]
    hyphen = _HYPHEN.fullmatch(text)
    if hyphen:
        numbers, wild, tail = _split(hyphen[2])
        whole = tail or (len(numbers) >= 3 and not wild)
        high = (
            Interval(high=hyphen[2], high_inclusive=True) if whole else Interval(high=_next(numbers, len(numbers) - 1))
        )
        return [(Interval(low=_low(hyphen[1], floor), low_inclusive=True), high)]
    intervals: list[Interval] = []
    holes: list[Interval] = []
    for operator, version in clauses(text):
        (holes if operator in ("!=", "<>") else intervals).append(_interval(operator, version, floor))
    return without(scheme, tuple(intervals), holes)


def _interval(operator: str, version: str, floor: str) -> Interval:
    if version.lower().startswith("dev-"):
        return exactly(version) if operator in ("", "=", "==", "!=", "<>") else compared(operator, version)
    if version in ("*", "x", "X"):
        return Interval()
    numbers, wild, tail = _split(version)
    first = next((index for index, value in enumerate(numbers) if value), len(numbers) - 1)
    match operator:
        case "^":
            return Interval(_low(version, floor), True, _next(numbers, min(first, 2)), False)
        case "~" | "~>":
            return Interval(_low(version, floor), True, _next(numbers, max(0, min(len(numbers), 4) - 2)), False)
        case _ if wild and not tail and operator in ("", "=", "==", "!=", "<>"):
            return Interval(_low(_joined(numbers), floor), True, _next(numbers, len(numbers) - 1), False)
        case ">=":
            return Interval(_low(version, floor), True)
        case "<":
            return Interval(high=version if tail else f"{_joined(numbers)}-dev")
        case "!=" | "<>":
            return exactly(version)
        case _:
            return compared(operator, version)


def _split(version: str) -> tuple[tuple[int, ...], bool, str]:
    """The numbers, whether wildcards follow them, and what stands behind (`-beta1`)."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise InputError(f"{version[:80]!r} is no version")
    return tuple(int(part) for part in match[1].split(".")), bool(match[2]), match[3] or ""


def _low(version: str, floor: str) -> str:
    _, _, tail = _split(version)
    return version if tail else version + floor


def _joined(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def _next(numbers: tuple[int, ...], index: int) -> str:
    """Before everything whose numbers are higher up to `index`, prereleases included."""
    return raised(numbers[: index + 1]) + "-dev"
