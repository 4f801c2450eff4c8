"""Inventory × intelligence → findings: one file for each question that is asked of a component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.matching import addresses, digests, merge, packages, products
from scanner.matching.files.sign import FileSigns
from scanner.matching.knowledge import Knowledge
from scanner.matching.match import Match
from scanner.matching.packages import ForeignHost
from scanner.model.component import Component
from scanner.model.ecosystem import Identity, normalise_name
from scanner.model.finding import Finding
from scanner.model.inventory import Inventory
from scanner.model.report import Unmatchable
from scanner.versions import ranges

__all__ = ["ForeignHost", "Knowledge", "Outcome", "affects", "match", "shipped"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What matching found, and what it could not ask."""

    findings: tuple[Finding, ...]
    unmatchable: tuple[Unmatchable, ...]
    read: int
    checked: int
    """Components that some question could be asked about."""
    ecosystems: frozenset[str]
    """OSV ecosystems (without suffix) that the inventory touches."""


def match(
    inventory: Inventory,
    knowledge: Knowledge,
    *,
    foreign_host: ForeignHost,
    located: merge.Located,
    searched: Sequence[FileSigns] = (),
) -> Outcome:
    """Ask every question of every component, and judge what was met in files."""
    components = tuple(shipped(inventory))
    asked, unmatchable = packages.identify(components)
    unmatchable = [item for item in unmatchable if not _judged_by_its_parts(item, inventory)]
    matches: list[Match] = []
    for item in packages.match(asked, knowledge, foreign_host=foreign_host):
        if isinstance(item, Match):
            matches.append(item)
        else:
            unmatchable.append(item)
    matches.extend(digests.match(components, knowledge))
    matches.extend(addresses.match(components, knowledge))
    matches.extend(products.match(components, knowledge))
    lost = {id(item.component) for item in unmatchable}
    findings = merge.merge(matches, inventory.readings, knowledge, located=located)
    if searched:
        # Imported where a tree was searched, and something met in it.
        from scanner.matching.files.judge import judge

        judged = {(match.component.location.path, match.claim.indicator) for match in matches if match.claim.indicator}
        findings = merge.ordered(
            judge(searched, knowledge, known=lambda path, one: (path, one) in judged, standing=findings)
        )
    return Outcome(
        findings=findings,
        unmatchable=tuple(unmatchable),
        read=len(components),
        checked=len(components) - len(lost),
        ecosystems=frozenset(ecosystem.partition(":")[0] for ecosystem in {item.identity.ecosystem for item in asked}),
    )


_SBOMS = ("cyclonedx-", "spdx", "syft-")


def shipped(inventory: Inventory) -> Iterator[Component]:
    """Everything that ships: what is listed and, in an SBOM, the product itself with what it shows inside of it.

    The subject of a lockfile is the project that is being scanned: a stranger's package of that name is not it.
    """
    for reading in inventory.readings:
        yield from reading.components
        if reading.subject is not None and reading.reader.startswith(_SBOMS):
            if not any(reading.subject.ref == component.ref for component in reading.components):
                yield reading.subject
            yield from reading.subject_parts


# What an SBOM lists beside software: compared by name, digest and CPE, and never filed under a package URL.
_NO_PACKAGES = frozenset(
    ("cryptographic-asset", "data", "device", "file", "machine-learning-model", "operating-system")
)


def _judged_by_its_parts(item: Unmatchable, inventory: Inventory) -> bool:
    """Whether a component without identity is no loss: the product itself, or something that is no package."""
    if item.component.purl is not None:
        return False
    if item.component.role in _NO_PACKAGES:
        return True
    subjects = (reading.subject for reading in inventory.readings if reading.path == item.component.location.path)
    return any(subject is not None and subject.ref == item.component.ref != "" for subject in subjects)


def affects(record: Mapping[str, Any], ecosystem: str, name: str, version: str) -> bool:
    """Whether an OSV record (as decoded JSON) says that this version of this package is affected.

    By the algorithm of https://ossf.github.io/osv-schema/#evaluation; a withdrawn record affects nothing, and a package
    without version is affected by every record that affects some.
    Raises `InputError` when the record is broken, `versions.UncomparableError` when a range must be compared in an
    ecosystem whose order nobody knows.
    """
    from scanner.feeds import osv

    advisory = osv.from_value({"id": "unnamed", **record}, where="record")
    if advisory.withdrawn is not None:
        return False
    wanted = Identity(ecosystem, normalise_name(ecosystem, name))
    return any(
        ranges.affects(ecosystem, affected, version) if version else bool(affected.ranges or affected.versions)
        for affected in advisory.affected
        if affected.identity.name == wanted.name and _same_ecosystem(affected.identity.ecosystem, ecosystem)
    )


def _same_ecosystem(one: str, other: str) -> bool:
    family, _, suffix = one.partition(":")
    other_family, _, other_suffix = other.partition(":")
    return family == other_family and (not suffix or not other_suffix or suffix == other_suffix)
