"""NuGet: https://learn.microsoft.com/nuget/concepts/package-versioning#version-ranges"""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.versions.constraints import brackets, partial
from scanner.versions.constraints.value import Alternative, Constraint, Interval, Rule, inside
from scanner.versions.scheme import Scheme

_FLOATING = re.compile(r"((?:[0-9]+\.)*+)(?:\*|([0-9]+)-([0-9A-Za-z.-]*)\*)(-[0-9A-Za-z.-]*\*)?")


def parse(text: str, scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    wanted = text.strip()
    if not wanted:
        return ((),), _stable
    if wanted[0] in "[(":
        return tuple((one,) for one in brackets.intervals(wanted)), inside
    if "*" in wanted:
        return _floating(wanted)
    if not scheme.orders(wanted):
        raise InputError(f"{wanted[:80]!r} is no version")
    return ((Interval(wanted, True),),), inside


def _floating(wanted: str) -> tuple[tuple[Alternative, ...], Rule]:
    """`1.*` is any stable 1.x, `1.*-*` any 1.x, `1.2.3-*` any prerelease of 1.2.3 and the release itself."""
    match = _FLOATING.fullmatch(wanted)
    if match is None:
        raise InputError(f"{wanted[:80]!r} is no floating version")
    prefix, last, stage, prereleases = match.groups()
    if last is not None:
        release = prefix + last
        return ((Interval(f"{release}-{stage or '0'}", True, release, True),),), inside
    rule = inside if prereleases else _stable
    numbers = tuple(int(part) for part in prefix.split(".")[:-1])
    if not numbers:
        return ((),), rule
    floor = partial.Partial(numbers, "0" if prereleases else "")
    return ((partial.up_to(floor, len(numbers) - 1),),), rule


def _stable(constraint: Constraint, version: str) -> bool:
    found = constraint.scheme.key(version)
    return bool(found[0] and found[2]) and inside(constraint, version)
