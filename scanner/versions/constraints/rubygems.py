"""RubyGems: Gem::Requirement, and Gem::Dependency for its prereleases."""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.versions.constraints.value import (
    Alternative,
    Constraint,
    Interval,
    Rule,
    clauses,
    compared,
    raised,
    without,
)
from scanner.versions.scheme import Scheme

_LETTER = re.compile(r"[A-Za-z]")
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def parse(text: str, scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    if text.strip() in ("", "*"):
        return ((),), _admits
    intervals: list[Interval] = []
    holes: list[Interval] = []
    for operator, version in clauses(text.strip().removeprefix("(").removesuffix(")")):
        release = _RELEASE.match(version)
        if release is None:
            raise InputError(f"{version[:80]!r} is no version")
        if operator == "~>":
            intervals.append(Interval(version, True, _ceiling(release[0]), False))
        elif operator == "!=":
            holes.append(compared("=", version))
        else:
            intervals.append(compared(operator, version))
    return tuple(without(scheme, tuple(intervals), holes)), _admits


def _ceiling(release: str) -> str:
    """`~> 1.2.3` ends before every prerelease of 1.3: words sort as text, and capitals first."""
    numbers = release.split(".")
    return raised(numbers[:-1] or numbers) + ".A"


def _admits(constraint: Constraint, version: str) -> bool:
    """Prereleases only where the requirement names one, as Gem::Dependency has it."""
    if _LETTER.search(version) and not _LETTER.search(constraint.text):
        return False
    return any(True for _ in constraint.holding(version))
