"""What is known of attestations → findings: one that does not hold, another source than is claimed, provenance lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.matching.merge import fingerprint
from scanner.model.attestation import Attestation, AttestationState, EarlierRelease, RepositoryClaim
from scanner.model.component import Component
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, State
from scanner.model.observable import repository

_NO_OWNERS = frozenset(("sponsors", "orgs", "users", "apps", "marketplace", "advisories", "settings", "features"))
"""First pieces of GitHub's paths that name no account."""


def claimed_by_sbom(component: Component) -> RepositoryClaim:
    """What the SBOM names: its addresses, without their kinds, and the purl's own."""
    own = component.purl.qualifier("vcs_url") if component.purl is not None else None
    return RepositoryClaim(addresses=(*component.urls, *((own,) if own else ())), by_registry=False)


def findings(
    component: Component,
    attestation: Attestation,
    *,
    claims: Sequence[RepositoryClaim] = (),
    earlier: EarlierRelease | None = None,
) -> Iterator[Finding]:
    """What is odd about the attestation of one component; nothing where it is only unknown."""
    match attestation.state:
        case AttestationState.FAILED:
            yield _finding(
                component, "attestation-failed", Severity.HIGH, State.CERTAIN,
                "has an attestation that does not hold", attestation.why, attestation.why,
                "Do not accept it: fetch the release again, and if it stays so, take the package for tampered with.",
            )  # fmt: skip
        case AttestationState.VERIFIED:
            yield from _elsewhere(component, attestation, claims)
        case AttestationState.ABSENT if earlier is not None:
            yield _lost(component, earlier)


def _elsewhere(component: Component, attestation: Attestation, claims: Sequence[RepositoryClaim]) -> Iterator[Finding]:
    """Built from another repository than somebody claims.

    Medium: repositories move, and project pages are free text. High where the registry compared the two before it took
    the release in, so that no honest way leads there.
    """
    built = _repository(attestation.repository or "")
    if built is None:
        return
    for claim in claims:
        others = _others(claim.addresses, built)
        if not others:
            continue
        by = "the registry" if claim.by_registry else "the SBOM"
        yield _finding(
            component,
            "attested-elsewhere-registry" if claim.by_registry else "attested-elsewhere-sbom",
            Severity.HIGH if claim.checked_by_registry else Severity.MEDIUM,
            State.CERTAIN if claim.checked_by_registry else State.POSSIBLE,
            "was built from another repository than is claimed",
            f"its attestation is verified and says {built}; {by} says {others[0]}"
            + ("" if claim.checked_by_registry else ": a repository that was renamed or split would explain it"),
            f"{built}, not {others[0]}",
            f"Look whether {others[0]} has moved to {built}; if nothing there says so, do not accept it.",
        )


def _others(addresses: Sequence[str], built: str) -> list[str]:
    """Repositories on the forge of the one that was built from, when that one is not among them."""
    forge = built.partition("/")[0]
    named = [one for one in map(_repository, addresses) if one is not None and one.partition("/")[0] == forge]
    return [] if built in named else named


def _repository(address: str) -> str | None:
    """`host/owner/name` of whatever leads into a repository: a page below it, its issues.

    Groups below groups (GitLab) end where the forge's own pages begin, with `-`.
    """
    shorthand = address.strip()
    if shorthand.count("/") == 1 and "://" not in shorthand and "@" not in shorthand:
        kind, _, rest = shorthand.rpartition(":")
        known = {"": "github.com", "github": "github.com", "gitlab": "gitlab.com"}.get(kind)
        # `lib.invalid/page` is an address without its scheme: accounts have no dots.
        return (
            None if known is None or "." in rest.partition("/")[0] else f"{known}/{rest.lower().removesuffix('.git')}"
        )
    pieces = repository(shorthand.partition("#")[0].partition("?")[0]).split("/")
    if "-" in pieces:
        pieces = pieces[: pieces.index("-")]
    if pieces[0] != "gitlab.com":
        pieces = pieces[:3]
    if len(pieces) < 3 or not all(pieces) or pieces[1] in _NO_OWNERS:
        return None
    pieces[-1] = pieces[-1].removesuffix(".git")
    return "/".join(pieces).partition("@")[0]


def _lost(component: Component, earlier: EarlierRelease) -> Finding:
    """The way of a stolen token: published by hand, past the workflow that used to publish. High when that shows."""
    before = "that of the last delivery" if earlier.delivered else "the one below it"
    reason = f"{earlier.version}, {before}, has a provenance attestation, and this version has none"
    if earlier.other_publisher:
        reason += f"; it was published by {earlier.publisher_now}, and that one by {earlier.publisher}"
    else:
        reason += ": a release made by hand, or a workflow that changed, would explain it"
    return _finding(
        component,
        "provenance-lost",
        Severity.HIGH if earlier.other_publisher else Severity.MEDIUM,
        State.POSSIBLE,
        "lost its provenance",
        reason,
        f"{earlier.version} → {component.version}",
        "Look in the source repository for a tag and a workflow run of this version; without them, stay on "
        f"{earlier.version}.",
    )


def _finding(
    component: Component,
    rule: str,
    severity: Severity,
    state: State,
    title: str,
    reason: str,
    value: str,
    what_to_do: str,
) -> Finding:
    named = (component.name, component.version or "")
    return Finding(
        id=fingerprint((FindingClass.INTEGRITY, rule, component.location.path, *named)),
        class_=FindingClass.INTEGRITY,
        state=state,
        severity=severity,
        title=f"{' '.join(named).strip()} {title}",
        reason=reason,
        component=component,
        claims=(),
        evidence=(Evidence(location=component.location, value=value),),
        what_to_do=what_to_do,
    )
