"""`poetry.lock`, lock versions 0 to 2.

Format: https://github.com/python-poetry/poetry, src/poetry/packages/locker.py. Up to Poetry 1.4 an entry has a
`category`, since 2.0 it has `groups`; between them nothing says what is for development, and the project file does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.model.component import Component, Graph, Item, Location, Origin, Scope, Subject
from scanner.parsers import graphs, python, python_lock, python_project, tables
from scanner.parsers.source import Source


class _File(msgspec.Struct, frozen=True, gc=False):
    hash: str
    file: str = ""


class _Origin(msgspec.Struct, frozen=True, gc=False):
    type: str = ""
    url: str = ""
    reference: str = ""
    resolved_reference: str = ""


class _Package(msgspec.Struct, frozen=True):
    name: tables.Name
    version: str
    category: str | None = None
    groups: tuple[str, ...] | None = None
    optional: bool = False
    files: tuple[_File, ...] = ()
    dependencies: dict[str, Any] = {}
    source: _Origin | None = None


_ORIGINS = {"git": Origin.GIT, "directory": Origin.PATH, "file": Origin.PATH, "url": Origin.URL}


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package."""
    document = tables.toml_document(source)
    found, problems = tables.toml_rows(document, "package", _Package)
    older = _Metadata(document.tables)
    project = python_project.beside(source)
    given = graphs.Refs()
    packages = [(location, package, given.unique(f"{package.name} {package.version}")) for location, package in found]
    names = graphs.by_name((python.normalised(package.name), ref) for _, package, ref in packages)

    def edges() -> Mapping[str, Sequence[str]]:
        inner = {
            ref: [to for name in package.dependencies for to in names.get(python.normalised(name), ())]
            for _, package, ref in packages
        }
        return graphs.rooted(inner, (ref for *_, ref in packages), python_lock.direct(project, names))

    silent = all(package.category is None and package.groups is None for _, package, _ in packages)
    scopes = python_lock.scopes(project, names, edges()) if silent and project is not None else {}
    if project is not None and project.name is not None:
        yield Subject(component=python_lock.subject(project, source.path))
    for location, package, ref in packages:
        yield _component(package, location, ref, older, scopes.get(ref))
    yield from problems
    if packages:
        yield Graph(roots=(graphs.ROOT,), edges=edges)
    if document.broken is not None:
        raise document.broken


def _component(package: _Package, location: Location, ref: str, older: _Metadata, scope: Scope | None) -> Component:
    origin, address, urls = Origin.REGISTRY, None, ()
    if package.source is not None and package.source.url:
        address = package.source.url
        origin = _ORIGINS.get(package.source.type, Origin.REGISTRY)
        commit = package.source.resolved_reference or package.source.reference
        if origin is Origin.GIT and commit:
            address = f"{address}#{commit}"
    digests = tuple(file.hash for file in package.files) or older.digests(package.name, package.version)
    return Component(
        name=package.name,
        version=package.version or None,
        purl=python.purl(package.name, package.version),
        location=location,
        scope=scope if scope is not None else _scope(package),
        origin=origin,
        digests=digests,
        source_url=address,
        urls=urls,
        ref=ref,
    )


def _scope(package: _Package) -> Scope:
    groups = (package.category or "main",) if package.groups is None else package.groups
    if "main" not in groups:
        return Scope.DEVELOPMENT
    return Scope.OPTIONAL if package.optional else Scope.RUNTIME


class _Metadata:
    """Digests as older locks give them, in one table at the end, by name only.

    Two versions of one package share a list: a file's name says whose it is. Each list is taken apart once, however
    many entries ask for it.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        metadata = tables.table(document, "metadata")
        self._found: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, value in tables.table(metadata, "files").items():
            self._found[python.normalised(name)] = self._by_version(value)
        for name, value in tables.table(metadata, "hashes").items():
            digests = (
                [f"sha256:{digest}" for digest in value if isinstance(digest, str)] if isinstance(value, list) else []
            )
            self._found[python.normalised(name)] = {"": tuple(digests)}

    @staticmethod
    def _by_version(value: object) -> dict[str, tuple[str, ...]]:
        """Lower-case version → digests; "" for files that do not say theirs."""
        try:
            files = msgspec.convert(value, tuple[_File, ...])
        except msgspec.ValidationError:
            return {}
        found: dict[str, list[str]] = {}
        for file in files:
            found.setdefault((python.artefact(file.file)[1] or "").lower(), []).append(file.hash)
        return {version: tuple(digests) for version, digests in found.items()}

    def digests(self, name: str, version: str) -> tuple[str, ...]:
        """Those of the version, else those of which nothing says whose they are."""
        found = self._found.get(python.normalised(name), {})
        return found.get(version.lower()) or found.get("", ())
