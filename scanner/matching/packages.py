"""Is this very package, at this very version, known to be bad?

Advisories and package indicators are asked by (ecosystem, normalised name), in batches; versions are compared only
for names that hit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import msgspec

from scanner import versions
from scanner.intel.store import Hit
from scanner.matching import cpes
from scanner.matching.knowledge import Knowledge
from scanner.matching.match import Match
from scanner.model.advisory import AdvisoryKind
from scanner.model.campaign import Indicator
from scanner.model.component import Component, Origin
from scanner.model.ecosystem import Identity, full_name, identity
from scanner.model.finding import Claim, FindingClass, State
from scanner.model.report import Unmatchable
from scanner.versions import claimed, ranges
from scanner.versions.claimed import Doubt, lowered

ForeignHost = Callable[[Component], str | None]
"""Says which host a component was resolved from, when that is not a registry known to serve this type."""


_EXTENSIONS = "VSCode"


class Asked(msgspec.Struct, frozen=True, gc=False):
    """A component with the key under which it is asked for."""

    component: Component
    identity: Identity


def identify(components: Iterable[Component]) -> tuple[list[Asked], list[Unmatchable]]:
    """Tell those that can be asked about from those that cannot, with the reason."""
    asked: list[Asked] = []
    unmatchable: list[Unmatchable] = []
    for component in components:
        purl = component.purl
        if purl is None and component.cpes:
            purl = cpes.package(component)
        if purl is None:
            unmatchable.append(Unmatchable(component=component, reason="no package URL"))
            continue
        who = identity(purl)
        if who is None:
            distribution = purl.type in ("deb", "apk", "rpm")
            reason = (
                "no distribution that advisories are filed under"
                if distribution
                else f"no advisories are filed for packages of type {purl.type!r}"
            )
            unmatchable.append(Unmatchable(component=component, reason=reason))
        else:
            asked.append(Asked(component, who))
            if component.version is None and component.constraint is None:
                unmatchable.append(Unmatchable(component=component, reason="no version"))
    return asked, unmatchable


def match(asked: Sequence[Asked], knowledge: Knowledge, *, foreign_host: ForeignHost) -> Iterator[Match | Unmatchable]:
    """Yield what advisories and package indicators say, and what could not be compared."""
    identities = {item.identity for item in asked}
    hits = knowledge.advisories.affected(identities)
    extensions = {who: bare for who in identities if who.ecosystem == _EXTENSIONS and (bare := unpublished(who))}
    indicators = knowledge.packages(identities.union(extensions.values()))
    # Nearly every name is on no record, and a name is sooner looked up than an identity.
    known = {who.name for who in (*hits, *indicators)} | {who.name for who in extensions}
    resolved: frozenset[tuple[str, Identity]] | None = None
    for item in asked:
        who = item.identity
        if who.name not in known:
            continue
        records = hits.get(who, ())
        pairs = indicators.get(who, ())
        nameless = indicators.get(extensions[who], ()) if who in extensions else ()
        if not records and not pairs and not nameless:
            continue
        if item.component.version is None:
            resolved = _resolved(asked) if resolved is None else resolved
            if _pinned_elsewhere(item, resolved):
                continue  # the lock beside the manifest says which version it is, and is asked itself
        doubt = doubt_of(item.component, foreign_host)
        yield from advised(item, records, doubt)
        yield from _indicators(item, pairs, doubt)
        yield from _indicators(item, nameless, doubt or Doubt(State.POSSIBLE, "the list names no publisher"))


def advised(item: Asked, records: Sequence[Hit], doubt: Doubt | None) -> Iterator[Match | Unmatchable]:
    """What records that name the package say of a component; vulnerabilities of other versions are no news."""
    component = item.component
    for hit in records:
        malicious = hit.affected.kind is AdvisoryKind.MALICIOUS
        spelled = hit.affected.spelled
        try:
            state, reason = claimed.by_version(
                component,
                item.identity.ecosystem,
                every=hit.affected.every_version,
                named=hit.affected.versions.__contains__,
                affects=partial(ranges.affects, item.identity.ecosystem, hit.affected),
                possibly=partial(ranges.possibly, item.identity.ecosystem, hit.affected),
            )
        except versions.UncomparableError as error:
            yield Unmatchable(component=component, reason=f"{hit.affected.advisory}: {error.what}")
            continue
        if state is State.NEAR_MISS and not malicious:
            continue
        state, reason = lowered(state, reason, doubt)
        if spelled != component.name and item.identity.family == "npm" and spelled.lower() == component.name.lower():
            state, reason = lowered(state, reason, Doubt(State.POSSIBLE, f"the record spells it {spelled}"))
        if state is State.NEAR_MISS and not malicious:
            continue
        yield Match(
            component=component,
            class_=FindingClass.COMPROMISE if malicious else FindingClass.VULNERABILITY,
            state=state,
            reason=reason,
            claim=Claim(feed=hit.feed, record=hit.affected.advisory),
            campaign=None,
            value=_value(component),
        )


def _indicators(
    item: Asked, pairs: Sequence[tuple[str, Indicator]], doubt: Doubt | None
) -> Iterator[Match | Unmatchable]:
    component = item.component
    for feed, indicator in pairs:
        state, reason = claimed.indicated(component, item.identity.ecosystem, indicator, (doubt,))
        yield Match(
            component=component,
            class_=FindingClass.COMPROMISE,
            state=state,
            reason=reason,
            claim=Claim(feed=feed, record=indicator.campaign, indicator=indicator),
            campaign=indicator.campaign,
            value=_value(component),
        )


def unpublished(who: Identity) -> Identity | None:
    """The same extension as lists write it that leave its publisher out; `None` for all but editors' extensions."""
    if who.ecosystem != _EXTENSIONS or "." not in who.name:
        return None
    return Identity(_EXTENSIONS, who.name.partition(".")[2])


def _value(component: Component) -> str:
    name = component.name if component.purl is None else full_name(component.purl)
    return f"{name}@{component.version or component.constraint or '?'}"


def doubt_of(component: Component, foreign_host: ForeignHost) -> Doubt | None:
    """What speaks against its being the public registry's package of that name."""
    if component.purl is None:
        return Doubt(State.POSSIBLE, "it is known by its CPE alone, and has no package URL")
    if component.origin is not Origin.REGISTRY:
        return claimed.of_origin(component)
    host = foreign_host(component)
    if host is not None:
        return Doubt(State.POSSIBLE, f"it comes from {host}, which may hold another package of this name")
    return None


def _resolved(asked: Iterable[Asked]) -> frozenset[tuple[str, Identity]]:
    """(folder, identity) of everything that some source pins to a version."""
    return frozenset(
        (item.component.location.path.rpartition("/")[0], item.identity)
        for item in asked
        if item.component.version is not None
    )


def _pinned_elsewhere(item: Asked, resolved: frozenset[tuple[str, Identity]]) -> bool:
    """Whether a lock in the manifest's folder, or in one above it (workspaces), pins the same package."""
    folder = item.component.location.path.rpartition("/")[0]
    while True:
        if (folder, item.identity) in resolved:
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]
