"""What registries say of the releases in an SBOM → findings: removed, never there, other bytes, younger than it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from scanner.matching import attested
from scanner.matching.merge import fingerprint
from scanner.model.attestation import RepositoryClaim
from scanner.model.component import Component, Location
from scanner.model.digest import by_algorithm
from scanner.model.ecosystem import ONE_ARTEFACT
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, State
from scanner.model.released import DigestState, MaintainerChange, ReleaseAnswer, ReleaseCheck, ReleaseState

SKEW = timedelta(minutes=5)
"""By which clocks may differ."""
_YEAR = 2000
"""Before it nobody made an SBOM: a time of such a year stands for none, as reproducible builds write it."""
_MOST_YOUNGER = 10
"""From so many on, the SBOM's own time is doubted when they are more than half."""

QUESTIONS = {
    "removed": "Their registry has removed some components since. When did you fetch them, from where, and what in "
    "your builds ran them?",
    "never-published": "Some components are at versions that were never published. Where are they from?",
    "absent": "Their registry does not have some components at these versions. Where are they from?",
    "no-package": "No registry that we ask knows some components. Are they your own, and who else can publish under "
    "these names?",
    "digest": "Some components have other digests than their registry publishes. Which file was measured, and where is "
    "it from?",
    "younger": "Some components were published after the SBOM says that it was made. When was it made, and from what?",
    "withdrawn": "Some components were withdrawn by those who published them. Why do you ship them?",
    "attestation": "Some components are not what their attestations say, or have lost them. What do you know of how "
    "these releases were made?",
}  # fmt: skip
"""Kind → what to ask the vendor. The gravest first."""


class Told(NamedTuple):
    """A finding, and of which kind it is."""

    finding: Finding
    kind: str


def check(component: Component, answer: ReleaseAnswer, asked: datetime, seen: datetime | None) -> ReleaseCheck:
    """What an answer says of a component. `seen`: when the registry last said that it has the version, if ever."""
    state, reason = answer.state, answer.note
    if seen is not None and state in (ReleaseState.ABSENT, ReleaseState.NO_PACKAGE, ReleaseState.NEVER_PUBLISHED):
        state, reason = ReleaseState.REMOVED, f"the registry had it when it was asked on {seen:%Y-%m-%d}; now: {reason}"
    return ReleaseCheck(
        component=component,
        state=state,
        reason=reason,
        digest=compared(component.digests, answer.digests),
        registry=answer.registry,
        published=answer.published,
        withdrawn=answer.withdrawn,
        repository=answer.repository,
        maintainers=answer.maintainers,
        asked=asked,
        attestation=answer.attestation,
        earlier=answer.earlier,
        digests=answer.digests,
    )


def compared(own: Sequence[str], published: Sequence[str]) -> DigestState:
    """By every algorithm that both use, one of the SBOM's digests must be of one of the version's files."""
    if not own or not published:
        return DigestState.NONE
    mine, theirs = by_algorithm(own), by_algorithm(published)
    common = mine.keys() & theirs.keys()
    if not common:
        return DigestState.NONE_IN_COMMON
    return DigestState.SAME if all(mine[one] & theirs[one] for one in common) else DigestState.DIFFERS


def findings(checks: Sequence[ReleaseCheck], path: str, created: datetime | None) -> Iterator[Told]:
    """What is odd about the components of an SBOM. `created`: when it says that it was made."""
    made = created if created is not None and created.year >= _YEAR else None
    dated = [one for one in checks if one.published is not None]
    younger = [] if made is None else [one for one in dated if one.published and one.published > made + SKEW]
    doubted = len(younger) >= _MOST_YOUNGER and 2 * len(younger) > len(dated)
    if doubted and made is not None:
        yield Told(_dated_back(younger, len(dated), path, made), "younger")
    late = set() if doubted else set(map(id, younger))
    for one in checks:
        yield from _of_state(one)
        if one.digest is DigestState.DIFFERS:
            yield Told(_differs(one), "digest")
        if id(one) in late and one.published is not None and made is not None:
            yield Told(_younger(one, one.published, made), "younger")
        if one.withdrawn is not None:
            yield Told(_withdrawn(one, one.withdrawn), "withdrawn")
        if one.attestation is not None:
            for found in attested.findings(one.component, one.attestation, claims=_claims(one), earlier=one.earlier):
                yield Told(found, "attestation")


def maintainers(pairs: Sequence[tuple[ReleaseCheck, ReleaseCheck]]) -> Iterator[MaintainerChange]:
    """Who may release a package that is otherwise than before; a registry that says nothing says nothing."""
    for before, after in pairs:
        if before.maintainers and after.maintainers and set(before.maintainers) != set(after.maintainers):
            yield MaintainerChange(
                before=before.component, after=after.component, were=before.maintainers, are=after.maintainers
            )


def _claims(one: ReleaseCheck) -> list[RepositoryClaim]:
    claims = [attested.claimed_by_sbom(one.component)]
    if one.repository:
        purl = one.component.purl
        checked = purl is not None and purl.type == "npm"
        claims.append(RepositoryClaim(addresses=(one.repository,), by_registry=True, checked_by_registry=checked))
    return claims


_GONE = {
    ReleaseState.REMOVED: (
        Severity.HIGH, State.CERTAIN, "was removed from its registry",
        "Malicious releases get removed: treat it as one until you know why it was.",
    ),
    ReleaseState.NEVER_PUBLISHED: (
        Severity.HIGH, State.CERTAIN, "was never published",
        "Do not accept it before the vendor has shown where it is from.",
    ),
    ReleaseState.ABSENT: (
        Severity.HIGH, State.POSSIBLE, "is a version that its registry does not have",
        "Ask the vendor where it is from: removed, as malicious versions are, or their own under a name that is taken.",
    ),
    ReleaseState.NO_PACKAGE: (
        Severity.MEDIUM, State.POSSIBLE, "is not known to its registry",
        "If it is the vendor's own, see that nobody else can publish under that name; else look for why it is gone.",
    ),
}  # fmt: skip


def _of_state(one: ReleaseCheck) -> Iterator[Told]:
    found = _GONE.get(one.state)
    if found is None:
        return
    severity, state, title, what_to_do = found
    reason = one.reason
    purl = one.component.purl
    if one.state is ReleaseState.NO_PACKAGE:
        reason += ": the vendor's own, from another registry, or removed whole, as malicious packages are"
    elif one.state is ReleaseState.ABSENT:
        if purl is not None and purl.type == "pypi" and "+" in (purl.version or ""):
            # PEP 440: local versions are not for public indexes.
            severity = Severity.MEDIUM
            reason += ": what stands behind its + was added by whoever built it anew"
        else:
            reason += ": whether it ever had, its protocol does not tell"
    yield Told(_finding(one, one.state, FindingClass.INTEGRITY, state, severity, title, reason, what_to_do), one.state)


def _differs(one: ReleaseCheck) -> Finding:
    purl = one.component.purl
    single = purl is not None and purl.type in ONE_ARTEFACT
    mine, theirs = by_algorithm(one.component.digests), by_algorithm(one.digests)
    algorithm = next(key for key in sorted(mine, reverse=True) if key in theirs and not mine[key] & theirs[key])
    sides = min(mine[algorithm]), min(theirs[algorithm])
    others = f" (and {len(theirs[algorithm]) - 1} of other files)" if len(theirs[algorithm]) > 1 else ""
    found = _finding(
        one, "digest", FindingClass.INTEGRITY, State.CERTAIN if single else State.POSSIBLE, Severity.HIGH,
        "has other bytes than its registry publishes",
        f"the SBOM says {sides[0]}, {one.registry} says {sides[1]}{others}"
        + ("" if single else ": a file that was built anew would explain it"),
        "Do not accept it: get the file itself, and compare it with the release (pratique diff).",
    )  # fmt: skip
    place = one.component.location
    return msgspec.structs.replace(found, evidence=(Evidence(location=place, value=sides[0]),))


def _younger(one: ReleaseCheck, published: datetime, made: datetime) -> Finding:
    return _finding(
        one, "younger", FindingClass.INTEGRITY, State.CERTAIN, Severity.HIGH,
        "was published after the SBOM was made",
        f"published {_moment(published)}, and the SBOM says that it is of {_moment(made)}",
        "One of the two is not true: ask when the SBOM was made, and from what.",
    )  # fmt: skip


def _dated_back(younger: Sequence[ReleaseCheck], of: int, path: str, made: datetime) -> Finding:
    return Finding(
        id=fingerprint((FindingClass.INTEGRITY, "dated-back", path)),
        class_=FindingClass.INTEGRITY,
        state=State.POSSIBLE,
        severity=Severity.MEDIUM,
        title=f"the SBOM is older than {len(younger):,} of {of:,} components",
        reason=(
            f"it says that it is of {_moment(made)}, before they were published: a time that was fixed for "
            "reproducible builds would explain it, or a mirror that says when it took them in"
        ),
        component=None,
        claims=(),
        evidence=(Evidence(location=Location(path=path), value=_moment(made)),),
        what_to_do="Ask when the SBOM was made, and from what.",
    )


def _withdrawn(one: ReleaseCheck, said: str) -> Finding:
    yanked = said.startswith("yanked")
    return _finding(
        one, "withdrawn", FindingClass.HYGIENE, State.CERTAIN, Severity.MEDIUM if yanked else Severity.LOW,
        "was yanked" if yanked else "was withdrawn by those who publish it",
        f"its registry says: {said[:200]}",
        "Read why; ask the vendor for another version.",
    )  # fmt: skip


def _finding(
    one: ReleaseCheck,
    rule: str,
    class_: FindingClass,
    state: State,
    severity: Severity,
    title: str,
    reason: str,
    what_to_do: str,
) -> Finding:
    component = one.component
    return Finding(
        id=fingerprint((class_, "released", str(rule), component.location.path, component.package)),
        class_=class_,
        state=state,
        severity=severity,
        title=f"{component.called} {title}",
        reason=reason,
        component=component,
        claims=(),
        evidence=(Evidence(location=component.location, value=component.package),),
        what_to_do=what_to_do,
    )


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M %Z}".strip()
