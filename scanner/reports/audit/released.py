"""How the formats of an audit put what registries say of its components."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from scanner.display import line
from scanner.model.attestation import AttestationState
from scanner.model.component import Component
from scanner.model.moment import rfc3339
from scanner.model.released import DigestState, MaintainerChange, ReleaseCheck, ReleaseState

TITLE = "Is it what it says?"
STATES = {
    ReleaseState.PRESENT: "published",
    ReleaseState.REMOVED: "removed since",
    ReleaseState.NEVER_PUBLISHED: "never published",
    ReleaseState.ABSENT: "not there",
    ReleaseState.NO_PACKAGE: "package not known",
    ReleaseState.NOT_ASKED: "not asked",
}
DIGESTS = {
    DigestState.SAME: "equal",
    DigestState.DIFFERS: "differs",
    DigestState.NONE_IN_COMMON: "no algorithm in common",
    DigestState.NONE: "none to compare",
}
ATTESTED = {
    AttestationState.VERIFIED: "verified",
    AttestationState.FAILED: "does not hold",
    AttestationState.ABSENT: "none",
    AttestationState.UNKNOWN: "not verified",
}


def counts(checks: Sequence[ReleaseCheck]) -> list[tuple[str, str]]:
    """What registries say of all components together: (of what, how many of which)."""
    asked = [one for one in checks if one.state is not ReleaseState.NOT_ASKED]
    there = [one for one in asked if one.state is ReleaseState.PRESENT]
    rows = [("versions", _counted([STATES[one.state] for one in checks], STATES.values()))]
    if there:
        rows.append(("digests", _counted([DIGESTS[one.digest] for one in there], DIGESTS.values())))
        dated = sum(one.published is not None for one in there)
        rows.append(("dates", f"{dated:,} of {len(there):,} say when they were published"))
        attestations = [ATTESTED[one.attestation.state] for one in there if one.attestation is not None]
        if attestations:
            rows.append(("attestations", _counted(attestations, ATTESTED.values())))
    times = [one.asked for one in asked if one.asked is not None]
    if times:
        rows.append(("answers", f"of {min(times):%Y-%m-%d %H:%M} to {max(times):%Y-%m-%d %H:%M} UTC"))
        rows.append(("registries", ", ".join(sorted({line(one.registry, limit=80) for one in asked}))))
    return rows


def _counted(found: Iterable[str], order: Iterable[str]) -> str:
    counts = Counter(found)
    return ", ".join(f"{counts[one]:,} {one}" for one in order if counts[one])


def odd(one: ReleaseCheck) -> bool:
    """Whether a row on it is worth reading."""
    attestation = one.attestation
    return (
        one.state not in (ReleaseState.PRESENT, ReleaseState.NOT_ASKED)
        or one.digest is DigestState.DIFFERS
        or one.withdrawn is not None
        or one.younger
        or one.earlier is not None
        or (attestation is not None and attestation.state is AttestationState.FAILED)
    )


def unasked(checks: Sequence[ReleaseCheck]) -> list[tuple[str, int]]:
    """Why components were not asked about, and how many for each reason."""
    return Counter(one.reason for one in checks if one.state is ReleaseState.NOT_ASKED).most_common()


def headline(checks: Sequence[ReleaseCheck]) -> tuple[str, bool]:
    """The answer in a few words, and whether it is a good one."""
    bad = sum(map(odd, checks))
    if bad:
        return f"Not all of it: {bad:,} of {len(checks):,} are worth a look", False
    unknown = sum(one.state is ReleaseState.NOT_ASKED for one in checks)
    if unknown == len(checks):
        return "Nobody could be asked", False
    return ("Nothing says otherwise, of what could be asked", False) if unknown else ("Nothing says otherwise", True)


def said(one: ReleaseCheck) -> str:
    """What is odd about one component."""
    parts = [] if one.state is ReleaseState.PRESENT else [STATES[one.state]]
    if one.digest is DigestState.DIFFERS:
        parts.append("other digest")
    if one.withdrawn is not None:
        parts.append(line(one.withdrawn, limit=120))
    if one.attestation is not None and one.attestation.state is AttestationState.FAILED:
        parts.append("its attestation does not hold")
    if one.earlier is not None:
        parts.append(f"no provenance, and {line(one.earlier.version, limit=60)} had it")
    if one.younger:
        parts.append("published after the SBOM was made")
    return "; ".join(parts)


def people(change: MaintainerChange) -> str:
    """Who may release it that could not before, and who may no more."""
    came, went = sorted(set(change.are) - set(change.were)), sorted(set(change.were) - set(change.are))
    shown = [f"+ {line(name, limit=60)}" for name in came[:5]] + [f"- {line(name, limit=60)}" for name in went[:5]]
    more = len(came) + len(went) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def body(checks: Sequence[ReleaseCheck]) -> list[dict[str, Any]]:
    """Each check as plain data, in the order of the SBOM."""
    return [
        {
            **_named(one.component),
            "state": one.state,
            "reason": one.reason or None,
            "digest": one.digest,
            "registry": one.registry or None,
            "asked": rfc3339(one.asked),
            "published": rfc3339(one.published),
            "withdrawn": one.withdrawn,
            "repository": one.repository,
            "maintainers": list(one.maintainers),
            "attestation": None if one.attestation is None else msgspec.to_builtins(one.attestation),
        }
        for one in checks
    ]


def maintainers(changes: Sequence[MaintainerChange]) -> list[dict[str, Any]]:
    """Each change of maintainers as plain data."""
    return [{**_named(one.after), "before": list(one.were), "after": list(one.are)} for one in changes]


def _named(component: Component) -> dict[str, Any]:
    return {
        "name": component.name,
        "version": component.version,
        "purl": None if component.purl is None else str(component.purl),
        "ref": component.ref or None,
    }
