"""What a package indicator says of a component that bears the name."""

from __future__ import annotations

from scanner import versions
from scanner.errors import InputError
from scanner.model.campaign import Indicator
from scanner.model.component import Component, Origin
from scanner.model.ecosystem import identity
from scanner.model.finding import State
from scanner.versions import UncomparableError
from scanner.versions.indicated import admits_one_of, among

_DOUBTS: dict[Origin, tuple[State, str]] = {
    Origin.WORKSPACE: (State.NEAR_MISS, "a member of the project itself bears this name"),
    Origin.PATH: (State.NEAR_MISS, "a folder on the disk bears this name"),
    Origin.GIT: (State.NEAR_MISS, "it comes from a git repository, not from the registry"),
    Origin.URL: (State.POSSIBLE, "it comes from an address of its own, not from the registry"),
}
_GIT_IS_THE_REGISTRY = ("githubactions", "github", "golang", "swift")
_ORDER = (State.NEAR_MISS, State.POSSIBLE, State.CERTAIN)


def package(indicator: Indicator, component: Component, family: str) -> tuple[State, str]:
    """(state, reason), never surer than where the component comes from allows."""
    state, reason = _by_version(indicator, component, family)
    if indicator.hint:
        state, reason = _lowered(state, "the name is on the list", (State.POSSIBLE, "without versions"))
    if indicator.moved:
        state, reason = _lowered(state, reason, (State.POSSIBLE, "this tag was the attacker's for a time only"))
    doubt = _DOUBTS.get(component.origin)
    git = component.origin is Origin.GIT and component.purl is not None and component.purl.type in _GIT_IS_THE_REGISTRY
    return (state, reason) if doubt is None or git else _lowered(state, reason, doubt)


def _by_version(indicator: Indicator, component: Component, family: str) -> tuple[State, str]:
    if indicator.versions is None and not indicator.excluded:
        return State.CERTAIN, "every version of this package is bad"
    who = None if component.purl is None else identity(component.purl)
    ecosystem = family if who is None else who.ecosystem
    named = None if component.purl is None else component.purl.version
    claimed = sorted({one for one in (component.version, named) if one})
    if not claimed:
        return _by_requirement(indicator, component.constraint, ecosystem)
    try:
        bad = [one for one in claimed if among(ecosystem, indicator, one)]
    except UncomparableError:
        return State.POSSIBLE, "its version cannot be compared, and some versions are bad"
    if not bad:
        return State.NEAR_MISS, "another version of this package is bad"
    if len(bad) < len(claimed):
        return State.CERTAIN, f"the source claims two versions; {bad[0]} is bad"
    return State.CERTAIN, "this very version is bad"


def _by_requirement(indicator: Indicator, wanted: str | None, ecosystem: str) -> tuple[State, str]:
    if wanted is None:
        return State.POSSIBLE, "no version is given, and some versions are bad"
    try:
        admits = admits_one_of(indicator, versions.constraint(ecosystem, wanted))
    except (InputError, UncomparableError):
        return State.POSSIBLE, f"the requirement {wanted!r} could not be understood, and some versions are bad"
    if admits:
        return State.POSSIBLE, f"the requirement {wanted!r} admits a bad version, and nothing pins another"
    return State.NEAR_MISS, f"the requirement {wanted!r} admits none of the bad versions"


def _lowered(state: State, reason: str, doubt: tuple[State, str]) -> tuple[State, str]:
    at_most, why = doubt
    return (state, reason) if _ORDER.index(state) <= _ORDER.index(at_most) else (at_most, f"{reason}, but {why}")
