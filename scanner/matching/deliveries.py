"""Two deliveries of one product → what became of each component, and whose bytes are others under the same version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from scanner.matching.compare import compare, gained
from scanner.matching.merge import fingerprint
from scanner.model.audit import SupplierChange
from scanner.model.comparison import ComponentChange, Step
from scanner.model.component import Component
from scanner.model.digest import by_algorithm
from scanner.model.ecosystem import ONE_ARTEFACT
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, State
from scanner.model.purl import Purl

_Key = tuple[object, ...]


def steps(path: str, before: Sequence[Component], after: Sequence[Component]) -> tuple[ComponentChange, ...]:
    """What is not as it was. A digest that changed is told even of what moved to another source as well."""
    as_listed: dict[int, Component] = {}
    old, new = (_identified(*sides, as_listed) for sides in ((before, after), (after, before)))
    told = [change for change in compare(path, old, new) if change.step is not Step.REDIGESTED]
    told += [
        ComponentChange(step=Step.REDIGESTED, path=path, before=was, after=now) for was, now in _redigested(old, new)
    ]
    return tuple(
        ComponentChange(
            step=change.step,
            path=path,
            before=None if change.before is None else as_listed.get(id(change.before), change.before),
            after=None if change.after is None else as_listed.get(id(change.after), change.after),
        )
        for change in told
    )


def _identified(
    mine: Iterable[Component], theirs: Iterable[Component], as_listed: dict[int, Component]
) -> list[Component]:
    """My components; those without purl with that of the other side's of the same name and version, if it is one.

    Else whoever drops the purl makes a tampered file look like one that came and one that went.
    """
    mine = list(mine)
    if all(one.purl is not None for one in mine):
        return mine
    named: dict[tuple[str, str | None], set[Purl]] = {}
    for one in theirs:
        if one.purl is not None:
            named.setdefault((one.name, one.version), set()).add(one.purl)
    found: list[Component] = []
    for one in mine:
        purls = named.get((one.name, one.version), set()) if one.purl is None else set()
        if len(purls) == 1:
            copy = msgspec.structs.replace(one, purl=next(iter(purls)))
            as_listed[id(copy)] = one
            found.append(copy)
        else:
            found.append(one)
    return found


def _redigested(before: Iterable[Component], after: Iterable[Component]) -> Iterator[tuple[Component, Component]]:
    """Components of both sides that are the same version of the same artefact, and not the same bytes.

    Where one side only lists more files of a release, or more algorithms, nothing has changed: each must have a digest
    that the other lacks, by an algorithm that both use.
    """
    old = _by_artefact(before)
    for key, news in _by_artefact(after).items():
        olds = old.get(key)
        if olds is None:
            continue
        was, now = (by_algorithm(digest for one in side for digest in one.digests) for side in (olds, news))
        if any(was[algorithm] - now[algorithm] and now[algorithm] - was[algorithm] for algorithm in was.keys() & now):
            yield olds[0], news[0]


def _by_artefact(components: Iterable[Component]) -> dict[_Key, list[Component]]:
    found: dict[_Key, list[Component]] = {}
    for one in components:
        if one.version and one.digests:
            found.setdefault(_artefact(one), []).append(one)
    return found


_OF_THE_BUILD = frozenset(("download_url", "vcs_url", "checksum", "repository_url", "package-id"))
"""Qualifiers that do not tell two artefacts of a version apart."""


def _artefact(one: Component) -> _Key:
    purl = one.purl
    if purl is None:
        return ("", one.name, one.version)
    apart = tuple(pair for pair in purl.qualifiers if pair[0] not in _OF_THE_BUILD)
    return (purl.type, purl.namespace, purl.name, one.version, apart, purl.subpath)


def suppliers(before: Iterable[Component], after: Iterable[Component]) -> Iterator[SupplierChange]:
    """Packages whose supplier is called otherwise than before; one that was not said says nothing."""
    known: dict[_Key, Component] = {}
    for one in before:
        if one.supplier:
            known.setdefault(_package(one), one)
    told: set[_Key] = set()
    for one in after:
        key = _package(one)
        old = known.get(key)
        if old is None or not one.supplier or key in told:
            continue
        if _folded(old.supplier or "") != _folded(one.supplier):
            told.add(key)
            yield SupplierChange(before=old, after=one)


def undigested(before: Iterable[Component], after: Sequence[Component]) -> Iterator[Component]:
    """What had a digest before and has none now: its bytes cannot be compared any more."""
    had = {_package(one) for one in before if one.digests}
    lost = had - {_package(one) for one in after if one.digests}
    for one in after:
        if not one.digests and _package(one) in lost:
            yield one


def _package(one: Component) -> _Key:
    purl = one.purl
    return ("", one.name) if purl is None else (purl.type, purl.namespace, purl.name)


def _folded(supplier: str) -> str:
    """SPDX writes `Organization: Name (mail)`, CycloneDX the name."""
    name = supplier.partition(":")[2] if supplier.startswith(("Organization:", "Person:")) else supplier
    return " ".join(name.partition("(")[0].lower().split()).rstrip(".,")


def findings(changes: Iterable[ComponentChange]) -> Iterator[Finding]:
    """Other bytes under the same version: the sharpest sign that there is."""
    for change in changes:
        old, new = change.before, change.after
        if change.step is not Step.REDIGESTED or old is None or new is None:
            continue
        one_artefact = new.purl is not None and new.purl.type in ONE_ARTEFACT
        yield Finding(
            id=fingerprint((FindingClass.INTEGRITY, "delivery-digest", change.path, *map(str, _artefact(new)))),
            class_=FindingClass.INTEGRITY,
            state=State.CERTAIN if one_artefact else State.POSSIBLE,
            severity=Severity.HIGH,
            title=f"{new.name} {new.version} has other bytes than in the last delivery, under the same version",
            reason=(
                "a registry serves one artefact for one version, for good: one of the two is not it"
                if one_artefact
                else "another file of the same release, or another build, would explain it: nothing here shows that"
            ),
            component=new,
            claims=(),
            evidence=tuple(
                Evidence(location=one.location, value=value)
                for one, value in ((new, _differing(new, old)), (old, _differing(old, new)))
            ),
            what_to_do="Accept neither before the vendor has explained it; compare both with what the registry has.",
        )


def _differing(one: Component, other: Component) -> str:
    theirs = by_algorithm(other.digests)
    return next((digest for digest in one.digests if gained(theirs, by_algorithm((digest,)))), one.digests[0])
