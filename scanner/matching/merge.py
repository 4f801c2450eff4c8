"""Matches → findings: what several facts say of one component becomes one finding that carries them all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

import msgspec

from scanner.matching import advice, severity
from scanner.matching.knowledge import Knowledge
from scanner.matching.match import Match
from scanner.matching.paths import Paths
from scanner.model.advisory import Advisory
from scanner.model.campaign import Campaign
from scanner.model.component import Component, Location
from scanner.model.finding import Claim, Evidence, Finding, FindingClass, Severity, State
from scanner.model.inventory import Reading

STATES = (State.NEAR_MISS, State.POSSIBLE, State.CERTAIN)
SEVERITIES = {State.CERTAIN: Severity.CRITICAL, State.POSSIBLE: Severity.HIGH, State.NEAR_MISS: Severity.LOW}

Located = Callable[[Reading], Sequence[Location]]
"""Says where each component of a reading stands, with lines looked up."""
Key = tuple[str, ...]


def merge(
    matches: Iterable[Match], readings: Sequence[Reading], knowledge: Knowledge, *, located: Located
) -> tuple[Finding, ...]:
    """Findings, worst first, then by place. The same matches give the same findings in the same order."""
    groups: dict[Key, list[Match]] = {}
    for match in matches:
        groups.setdefault(_key(match), []).append(match)
    places = _Places(readings, located, (match.component for group in groups.values() for match in group))
    records = _Records(knowledge, (match.claim for group in groups.values() for match in group))
    findings: list[Finding] = []
    for key, group in groups.items():
        if key[0] == FindingClass.COMPROMISE:
            findings.append(_compromise(key, group, places, records))
        else:
            findings.extend(_vulnerabilities(key, group, places, records))
    return ordered(findings)


def compromise_id(component: Component) -> str:
    """The id of a finding that says of this component that it is a compromise."""
    return fingerprint(_identifying(FindingClass.COMPROMISE, component))


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst first, then by place."""
    return tuple(sorted(findings, key=_order))


def _key(match: Match) -> Key:
    return _identifying(match.class_, match.component)


def _identifying(class_: FindingClass, component: Component) -> Key:
    name = component.name if component.purl is None else str(component.purl.without_version())
    version = component.version or component.constraint or ""
    return (class_, component.location.path, name, version, component.origin)


def _order(finding: Finding) -> tuple[object, ...]:
    evidence = finding.evidence[0].location if finding.evidence else None
    return (
        list(FindingClass).index(finding.class_),
        -STATES.index(finding.state),
        -finding.severity,
        "" if evidence is None else evidence.path,
        finding.title,
        finding.id,
    )


def _compromise(key: Key, group: Sequence[Match], places: _Places, records: _Records) -> Finding:
    state = max((match.state for match in group), key=STATES.index)
    # What is only near says nothing where something is certain.
    telling = [match for match in group if match.state is state]
    telling.sort(key=lambda match: (match.campaign is None, match.claim.feed, match.claim.record))
    campaign = next((found for match in telling if (found := records.campaign(match.campaign)) is not None), None)
    component = telling[0].component
    claims = tuple(dict.fromkeys(records.told(match.claim) for match in telling))
    return Finding(
        id=fingerprint(key),
        class_=FindingClass.COMPROMISE,
        state=state,
        severity=SEVERITIES[state],
        title=advice.title(component, state, campaign, claims),
        reason="; ".join(dict.fromkeys(match.reason for match in telling)),
        component=component,
        claims=claims,
        campaign=campaign,
        evidence=places.evidence(telling),
        introduced_through=places.paths(component),
        what_to_do=advice.what_to_do(component, state, campaign),
    )


def _vulnerabilities(key: Key, group: Sequence[Match], places: _Places, records: _Records) -> Iterable[Finding]:
    """One finding for each vulnerability: records that are aliases of each other are one."""
    clusters: list[tuple[set[str], list[Match]]] = []
    for match in sorted(group, key=lambda match: (match.claim.record, match.claim.feed)):
        advisory = records.advisory(match.claim)
        names = {match.claim.record, *(() if advisory is None else advisory.aliases)}
        joined = [cluster for cluster in clusters if cluster[0] & names]
        clusters = [cluster for cluster in clusters if not cluster[0] & names]
        clusters.append(
            (names.union(*(cluster[0] for cluster in joined)), [m for cluster in joined for m in cluster[1]] + [match])
        )
    for names, matches in clusters:
        state = max((match.state for match in matches), key=STATES.index)
        telling = [match for match in matches if match.state is state]
        claims = tuple(dict.fromkeys(records.told(match.claim) for match in telling))
        scores = [found for claim in claims if claim.advisory and (found := severity.of(claim.advisory)) is not None]
        component = telling[0].component
        yield Finding(
            id=fingerprint((*key, min(names))),
            class_=FindingClass.VULNERABILITY,
            state=state,
            # A record without a score is not harmless: it is shown in the middle, and the report says "unscored".
            severity=max(scores, default=Severity.MEDIUM),
            title=advice.vulnerability_title(component, claims),
            reason=telling[0].reason + ("" if scores else "; the record gives no severity"),
            component=component,
            claims=claims,
            evidence=places.evidence(telling),
            introduced_through=places.paths(component),
            what_to_do=advice.fix(component, claims),
        )


def fingerprint(parts: Iterable[str]) -> str:
    """Twenty hex digits that stay the same while class, package, version and file do, whatever the line."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


class _Records:
    """Advisories, fetched all at once, and campaigns."""

    def __init__(self, knowledge: Knowledge, claims: Iterable[Claim]) -> None:
        self._knowledge = knowledge
        self._campaigns: dict[str, Campaign | None] = {}
        wanted: dict[str, set[str]] = {}
        for claim in claims:
            if claim.indicator is None:
                wanted.setdefault(claim.feed, set()).add(claim.record)
        self._advisories = {feed: knowledge.advisories.load(feed, ids) for feed, ids in wanted.items()}

    def advisory(self, claim: Claim) -> Advisory | None:
        return None if claim.indicator is not None else self._advisories[claim.feed].get(claim.record)

    def told(self, claim: Claim) -> Claim:
        advisory = self.advisory(claim)
        return claim if advisory is None else msgspec.structs.replace(claim, advisory=advisory)

    def campaign(self, id_: str | None) -> Campaign | None:
        if id_ is None:
            return None
        if id_ not in self._campaigns:
            self._campaigns[id_] = self._knowledge.campaign(id_)
        return self._campaigns[id_]


class _Places:
    """Lines and paths, looked up for the readings that have findings."""

    def __init__(self, readings: Sequence[Reading], located: Located, matched: Iterable[Component]) -> None:
        wanted = {id(component) for component in matched}
        self._of: dict[int, Reading] = {}
        self._matched: dict[str, list[Component]] = {}
        """By the path of their reading."""
        for reading in readings if wanted else ():
            here = [component for component in reading.components if id(component) in wanted]
            self._of.update((id(component), reading) for component in here)
            self._matched[reading.path] = here
        self._located = located
        self._lines: dict[str, dict[int, Location]] = {}
        self._graphs: dict[str, Paths] = {}

    def evidence(self, matches: Sequence[Match]) -> tuple[Evidence, ...]:
        return tuple(
            dict.fromkeys(Evidence(location=self._with_line(match.component), value=match.value) for match in matches)
        )

    def paths(self, component: Component) -> tuple[tuple[str, ...], ...]:
        reading = self._of.get(id(component))
        if reading is None:
            return ()
        if reading.path not in self._graphs:
            self._graphs[reading.path] = Paths(reading, self._matched[reading.path])
        return self._graphs[reading.path].to(component)

    def _with_line(self, component: Component) -> Location:
        reading = self._of.get(id(component))
        if reading is None or component.location.line is not None:
            return component.location
        lines = self._lines.get(reading.path)
        if lines is None:
            located = self._located(reading)
            lines = self._lines[reading.path] = {
                id(one): located[number]
                for number, one in enumerate(reading.components)
                if id(one) in self._of  # counting lines for the others is not needed
            }
        return lines[id(component)]
