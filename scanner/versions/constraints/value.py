"""What a requirement admits, whatever its syntax: alternatives of intervals, and a rule for prereleases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import msgspec

from scanner import versions
from scanner.errors import InputError
from scanner.versions.scheme import Key, Scheme, UncomparableError

# Hand-written requirements have a handful; more is an attack on whoever evaluates them.
MAX_PARTS = 100


class Interval(msgspec.Struct, frozen=True, gc=False):
    """Versions between two bounds; `None` where there is none."""

    low: str | None = None
    low_inclusive: bool = False
    high: str | None = None
    high_inclusive: bool = False


Alternative = tuple[Interval, ...]
"""All of these intervals at once; none of them means every version."""
Rule = Callable[["Constraint", str], bool]
"""Whether a constraint admits a version."""


class Constraint(msgspec.Struct, frozen=True, gc=False):
    """A requirement that was understood."""

    ecosystem: str
    text: str
    """As it was written."""
    alternatives: tuple[Alternative, ...]
    """One of them has to hold. No version that is admitted lies outside, but some that lie inside are not admitted."""
    rule: Rule

    @property
    def scheme(self) -> Scheme:
        found = versions.scheme(self.ecosystem)
        if found is None:
            raise UncomparableError(f"no order is known for versions of {self.ecosystem!r}")
        return found

    def admits(self, version: str) -> bool:
        """Whether the ecosystem's own tool would accept this version, prereleases by its own rule."""
        return self.rule(self, version)

    def overlaps(self, low: str | None, low_inclusive: bool, high: str | None, high_inclusive: bool) -> bool:
        """Whether some version could satisfy this and lie between the bounds. In doubt, it could."""
        window = Interval(low, low_inclusive, high, high_inclusive)
        key = self.scheme.key
        return any(_meet(key, (*alternative, window)) for alternative in self.alternatives)

    def holding(self, version: str) -> Iterable[Alternative]:
        """The alternatives whose intervals all hold a version."""
        key = self.scheme.key
        found = key(version)
        return (
            alternative
            for alternative in self.alternatives
            if all(holds(key, interval, found) for interval in alternative)
        )


def holds(key: Callable[[str], Key], interval: Interval, version: Key) -> bool:
    """Whether a version, given by its key, lies in an interval."""
    if interval.low is not None:
        low = key(interval.low)
        if version < low or (version == low and not interval.low_inclusive):
            return False
    if interval.high is not None:
        high = key(interval.high)
        return version < high or (version == high and interval.high_inclusive)
    return True


def _meet(key: Callable[[str], Key], intervals: Alternative) -> bool:
    lows = [(key(one.low), not one.low_inclusive) for one in intervals if one.low is not None]
    highs = [(key(one.high), one.high_inclusive) for one in intervals if one.high is not None]
    if not lows or not highs:
        return True
    (low, low_exclusive), (high, high_inclusive) = max(lows), min(highs)
    return low < high or (low == high and high_inclusive and not low_exclusive)


def inside(constraint: Constraint, version: str) -> bool:
    """The rule of ecosystems where prereleases are versions like any other."""
    return any(True for _ in constraint.holding(version))


def exactly(version: str) -> Interval:
    return Interval(version, True, version, True)


def raised(numbers: Sequence[str | int]) -> str:
    """The version whose last number is one higher: before it stands everything that begins with `numbers`."""
    return ".".join(map(str, (*numbers[:-1], int(numbers[-1]) + 1)))


def compared(operator: str, version: str) -> Interval:
    """The interval that one of `= == < <= > >=` means."""
    match operator:
        case "" | "=" | "==":
            return exactly(version)
        case ">" | ">=":
            return Interval(low=version, low_inclusive=operator == ">=")
        case "<" | "<=":
            return Interval(high=version, high_inclusive=operator == "<=")
        case _:
            raise InputError(f"the operator {operator!r} is not known here")


def without(scheme: Scheme, alternative: Alternative, holes: list[Interval]) -> list[Alternative]:
    """The alternative less some bounded intervals: one alternative for each gap that they leave."""
    out: list[Alternative] = []
    rest = Interval()
    for hole in sorted(holes, key=lambda one: scheme.key(one.low or "")):
        gap = Interval(rest.low, rest.low_inclusive, hole.low, not hole.low_inclusive)
        out.append((*alternative, gap))
        rest = Interval(hole.high, not hole.high_inclusive)
    out.append((*alternative, rest) if holes else alternative)
    return out


_CLAUSE = re.compile(r"\s*+([<>=!~^]*+)\s*+([^\s,<>=!~^|&()\[\]]++)\s*+,?+")


def clauses(text: str) -> list[tuple[str, str]]:
    """The (operator, version) pairs of a list that spaces or commas separate."""
    out: list[tuple[str, str]] = []
    place, text = 0, text.strip()
    while place < len(text):
        match = _CLAUSE.match(text, place)
        if match is None or len(out) == MAX_PARTS:
            raise InputError(f"{text[place:][:80]!r} is no list of version requirements")
        out.append((match[1], match[2]))
        place = match.end()
    return out
