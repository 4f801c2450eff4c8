"""What a registry says around the releases of a change: age, provenance that got lost, what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from scanner.errors import PratiqueError
from scanner.matching.merge import fingerprint
from scanner.matching.young import young
from scanner.model.component import Component, Problem
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, Standing, State
from scanner.model.signal import Confidence, Novelty, Provenance, Signal
from scanner.pipeline.releases import ReleaseFacts, Releases, asked_as


def facts(component: Component | None, releases: Releases, problems: list[Problem]) -> ReleaseFacts:
    """What the registry says of one release; nothing where it cannot be asked, which is then a problem."""
    purl = None if component is None else asked_as(component)
    if purl is None:
        return ReleaseFacts()
    try:
        return releases.facts(purl) or ReleaseFacts()
    except PratiqueError as error:
        what = f"its age and provenance are not known: {error.what}"
        problems.append(Problem(where=str(purl), what=what, hint=error.hint, harmless=True))
        return ReleaseFacts()


def signals(before: ReleaseFacts, after: ReleaseFacts, path: str) -> Iterator[Signal]:
    """Provenance that the release before had. That a registry holds an attestation is noticed; it is not verified."""
    if before.attested and after.attested is False:
        yield Signal(
            rule="lost-attestation", says=Provenance.LOST_ATTESTATION, confidence=Confidence.HIGH,
            novelty=Novelty.PACKAGE, path=path,
            message="the registry holds a provenance attestation for the release before, and none for this one",
        )  # fmt: skip


def findings(component: Component, told: ReleaseFacts, now: datetime, cool_down: timedelta) -> Iterator[Finding]:
    """A release that is younger than people want theirs, or that somebody withdrew."""
    if told.published is not None:
        place = component.location
        yield from young(component, told.published, now, cool_down, place, "by what the registry says")
    if told.withdrawn is not None:
        yield _finding(
            component, "withdrawn", "was withdrawn by its publisher or registry", f"it says: {told.withdrawn[:200]}",
            "Read why, and take another version.",
        )  # fmt: skip


def _finding(component: Component, rule: str, title: str, reason: str, what_to_do: str) -> Finding:
    return Finding(
        id=fingerprint((rule, component.location.path, component.name, component.version or "")),
        class_=FindingClass.HYGIENE,
        state=State.CERTAIN,
        severity=Severity.MEDIUM,
        title=f"{component.name} {component.version} {title}",
        reason=reason,
        component=component,
        claims=(),
        evidence=(Evidence(location=component.location, value=f"{component.name} {component.version}"),),
        what_to_do=what_to_do,
        standing=Standing.INTRODUCED,
    )
