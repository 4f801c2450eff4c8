"""Findings of a change's two sides → what it introduces, what is there still, what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from scanner.model.finding import Finding, FindingClass, Standing, State

_STATES = (State.NEAR_MISS, State.POSSIBLE, State.CERTAIN)
_Key = tuple[str, ...]


def stand(
    before: Sequence[Finding], after: Sequence[Finding], moved: Mapping[str, str]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """(findings of the new side, each with its standing; those of the old side that are gone).

    `moved`: path now → path before, of files that changed their place. An update from one bad version to another is
    still the same finding; a state that became surer, or a severity that rose, is a new one.
    """
    known: dict[_Key, list[Finding]] = {}
    for finding in before:
        for key in _keys(finding, {}):
            known.setdefault(key, []).append(finding)
    met: set[str] = set()
    told: list[Finding] = []
    for finding in after:
        earlier = [one for key in _keys(finding, moved) for one in known.get(key, ())]
        if finding.state is not State.NEAR_MISS:  # a better version that is only near does not keep the bad one
            met.update(one.id for one in earlier)
        still = any(_as_bad(one, finding) for one in earlier)
        standing = Standing.STILL if still else Standing.INTRODUCED
        told.append(msgspec.structs.replace(finding, standing=standing))
    gone = (
        msgspec.structs.replace(one, standing=Standing.GONE)
        for one in before
        if one.id not in met and one.state is not State.NEAR_MISS
    )
    return tuple(told), tuple(gone)


def _as_bad(earlier: Finding, now: Finding) -> bool:
    return _STATES.index(earlier.state) >= _STATES.index(now.state) and (
        now.class_ is not FindingClass.COMPROMISE or earlier.severity >= now.severity
    )


def _keys(finding: Finding, moved: Mapping[str, str]) -> Iterable[_Key]:
    """What two findings share when they tell the same of two states; records that are aliases share one of several."""
    component = finding.component
    place = finding.evidence[0].location.path if finding.evidence else ""
    path = component.location.path if component is not None else place
    path = moved.get(path, path)
    campaign = "" if finding.campaign is None else finding.campaign.id
    if component is None:
        yield (finding.class_, path, campaign, "" if campaign else finding.title)
        return
    name = component.name if component.purl is None else str(component.purl.without_version())
    if finding.class_ is not FindingClass.VULNERABILITY:
        yield (finding.class_, path, name)
        return
    for claim in finding.claims:
        yield (finding.class_, path, name, claim.record)
        for alias in () if claim.advisory is None else claim.advisory.aliases:
            yield (finding.class_, path, name, alias)
