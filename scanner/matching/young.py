"""Releases that are younger than people want theirs: by the lock's own dates, or by what a registry says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from scanner.matching.merge import Located, fingerprint
from scanner.matching.tampering import Change, Places
from scanner.model.component import Component, Location, Origin
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, Standing, State

_WAIT = (
    "Wait: most malicious releases are found and removed within days. If it cannot wait, read what pratique diff says "
    "of it, and pin its digest."
)


def by_lock(changes: Iterable[Change], now: datetime, cool_down: timedelta, located: Located) -> Iterator[Finding]:
    """Yield a finding for each component that is new, or another than before, and young by its lock's own date."""
    places = Places(located)
    told: set[str] = set()
    for change in changes:
        component = change.now
        if component is None or component.published is None or component.origin is not Origin.REGISTRY:
            continue
        if now - component.published >= cool_down:
            continue
        for finding in young(component, component.published, now, cool_down, places.of(change), "by the lock's date"):
            if finding.id not in told:  # it moved and changed as well
                told.add(finding.id)
                yield finding


def young(
    component: Component, published: datetime, now: datetime, cool_down: timedelta, place: Location, by: str
) -> Iterator[Finding]:
    """Yield a finding where less than the cool-down has passed since then."""
    age = now - published
    if age >= cool_down:
        return
    hours = max(int(age.total_seconds() // 3600), 0)
    said = f"{hours} hours" if hours < 72 else f"{hours // 24} days"
    version = component.called
    yield Finding(
        id=fingerprint(("young", component.location.path, component.name, component.version or "")),
        class_=FindingClass.HYGIENE,
        state=State.CERTAIN,
        severity=Severity.MEDIUM,
        title=f"{version} was published {said} before this scan",
        reason=f"{by}; the cool-down is {cool_down / timedelta(days=1):g} days",
        component=component,
        claims=(),
        evidence=(Evidence(location=place, value=version),),
        what_to_do=_WAIT,
        standing=Standing.INTRODUCED,
    )
