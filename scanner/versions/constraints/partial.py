"""Versions of which perhaps only the first numbers are written (`1.2`, `1.x`), in requirements of SemVer ecosystems."""

from __future__ import annotations

import re
from typing import NamedTuple

from scanner.errors import InputError
from scanner.versions.constraints.value import Constraint, Interval, compared

_PARTIAL = re.compile(
    r"[vV=]*+([0-9]+|[xX*])((?:\.(?:[0-9]+|[xX*]))*+)\.?(?:-?+([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]*)?"
)
_WILDCARDS = ("x", "X", "*")


class Partial(NamedTuple):
    """The numbers that are given, at least three of them when it is a whole version."""

    numbers: tuple[int, ...]
    prerelease: str

    @property
    def floor(self) -> str:
        """The lowest version that begins so."""
        return _written(self.numbers) + (f"-{self.prerelease}" if self.prerelease else "")

    def after(self, index: int) -> str:
        """The version after all those that share the numbers up to `index`."""
        return _written((*self.numbers[:index], self.numbers[index] + 1))


def _written(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers + (0,) * (3 - len(numbers))))


def partial(text: str) -> Partial:
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise InputError(f"{text[:80]!r} is no version")
    first, others, prerelease = match.groups()
    numbers: list[int] = []
    for part in (first, *others.split(".")[1:]):
        if part in _WILDCARDS:
            break
        numbers.append(int(part))
    return Partial(tuple(numbers), prerelease or "" if len(numbers) >= 3 else "")


# "-0" is the lowest of all prereleases: `^1.2` does not reach 2.0.0-alpha.


def up_to(version: Partial, index: int) -> Interval:
    """From the version to the last one with the same numbers up to `index`."""
    return Interval(version.floor, True, f"{version.after(index)}-0", False)


def caret(version: Partial) -> Interval:
    """`^`: what leaves the first number that is not zero as it is."""
    if not version.numbers:
        return Interval()
    first = next((index for index, value in enumerate(version.numbers) if value), len(version.numbers) - 1)
    return up_to(version, first)


def tilde(version: Partial) -> Interval:
    """`~`: the same minor version, or major where only that is given."""
    if not version.numbers:
        return Interval()
    return up_to(version, min(1, len(version.numbers) - 1))


def pessimistic(version: Partial) -> Interval:
    """`~>`: only the last of the given numbers may rise."""
    if not version.numbers:
        return Interval()
    return up_to(version, max(0, min(len(version.numbers), 3) - 2))


def comparison(operator: str, version: Partial) -> Interval | None:
    """`= < <= > >=` before a version that may be partial; `None` where no version can satisfy it."""
    given = len(version.numbers)
    if given >= 3:
        return compared(operator, version.floor)
    if not given:
        return None if operator in ("<", ">") else Interval()
    match operator:
        case "" | "=" | "==":
            return up_to(version, given - 1)
        case ">":
            return Interval(low=version.after(given - 1), low_inclusive=True)
        case "<=":
            return Interval(high=f"{version.after(given - 1)}-0")
        case "<":
            return Interval(high=f"{version.floor}-0")
        case _:
            return compared(operator, version.floor)


def same_tuple(constraint: Constraint, version: str) -> bool:
    """The prerelease rule of node-semver and Cargo: only where the same three numbers are named with a prerelease."""
    key = constraint.scheme.key
    found = key(version)
    if not found[0]:
        return False
    release, stage = found[1], found[2]
    for alternative in constraint.holding(version):
        named = (key(bound) for one in alternative for bound in (one.low, one.high) if bound is not None)
        if stage or any(bound[1] == release and not bound[2] for bound in named if bound[0]):
            return True
    return False


_NAMED = re.compile(r"[0-9]-[0-9A-Za-z]")


def when_named(constraint: Constraint, version: str) -> bool:
    """The prerelease rule of Hex and others: none, unless the requirement itself names one."""
    found = constraint.scheme.key(version)
    if found[0] and not found[2] and not _NAMED.search(constraint.text):
        return False
    return any(True for _ in constraint.holding(version))
