"""The words of a finding: its title, and what to do now."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.model.advisory import EventKind
from scanner.model.campaign import Campaign, Role
from scanner.model.component import Component
from scanner.model.finding import Claim, State

_MALICIOUS = (
    "Treat every machine that installed or built it as compromised: isolate it, rotate every credential that it could "
    "read, and look for the campaign's other traces. Remove the package, and pin a version from before."
)
_POSSIBLE = (
    "Pin an exact version that is known to be good and commit the lock; then find out which version was really "
    "installed (caches, build logs, images)."
)
_NEAR = "Nothing to do for this version. Make sure that no branch, image or cache holds one of the bad ones."


def title(component: Component, state: State, campaign: Campaign | None, claims: Sequence[Claim]) -> str:
    """One line: what, and why it matters."""
    what = f"{component.name} {component.version or component.constraint or ''}".strip()
    roles = {claim.indicator.role for claim in claims if claim.indicator is not None}
    if state is State.NEAR_MISS:
        kind = "is a near miss of"
    elif state is State.POSSIBLE:
        kind = "may be a part of"
    elif Role.COMPROMISED in roles:
        kind = "is a compromised release:"
    else:
        kind = "is malicious:"
    if campaign is not None:
        return f"{what} {kind} {campaign.name}"
    return f"{what} {kind} {', '.join(dict.fromkeys(claim.record for claim in claims[:3]))}"


def vulnerability_title(component: Component, claims: Sequence[Claim]) -> str:
    """One line: the vulnerability's public number, and its summary."""
    names = [name for claim in claims for name in (claim.record, *(claim.advisory.aliases if claim.advisory else ()))]
    number = next((name for name in names if name.startswith("CVE-")), names[0])
    summary = next((claim.advisory.summary for claim in claims if claim.advisory and claim.advisory.summary), "")
    what = f"{component.name} {component.version or component.constraint or ''}".strip()
    return f"{what}: {number}" + (f" {summary}" if summary else "")


def what_to_do(component: Component, state: State, campaign: Campaign | None) -> str:
    """The next step for whoever holds the finding."""
    if state is State.NEAR_MISS:
        return _NEAR
    if state is State.POSSIBLE and component.version is None:
        return _POSSIBLE
    return campaign.what_to_do if campaign is not None and campaign.what_to_do else _MALICIOUS


def fix(component: Component, claims: Sequence[Claim]) -> str:
    """Which version to go to, as far as the records say."""
    name = component.name
    fixed = dict.fromkeys(
        event.version
        for claim in claims
        if claim.advisory is not None
        for affected in claim.advisory.affected
        if affected.spelled.casefold() == name.casefold()
        for range_ in affected.ranges
        for event in range_.events
        if event.kind is EventKind.FIXED
    )
    return f"Update {name}: fixed in {', '.join(fixed)}." if fixed else f"No record names a fixed version of {name}."
