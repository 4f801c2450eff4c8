"""What a component says of its version and where it is from, held against what a record says is bad.

One judgement for whoever matches: a scan, and the fleet's store over everything that was ever seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import msgspec

from scanner import versions
from scanner.errors import InputError
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.component import Component, Origin
from scanner.model.finding import State
from scanner.versions.constraints.value import Constraint
from scanner.versions.indicated import admits_one_of, among

_ORDER = (State.NEAR_MISS, State.POSSIBLE, State.CERTAIN)


class Doubt(msgspec.Struct, frozen=True):
    """Why a name is not proof: the most that a match may then say, and the reason."""

    at_most: State
    reason: str


_MOVED = Doubt(State.POSSIBLE, "this tag was the attacker's for a time only")
_HINT = Doubt(State.POSSIBLE, "which versions are bad it does not say")

_CARRIED = {
    IndicatorType.DIGEST: "its digest is that of a known bad file",
    IndicatorType.COMMIT: "it is pinned to a commit of the campaign",
    IndicatorType.DOMAIN: "an address of it lies on a host that the campaign used",
    IndicatorType.IP: "an address of it lies on a host that the campaign used",
    IndicatorType.URL: "it names an address that the campaign used",
    IndicatorType.REPOSITORY: "it comes from, or names, a repository of the campaign",
}


def carried(indicator: Indicator) -> tuple[State, str]:
    """How sure it is, and why, that a component is bad which has the very digest, commit or address of an indicator."""
    reason = _CARRIED[indicator.type]
    return (
        (State.CERTAIN, reason) if indicator.alone else (State.NEAR_MISS, f"{reason}, which proves nothing by itself")
    )


def of_origin(component: Component) -> Doubt | None:
    """What speaks against its being the registry's package of that name."""
    match component.origin:
        case Origin.WORKSPACE:
            return Doubt(State.NEAR_MISS, "a member of the project itself bears this name")
        case Origin.PATH:
            return Doubt(State.NEAR_MISS, "a folder on the disk bears this name")
        case Origin.GIT:
            if component.purl is not None and component.purl.type in ("githubactions", "github", "golang", "swift"):
                return None  # these are published as git repositories: that is their registry
            return Doubt(State.NEAR_MISS, "it comes from a git repository, not from the registry")
        case Origin.URL:
            return Doubt(State.POSSIBLE, "it comes from an address of its own, not from the registry")
    return None


def lowered(state: State, reason: str, doubt: Doubt | None) -> tuple[State, str]:
    """Never surer than a doubt allows."""
    if doubt is None or _ORDER.index(state) <= _ORDER.index(doubt.at_most):
        return state, reason
    return doubt.at_most, f"{reason}, but {doubt.reason}"


def indicated(
    component: Component, ecosystem: str, indicator: Indicator, doubts: Iterable[Doubt | None]
) -> tuple[State, str]:
    """What a package indicator says of a component that bears the name."""
    state, reason = by_version(
        component,
        ecosystem,
        every=indicator.versions is None and not indicator.excluded,
        named=(indicator.versions or ()).__contains__,
        affects=partial(among, ecosystem, indicator),
        possibly=partial(admits_one_of, indicator),
    )
    if indicator.hint:
        state, reason = lowered(state, "the name is on the list, without versions", _HINT)
    for doubt in (_MOVED if indicator.moved else None, *doubts):
        state, reason = lowered(state, reason, doubt)
    return state, reason


def by_version(
    component: Component,
    ecosystem: str,
    *,
    every: bool,
    named: Callable[[str], bool],
    affects: Callable[[str], bool],
    possibly: Callable[[Constraint], bool],
) -> tuple[State, str]:
    """The state by version alone, and the sentence that explains it."""
    claimed = _claimed(component)
    if every:
        return State.CERTAIN, "every version of this package is bad"
    if not claimed:
        return _requirement(component.constraint, ecosystem, possibly)
    bad = [version for version in claimed if affects(version)]
    if not bad:
        return State.NEAR_MISS, "another version of this package is bad"
    scheme = versions.scheme(ecosystem)
    if scheme is not None and not scheme.orders(bad[0]) and not named(bad[0]):
        return State.NEAR_MISS, f"{bad[0]} is a branch or commit: which version it is cannot be told from here"
    if len(bad) < len(claimed):
        return State.CERTAIN, f"the source claims two versions; {bad[0]} is bad"
    return State.CERTAIN, "this very version is bad"


def _claimed(component: Component) -> tuple[str, ...]:
    """The versions that a source claims: one, unless field and purl contradict each other."""
    own = component.version
    other = None if component.purl is None else component.purl.version
    if other is None or other == own:
        return (own,) if own else ()
    return (own, other) if own else (other,)


def _requirement(wanted: str | None, ecosystem: str, possibly: Callable[[Constraint], bool]) -> tuple[State, str]:
    if wanted is None:
        return State.POSSIBLE, "no version is given, and some versions are bad"
    try:
        constraint = versions.constraint(ecosystem, wanted)
    except InputError:
        return State.POSSIBLE, f"the requirement {wanted!r} could not be understood, and some versions are bad"
    if possibly(constraint):
        return State.POSSIBLE, f"the requirement {wanted!r} admits a bad version, and nothing pins another"
    return State.NEAR_MISS, f"the requirement {wanted!r} admits none of the bad versions"
