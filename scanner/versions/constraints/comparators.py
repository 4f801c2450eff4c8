"""Plain comparisons, `>=1.2,<2|==3.*`: conda, Conan, R, Swift, Linux packages, and whatever has no syntax of its own.

A bare version is that version. With conda one `=` means "begins with": https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html
"""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.versions.constraints import partial
from scanner.versions.constraints.value import (
    MAX_PARTS,
    Alternative,
    Interval,
    Rule,
    clauses,
    compared,
    exactly,
    inside,
    raised,
    without,
)
from scanner.versions.scheme import Scheme

_OR = re.compile(r"\|\|?")
_ANY = ("", "*", "any", "latest")
# Debian writes << and >> for strictly earlier and later.
_SPELLINGS = {"<<": "<", ">>": ">"}
_OPERATORS = ("", "=", "==", "<", "<=", ">", ">=", "!=", "~=", "~", "^")
_BUILD = re.compile(r"([^\s=<>!~^|,]+)=[^\s=<>!~^|,]+")
_WILDCARD = re.compile(r"([0-9]+(?:\.[0-9]+)*)\.?\*")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def parse(text: str, scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    return _parsed(text, scheme, fuzzy=False)


def parse_conda(text: str, scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    return _parsed(text, scheme, fuzzy=True)


def _parsed(text: str, scheme: Scheme, *, fuzzy: bool) -> tuple[tuple[Alternative, ...], Rule]:
    wanted = text.strip()
    for opening, closing in ("()", "[]"):  # R and Conan
        if wanted.startswith(opening) and wanted.endswith(closing):
            wanted = wanted[1:-1]
    out: list[Alternative] = []
    parts = _OR.split(wanted.partition(", include_prerelease")[0])
    if len(parts) > MAX_PARTS:
        raise InputError(f"more than {MAX_PARTS} alternatives")
    for part in parts:
        out += [()] if part.strip().lower() in _ANY else _alternatives(part, scheme, fuzzy=fuzzy)
    return tuple(out), inside


def _alternatives(text: str, scheme: Scheme, *, fuzzy: bool) -> list[Alternative]:
    intervals: list[Interval] = []
    holes: list[Interval] = []
    if fuzzy:
        # A build string behind the version: 1.2.3=py39_0, or ==1.2.3=py39_0.
        text = _BUILD.sub(r"\1", text)
    for written, version in clauses(text):
        operator = _SPELLINGS.get(written, written)
        if operator not in _OPERATORS or not scheme.orders(version.removesuffix("*").removesuffix(".") or "0"):
            raise InputError(f"{text.strip()[:80]!r} is no version requirement")
        if operator == "!=":
            holes.append(_equal(version))
        elif operator in ("~=", "~", "^"):
            intervals.append(_compatible(operator, version))
        elif operator == "=" and fuzzy:
            intervals.append(_equal(version if version.endswith("*") else f"{version}.*"))
        elif operator in ("", "=", "=="):
            intervals.append(_equal(version))
        else:
            intervals.append(compared(operator, version.removesuffix("*").removesuffix(".")))
    return without(scheme, tuple(intervals), holes)


def _equal(version: str) -> Interval:
    wildcard = _WILDCARD.fullmatch(version)
    if wildcard is None:
        if "*" in version:
            raise InputError(f"{version[:80]!r} is no version")
        return exactly(version)
    numbers = wildcard[1].split(".")
    return Interval(wildcard[1], True, raised(numbers), False)


def _compatible(operator: str, version: str) -> Interval:
    if operator == "^":
        return partial.caret(partial.partial(version))
    match = _NUMBERS.match(version)
    if match is None:
        raise InputError(f"{version[:80]!r} is no version")
    numbers = match[0].split(".")
    # ~=1.2.3 keeps all but the last number, Conan's ~1.2.3 keeps two.
    kept = len(numbers) - 2 if operator == "~=" else min(len(numbers) - 1, 1)
    return Interval(version, True, raised(numbers[: max(kept, 0) + 1]), False)
