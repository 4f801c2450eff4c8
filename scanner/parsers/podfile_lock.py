"""CocoaPods `Podfile.lock`.

The fields are those that CocoaPods' Core writes: https://github.com/CocoaPods/Core/blob/master/lib/cocoapods-core/lockfile.rb
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem
from scanner.model.purl import Purl
from scanner.parsers import entries, git_address, graphs
from scanner.parsers.source import Source

_POD = re.compile(r"(?P<name>[^\s(]+)(?: \((?P<said>[^)]*)\))?\s*\Z")
_DEFAULT = "trunk"
"""What CocoaPods calls its own spec repository."""

T = TypeVar("T")


class _Place(msgspec.Struct):
    """Where a pod comes from that no spec repository serves."""

    git: str | None = msgspec.field(name=":git", default=None)
    commit: str | None = msgspec.field(name=":commit", default=None)
    path: str | None = msgspec.field(name=":path", default=None)
    podspec: str | None = msgspec.field(name=":podspec", default=None)
    http: str | None = msgspec.field(name=":http", default=None)


class _Pod(msgspec.Struct):
    """One root pod at one version, with what it and its subspecs need."""

    name: str
    version: str
    needle: str
    needs: list[str]


def parse(source: Source) -> Iterator[Item]:
    """Yield each root pod once, however many of its subspecs are installed."""
    document = entries.from_yaml(source)
    if "PODS" not in document:
        raise InputError("it has no PODS: not a Podfile.lock", where=source.path)
    pods: dict[tuple[str, str], _Pod] = {}
    for raw in entries.elements(document["PODS"], where=f"{source.path}: PODS"):
        try:
            _gather(raw, pods)
        except InputError as error:
            yield entries.problem(error, where=f"{source.path}: PODS")
    problems: list[Problem] = []
    # CHECKOUT OPTIONS knows the commit, EXTERNAL SOURCES only what was asked for.
    places: dict[str, _Place] = {}
    for section in ("EXTERNAL SOURCES", "CHECKOUT OPTIONS"):
        places |= _pairs(document, section, _Place, source, problems)
    checksums = _pairs(document, "SPEC CHECKSUMS", str, source, problems)
    repositories = _pairs(document, "SPEC REPOS", list[str], source, problems)
    served = {name: address for address, names in repositories.items() for name in names if address != _DEFAULT}
    for pod in pods.values():
        yield _component(pod, places.get(pod.name), checksums.get(pod.name), served.get(pod.name), source)
    yield from problems
    try:
        asked = [_root(raw) for raw in entries.elements(document.get("DEPENDENCIES", []), where=source.path)]
    except InputError as error:
        yield entries.problem(error, where=f"{source.path}: DEPENDENCIES")
        asked = []

    def edges() -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {graphs.ROOT: list(dict.fromkeys(asked))}
        for pod in pods.values():
            found[pod.name] = [name for name in dict.fromkeys(pod.needs) if name != pod.name]
        return found

    yield Graph(roots=(graphs.ROOT,), edges=edges)
    yield from entries.repeated_keys(document, source)


def _root(text: Any) -> str:
    """`Name/Subspec (~> 1.0)` → `Name`."""
    return str(text).partition(" ")[0].partition("/")[0]


def _pairs(
    document: dict[str, Any], section: str, kind: type[T], source: Source, problems: list[Problem]
) -> dict[str, T]:
    """What a section says, by root pod (or, in SPEC REPOS, by repository)."""
    found: dict[str, T] = {}
    where = f"{source.path}: {section}"
    try:
        for key, raw in entries.items(document.get(section, {}), where=where):
            name = key if section == "SPEC REPOS" else _root(key)
            found[name] = entries.read(raw, kind, where=f"{where}/{key}")
    except InputError as error:
        problems.append(entries.problem(error, where=where))
    return found


def _gather(raw: Any, pods: dict[tuple[str, str], _Pod]) -> None:
    """`Name/Subspec (1.0)`, or the same as the key of a list of what it needs."""
    needs: Any = None
    if isinstance(raw, dict) and len(raw) == 1:
        ((raw, needs),) = raw.items()
    match = _POD.match(raw) if isinstance(raw, str) else None
    if match is None or not match["said"]:
        raise InputError(f"{str(raw)[:200]!r} is no pod with its version")
    name = match["name"].partition("/")[0]
    pod = pods.setdefault((name, match["said"]), _Pod(name, match["said"], raw, []))
    pod.needs += map(_root, needs if isinstance(needs, list) else ())


def _component(
    pod: _Pod, place: _Place | None, checksum: str | None, repository: str | None, source: Source
) -> Component:
    origin, address = Origin.REGISTRY, repository
    if place is not None and place.git:
        origin, address = Origin.GIT, git_address.pinned(place.git, place.commit)
    elif place is not None and place.path:
        origin, address = Origin.PATH, place.path
    elif place is not None:
        origin, address = Origin.URL, place.podspec or place.http
    return Component(
        name=pod.name,
        version=pod.version,
        purl=Purl("cocoapods", None, pod.name, pod.version),
        location=Location(source.path, needle=pod.needle),
        origin=origin,
        digests=(f"sha1:{checksum}",) if checksum else (),
        source_url=address,
        ref=pod.name,
    )
