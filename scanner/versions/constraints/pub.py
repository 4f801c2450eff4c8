"""Dart: https://dart.dev/tools/pub/dependencies#version-constraints"""

from __future__ import annotations

import msgspec

from scanner.errors import InputError
from scanner.versions.constraints import partial
from scanner.versions.constraints.value import Alternative, Interval, Rule, clauses, compared, inside
from scanner.versions.scheme import Scheme


def parse(text: str, scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    if text.strip() in ("", "any"):
        return ((),), inside
    intervals: list[Interval] = []
    for operator, version in clauses(text):
        if not scheme.orders(version):
            raise InputError(f"{version[:80]!r} is no version")
        found = partial.caret(partial.partial(version)) if operator == "^" else compared(operator, version)
        intervals.append(found)
    lows = {scheme.key(one.low)[:2] for one in intervals if one.low is not None and _prerelease(scheme, one.low)}
    return (tuple(_without_prereleases(one, scheme, lows) for one in intervals),), inside


def _prerelease(scheme: Scheme, version: str) -> bool:
    return not scheme.key(version)[2]


def _without_prereleases(interval: Interval, scheme: Scheme, lows: set[tuple[object, ...]]) -> Interval:
    """`<2.0.0` leaves out 2.0.0-dev, unless the lower bound is a prerelease of 2.0.0 as well."""
    high = interval.high
    if high is None or interval.high_inclusive or _prerelease(scheme, high) or scheme.key(high)[:2] in lows:
        return interval
    return msgspec.structs.replace(interval, high=f"{high.partition('+')[0]}-0")
