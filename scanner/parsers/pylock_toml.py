"""`pylock.toml`, the lock that Python's tools share.

Spec: https://packaging.python.org/en/latest/specifications/pylock-toml/ (PEP 751).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.model.component import Component, Graph, Item, Location, Origin, Scope
from scanner.parsers import graphs, python, tables
from scanner.parsers.source import Source
from scanner.shape import times


class _Vcs(msgspec.Struct, frozen=True, rename={"commit": "commit-id"}):
    url: str | None = None
    path: str | None = None
    commit: str | None = None


class _Directory(msgspec.Struct, frozen=True):
    path: str


class _Artefact(msgspec.Struct, frozen=True, rename={"uploaded": "upload-time"}):
    url: str | None = None
    path: str | None = None
    hashes: dict[str, str] = {}
    uploaded: Any = None


class _Package(msgspec.Struct, frozen=True):
    name: tables.Name
    version: str | None = None
    marker: str = ""
    index: str | None = None
    dependencies: tuple[dict[str, Any], ...] = ()
    vcs: _Vcs | None = None
    directory: _Directory | None = None
    archive: _Artefact | None = None
    sdist: _Artefact | None = None
    wheels: tuple[_Artefact, ...] = ()


_MEMBER = re.compile(r"""["']([^"']*)["']\s+in\s+(extras|dependency_groups)\b""")


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package."""
    document = tables.toml_document(source)
    found, problems = tables.toml_rows(document, "packages", _Package)
    listed = document.tables.get("default-groups")
    groups = frozenset(group for group in listed if isinstance(group, str)) if isinstance(listed, list) else frozenset()
    given = graphs.Refs()
    packages = [
        (location, package, given.unique(f"{package.name} {package.version or ''}".strip()))
        for location, package in found
    ]
    for location, package, ref in packages:
        yield _component(package, location, ref, groups)
    yield from problems

    def edges() -> Mapping[str, Sequence[str]]:
        names = graphs.by_name((package.name, ref) for _, package, ref in packages)
        exact = {(package.name, package.version): ref for _, package, ref in packages}
        inner = {ref: list(_targets(package, names, exact)) for _, package, ref in packages}
        return graphs.rooted(inner, (ref for *_, ref in packages), ())

    if any(package.dependencies for _, package, _ in packages):
        yield Graph(roots=(graphs.ROOT,), edges=edges)
    if document.broken is not None:
        raise document.broken


def _targets(
    package: _Package, names: Mapping[str, Sequence[str]], exact: Mapping[tuple[str, str | None], str]
) -> Iterator[str]:
    for wanted in package.dependencies:
        name, version = wanted.get("name"), wanted.get("version")
        if isinstance(name, str) and isinstance(version, str) and (name, version) in exact:
            yield exact[(name, version)]
        elif isinstance(name, str):
            yield from names.get(name, ())


def _component(package: _Package, location: Location, ref: str, groups: frozenset[str]) -> Component:
    artefacts = [each for each in (package.archive, package.sdist, *package.wheels) if each is not None]
    addresses = [address for each in artefacts if (address := each.url or each.path)]
    origin = Origin.REGISTRY
    if package.vcs is not None:
        repository = package.vcs.url or package.vcs.path or ""
        origin = Origin.GIT
        addresses.insert(0, f"{repository}#{package.vcs.commit}" if package.vcs.commit else repository)
    elif package.directory is not None:
        origin = Origin.PATH
        addresses.insert(0, package.directory.path)
    elif package.archive is not None:
        origin = Origin.URL if package.archive.url else Origin.PATH
    if package.index:
        addresses.append(package.index)
    return Component(
        name=package.name,
        version=package.version or None,
        purl=python.purl(package.name, package.version),
        location=location,
        scope=_scope(package.marker, groups),
        origin=origin,
        digests=tuple(f"{name.lower()}:{value}" for each in artefacts for name, value in each.hashes.items()),
        source_url=addresses[0] if addresses else None,
        ref=ref,
        urls=tuple(addresses[1:]),
        published=times.latest(each.uploaded for each in artefacts),
    )


def _scope(marker: str, default_groups: frozenset[str]) -> Scope:
    """What a marker demands: a group, or an extra, in each of its alternatives. In doubt it is needed at run time."""
    scopes = {_alternative(part, default_groups) for part in re.split(r"\bor\b", marker)}
    return next(scope for scope in (Scope.RUNTIME, Scope.OPTIONAL, Scope.DEVELOPMENT) if scope in scopes)


def _alternative(part: str, default_groups: frozenset[str]) -> Scope:
    members = _MEMBER.findall(part)
    if not members or any(name in default_groups for name, kind in members if kind == "dependency_groups"):
        return Scope.RUNTIME
    return Scope.OPTIONAL if any(kind == "extras" for _, kind in members) else Scope.DEVELOPMENT
