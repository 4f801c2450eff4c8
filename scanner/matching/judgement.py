"""Does this record affect that version, and by which of its rules? For whoever asks about one package.

`packages` gives the state of a finding; this gives the reason in the record's own terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner import versions
from scanner.model.advisory import Affected, EventKind
from scanner.model.campaign import Indicator
from scanner.model.knowledge import Judgement
from scanner.versions import ranges
from scanner.versions.constraints.value import Interval, holds
from scanner.versions.indicated import among

_SHOWN = 12
"""Versions or ranges that a rule spells out."""


def of_record(ecosystem: str, affected: Affected, version: str | None) -> Judgement:
    """What an advisory says of a version; without one, which versions it means."""
    if version is None:
        return Judgement(None, _meant(ecosystem, affected))
    if affected.every_version:
        return Judgement(True, "every version is affected: a range begins at 0 and never ends")
    if version in affected.versions:
        return Judgement(True, f"version {version} is named")
    scheme = versions.scheme(ecosystem)
    if scheme is None:
        if affected.ranges:
            return Judgement(None, f"no order is known for versions of {ecosystem}: compare by hand")
        return Judgement(False, "it is not among the versions that are named")
    key = scheme.key(version)
    for range_ in affected.ranges:
        for window in ranges.windows(scheme, range_):
            if holds(scheme.key, window, key):
                return Judgement(True, f"it lies in the range {_interval(window)}")
    for named in affected.versions:
        if scheme.key(named) == key:
            return Judgement(True, f"version {named} is named, which is the same one")
    return Judgement(False, f"it is not among {_meant(ecosystem, affected)}")


def of_indicator(ecosystem: str, indicator: Indicator, version: str | None) -> Judgement:
    """What a campaign's indicator says of a version; without one, which versions it means."""
    if indicator.hint:
        return Judgement(None, "only the package's name is published, not which versions are bad")
    if indicator.versions is None and not indicator.excluded:
        return Judgement(None if version is None else True, "every version is bad: the name itself is malicious")
    named = _some(indicator.versions or ()) or (
        f"every one but {_some(indicator.excluded)}" if indicator.excluded else ""
    )
    span = "" if indicator.range is None else f"{' and ' if named else ''}{indicator.range.replace('..', ' to ')}"
    if version is None:
        return Judgement(None, f"bad versions: {named}{span}")
    if not among(ecosystem, indicator, version):
        return Judgement(False, f"it is not among the bad versions {named}{span}")
    if indicator.moved:
        return Judgement(None, f"the tag {version} was the attacker's for a time only")
    if version in (indicator.versions or ()):
        return Judgement(True, f"version {version} is named")
    return Judgement(True, f"it is one of {named}{span}")


def _meant(ecosystem: str, affected: Affected) -> str:
    if affected.every_version:
        return "every version"
    scheme = versions.scheme(ecosystem)
    if scheme is None:
        spans = [" ".join(f"{event.kind} {event.version}" for event in range_.events) for range_ in affected.ranges]
    else:
        spans = [_interval(window) for range_ in affected.ranges for window in ranges.windows(scheme, range_)]
    commits = [_commits(affected)] if affected.git_ranges else []
    parts = [text for text in (_some(spans), _some(affected.versions), *commits) if text]
    return "; ".join(parts) or "no version"


def _commits(affected: Affected) -> str:
    fixed = [e.version[:12] for r in affected.git_ranges for e in r.events if e.kind is EventKind.FIXED]
    return "commits of a repository" + (f" before {_some(fixed)}" if fixed else "")


def _some(texts: Iterable[str]) -> str:
    found = list(texts)
    return ", ".join(found[:_SHOWN]) + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")


def _interval(window: Interval) -> str:
    return " ".join(_bounds(window)) or "every version"


def _bounds(window: Interval) -> Iterator[str]:
    if window.low is not None:
        yield f"{'>=' if window.low_inclusive else '>'}{window.low}"
    if window.high is not None:
        yield f"{'<=' if window.high_inclusive else '<'}{window.high}"
