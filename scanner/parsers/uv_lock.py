"""`uv.lock`, also of scripts (`*.py.lock`).

Format: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile (not specified further); source of truth:
https://github.com/astral-sh/uv, crates/uv-resolver/src/lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.model.component import Component, Graph, Item, Location, Origin, Scope, Subject
from scanner.parsers import graphs, python, tables
from scanner.parsers.source import Source
from scanner.shape import times


class _Dependency(msgspec.Struct, frozen=True, gc=False):
    name: str
    version: str | None = None


class _Artefact(msgspec.Struct, frozen=True, rename={"uploaded": "upload-time"}):
    url: str | None = None
    path: str | None = None
    hash: str | None = None
    uploaded: Any = None


class _Source(msgspec.Struct, frozen=True, gc=False):
    registry: str | None = None
    git: str | None = None
    url: str | None = None
    path: str | None = None
    directory: str | None = None
    editable: str | None = None
    virtual: str | None = None


_Groups = dict[str, tuple[_Dependency, ...]]


class _Package(msgspec.Struct, frozen=True, rename={"optional": "optional-dependencies", "dev": "dev-dependencies"}):
    name: tables.Name
    source: _Source
    version: str | None = None
    dependencies: tuple[_Dependency, ...] = ()
    optional: _Groups = {}
    dev: _Groups = {}
    sdist: _Artefact | None = None
    wheels: tuple[_Artefact, ...] = ()

    @property
    def folder(self) -> str | None:
        """Of a package that is not fetched but lies here."""
        source = self.source
        return next((each for each in (source.editable, source.virtual, source.directory) if each is not None), None)


class _Manifest(msgspec.Struct, frozen=True):
    members: frozenset[str] = frozenset()
    requirements: tuple[_Dependency, ...] = ()


class _Known(msgspec.Struct, frozen=True):
    location: Location
    package: _Package
    ref: str


def parse(source: Source) -> Iterator[Item]:
    """Yield the project and each locked package."""
    document = tables.toml_document(source)
    found, problems = tables.toml_rows(document, "package", _Package)
    manifests, refused = tables.rows(
        [tables.table(document.tables, "manifest")], _Manifest, path=source.path, place="manifest"
    )
    manifest = manifests[0][1] if manifests else _Manifest()
    given = graphs.Refs()
    known: list[_Known] = []
    owned = False
    for location, package in found:
        own = package.folder == "." and not owned
        owned = owned or own
        ref = graphs.ROOT if own else given.unique(f"{package.name} {package.version or ''}".strip())
        known.append(_Known(location, package, ref))
    graph = _Graph(known, manifest)
    scopes = graph.scopes()
    for item in known:
        component = _component(item, manifest, scopes.get(item.ref, Scope.RUNTIME))
        yield Subject(component=component) if item.ref == graphs.ROOT else component
    yield from problems
    yield from refused
    if known:
        yield Graph(roots=graph.roots, edges=graph.edges)
    if document.broken is not None:
        raise document.broken


def _component(item: _Known, manifest: _Manifest, scope: Scope) -> Component:
    package = item.package
    artefacts = (*((package.sdist,) if package.sdist is not None else ()), *package.wheels)
    addresses = tuple(address for each in artefacts if (address := each.url or each.path))
    origin, address = _origin(package, manifest)
    if origin is Origin.REGISTRY:
        address, addresses = (
            (addresses[0], (*addresses[1:], address)) if addresses and address else (address, addresses)
        )
    else:
        addresses = tuple(each for each in addresses if each != address)
    return Component(
        name=package.name,
        version=package.version or None,
        purl=python.purl(package.name, package.version),
        location=item.location,
        scope=scope,
        origin=origin,
        digests=tuple(each.hash for each in artefacts if each.hash),
        source_url=address,
        ref=item.ref,
        urls=addresses,
        published=times.latest(each.uploaded for each in artefacts),
    )


def _origin(package: _Package, manifest: _Manifest) -> tuple[Origin, str | None]:
    source = package.source
    if source.git is not None:
        return Origin.GIT, source.git
    if source.url is not None:
        return Origin.URL, source.url
    folder = package.folder
    if folder is not None:
        member = folder == "." or package.name in manifest.members
        return Origin.WORKSPACE if member else Origin.PATH, folder
    if source.path is not None:
        return Origin.PATH, source.path
    return Origin.REGISTRY, source.registry


class _Graph:
    """Who asks for whom. A dependency names a version only where the lock holds several."""

    def __init__(self, known: Sequence[_Known], manifest: _Manifest) -> None:
        self._known = known
        self._manifest = manifest
        self._names = graphs.by_name((item.package.name, item.ref) for item in known)
        self._versions = graphs.by_name((f"{item.package.name} {item.package.version}", item.ref) for item in known)
        self._members = [item for item in known if item.ref == graphs.ROOT or item.package.name in manifest.members]

    @property
    def roots(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((graphs.ROOT, *(item.ref for item in self._members))))

    def edges(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, Sequence[str]] = {}
        for item in self._known:
            package = item.package
            groups = (*package.optional.values(), *package.dev.values())
            found[item.ref] = self._refs([package.dependencies, *groups])
        if self._manifest.requirements:
            found[graphs.ROOT] = [*found.get(graphs.ROOT, ()), *self._refs([self._manifest.requirements])]
        return found

    def scopes(self) -> dict[str, Scope]:
        """By what reaches a package from the members: what they need, what is extra, what is for development."""
        edges = {ref: targets for ref, targets in self.edges().items() if ref not in self.roots}
        packages = [item.package for item in self._members]
        needed = self._refs([self._manifest.requirements, *(package.dependencies for package in packages)])
        extra = self._refs(group for package in packages for group in package.optional.values())
        development = self._refs(group for package in packages for group in package.dev.values())
        found: dict[str, Scope] = {}
        for scope, seeds in (
            (Scope.DEVELOPMENT, development),
            (Scope.OPTIONAL, extra),
            (Scope.RUNTIME, [*needed, *self.roots]),
        ):
            found.update(dict.fromkeys(graphs.reachable(edges, seeds), scope))
        return found

    def _refs(self, groups: Iterable[Sequence[_Dependency]]) -> list[str]:
        found: dict[str, None] = {}
        for group in groups:
            for one in group:
                exact = self._versions.get(f"{one.name} {one.version}", []) if one.version else []
                found.update((ref, None) for ref in exact or self._names.get(one.name, []))
        return list(found)
