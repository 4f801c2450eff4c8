"""Delivered files that are not as the SBOM says → findings.

Other bytes than claimed are `high`, as between two deliveries: nothing honest explains them but a wrong SBOM. What is
delivered and not named is `medium`: most SBOMs leave something out, so that it would close every gate, and says nothing
of harm; what it *is* is asked of advisories and campaigns, and closes the gate by itself. What is named and not there
is `low`: bundlers and compilers swallow packages and their metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from scanner.matching.merge import fingerprint
from scanner.model.component import Component, Location
from scanner.model.delivered_files import ArtefactCheck, Differing, OtherVersion, Undeclared
from scanner.model.digest import strongest
from scanner.model.ecosystem import ONE_ARTEFACT
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, State

MOST_ALONE = 10
"""So many packages of an ecosystem, or files of a folder, are told one by one."""
_PLACES = 200
_ASK = "Ask the vendor what it is and where it is from, before it runs anywhere."
_WHERE = "Ask the vendor where it is, or whether the SBOM is of another build."
_SWALLOWED = "others of its kind are seen in the delivery; a bundler or compiler may have swallowed it"
_T = TypeVar("_T")


def findings(check: ArtefactCheck) -> Iterator[Finding]:
    """Yield what each difference comes to, the gravest first; what is many of a kind is one finding."""
    yield from map(_differing, check.differing)
    for of, hidden in _grouped(check.undeclared, lambda one: _sort(one.component, one.nature)):
        if len(hidden) <= MOST_ALONE:
            yield from map(_undeclared, hidden)
        else:
            yield _many(
                "delivered-undeclared", of, [one.component for one in hidden], Severity.MEDIUM,
                title=f"{len(hidden):,} {of} were delivered, and the SBOM names none of them",
                reason="neither a name nor a digest in the SBOM answers for any of them",
                what_to_do=_ASK,
            )  # fmt: skip
    yield from map(_other_version, check.other_versions)
    for of, absent in _grouped(check.phantom, lambda one: _sort(one, "file" if one.role == "file" else "package")):
        if len(absent) <= MOST_ALONE:
            yield from map(_phantom, absent)
        else:
            yield _many(
                "delivered-phantom", of, absent, Severity.LOW,
                title=f"{len(absent):,} {of} are in the SBOM, and not in what was delivered",
                reason=_SWALLOWED,
                what_to_do=_WHERE,
            )  # fmt: skip


def _grouped(found: Iterable[_T], key: Callable[[_T], str]) -> list[tuple[str, list[_T]]]:
    groups: dict[str, list[_T]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return list(groups.items())


def _sort(component: Component, nature: str) -> str:
    """What several of its kind are called."""
    if nature != "package":
        folder = component.location.path.rpartition("/")[0]
        return f"{nature}s in {folder}" if nature != "file" else "files"
    return "packages" if component.purl is None else f"packages of {component.purl.type}"


def _phantom(one: Component) -> Finding:
    return _finding(
        "delivered-phantom", one, Severity.LOW,
        title=f"{one.called} is in the SBOM, and not in what was delivered",
        reason=_SWALLOWED,
        what_to_do=_WHERE,
    )  # fmt: skip


def _many(
    rule: str, of: str, components: Sequence[Component], severity: Severity, *, title: str, reason: str, what_to_do: str
) -> Finding:
    return Finding(
        id=fingerprint((FindingClass.INTEGRITY, rule, of)),
        class_=FindingClass.INTEGRITY,
        state=State.CERTAIN,
        severity=severity,
        title=title,
        reason=reason,
        component=None,
        claims=(),
        evidence=tuple(Evidence(location=one.location, value=one.called) for one in components[:_PLACES]),
        what_to_do=what_to_do,
    )


def _differing(one: Differing) -> Finding:
    component = one.component
    sure = component.role == "file" or (component.purl is not None and component.purl.type in ONE_ARTEFACT)
    claimed = strongest(component.digests)
    algorithm = "" if claimed is None else claimed[0]
    there = next((digest for digest in one.digests if digest.startswith(f"{algorithm}:")), one.digests[0])
    return _finding(
        "delivered-digest", component, Severity.HIGH,
        title=f"{component.called} was delivered with other bytes than the SBOM says",
        reason=f"the file has {there}; claimed is {', '.join(sorted(claimed[1])) if claimed is not None else 'nothing'}"
        + ("" if sure else "; another file of the same release, or another build, would explain it"),
        state=State.CERTAIN if sure else State.POSSIBLE,
        path=one.path,
        value=there,
        what_to_do="Do not run it before the vendor has explained it; compare it with what the registry has.",
    )  # fmt: skip


def _undeclared(one: Undeclared) -> Finding:
    component = one.component
    what = "a package" if one.nature == "package" else f"an {one.nature}"
    return _finding(
        "delivered-undeclared", component, Severity.MEDIUM,
        title=f"{component.called} was delivered, and the SBOM does not name it",
        reason=f"{what} for which neither a name nor a digest in the SBOM answers",
        what_to_do=_ASK,
    )  # fmt: skip


def _other_version(one: OtherVersion) -> Finding:
    named = ", ".join(dict.fromkeys(declared.version or "none" for declared in one.declared[:5]))
    return _finding(
        "delivered-version", one.found, Severity.MEDIUM,
        title=f"{one.found.called} was delivered, and the SBOM names version {named}",
        reason="the package in the delivery says so of itself",
        what_to_do="Ask the vendor which of the two is meant: what is known of the other says nothing of this one.",
    )  # fmt: skip


def _finding(
    rule: str,
    component: Component,
    severity: Severity,
    *,
    title: str,
    reason: str,
    what_to_do: str,
    state: State = State.CERTAIN,
    path: str = "",
    value: str = "",
) -> Finding:
    place = Location(path) if path else component.location
    return Finding(
        id=fingerprint((FindingClass.INTEGRITY, rule, place.path, component.name, component.version or "")),
        class_=FindingClass.INTEGRITY,
        state=state,
        severity=severity,
        title=title,
        reason=reason,
        component=component,
        claims=(),
        evidence=(Evidence(location=place, value=value or component.called),),
        what_to_do=what_to_do,
    )
