"""Whether an advisory's `versions` and `ranges` take in a version: https://ossf.github.io/osv-schema/#evaluation

Ranges of commits are another question, and are not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from scanner import versions
from scanner.model.advisory import Affected, Event, EventKind, VersionRange
from scanner.versions.constraints.value import Constraint, Interval, holds
from scanner.versions.scheme import Key, Scheme, UncomparableError

_ZERO = "0"
_NO_LIMIT = "*"


def affects(ecosystem: str, affected: Affected, version: str) -> bool:
    """Whether a version is named one by one or lies in a range; what names neither affects nothing.

    Raises `UncomparableError` where that hangs on the order of versions, and none is known for the ecosystem.
    """
    if version in affected.versions:
        return True
    scheme = versions.scheme(ecosystem)
    if scheme is None:
        return _without_order(ecosystem, affected)
    found = scheme.key(version)
    return any(
        holds(scheme.key, window, found) for range_ in affected.ranges for window in windows(scheme, range_)
    ) or any(scheme.key(named) == found for named in affected.versions)


def possibly(ecosystem: str, affected: Affected, constraint: Constraint) -> bool:
    """Whether a requirement admits a version that is affected. In doubt, it does."""
    if any(constraint.admits(named) for named in affected.versions):
        return True
    scheme = versions.scheme(ecosystem)
    if scheme is None:
        return _without_order(ecosystem, affected)
    return any(
        constraint.overlaps(window.low, window.low_inclusive, window.high, window.high_inclusive)
        for range_ in affected.ranges
        for window in windows(scheme, range_)
    )


def span(text: str) -> Interval:
    """An indicator's `range`: `low..high`, an end open or left out by `>` and `<`. Empty text admits nothing."""
    low, dots, high = text.partition("..")
    if not dots:
        return Interval("", False, "", False)
    return Interval(
        low.removeprefix(">") or None, not low.startswith(">"), high.removeprefix("<") or None, not high.startswith("<")
    )


def windows(scheme: Scheme, range_: VersionRange) -> Iterator[Interval]:
    """The affected stretches of a range, lowest first."""
    limit = _limit(scheme, range_)
    for start, end in _stretches(scheme, range_):
        high, inclusive = (None, False) if end is None else (end.version, end.kind is EventKind.LAST_AFFECTED)
        if limit is not None and (high is None or scheme.key(high) >= scheme.key(limit)):
            high, inclusive = limit, False
        low = None if start.version == _ZERO else start.version
        yield Interval(low, low is not None, high, inclusive)


def _limit(scheme: Scheme, range_: VersionRange) -> str | None:
    """The bound that no affected version reaches: to be below one limit is enough, so the highest counts."""
    limits = [event.version for event in range_.events if event.kind is EventKind.LIMIT]
    return max(limits, key=scheme.key) if limits and _NO_LIMIT not in limits else None


def _stretches(scheme: Scheme, range_: VersionRange) -> Iterator[tuple[Event, Event | None]]:
    """Where each begins and ends, in ascending order; the order in the record carries no meaning."""
    turns = [(_place(scheme, event), event) for event in range_.events if event.kind is not EventKind.LIMIT]
    turns.sort(key=itemgetter(0))
    start: Event | None = None
    for _, group in groupby(turns, key=itemgetter(0)):
        here = {event.kind: event for _, event in group}
        end = here.get(EventKind.FIXED) or here.get(EventKind.LAST_AFFECTED)
        if start is not None and end is not None:
            yield start, end
            # What is introduced where another stretch ends begins behind that end.
            start = here.get(EventKind.INTRODUCED)
            continue
        start = start or here.get(EventKind.INTRODUCED)
        if start is not None and end is not None:
            yield start, end
            start = None
    if start is not None:
        yield start, None


def _place(scheme: Scheme, event: Event) -> Key:
    # "0" stands before everything, even where the scheme knows lower versions (0.0.0-alpha, 0~rc1).
    return (-1,) if event.version == _ZERO and event.kind is EventKind.INTRODUCED else scheme.key(event.version)


def _without_order(ecosystem: str, affected: Affected) -> bool:
    """What can be said by text alone, once no version is named literally."""
    if affected.every_version:
        return True
    if affected.ranges:
        raise UncomparableError(
            f"no order is known for versions of {ecosystem!r}", where=affected.advisory, hint="compare by hand"
        )
    return False
