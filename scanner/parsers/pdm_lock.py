"""`pdm.lock`, lock versions 3 to 4.5.

Format: https://github.com/pdm-project/pdm, src/pdm/project/lockfile. A package that is asked for with extras stands
a second time, with `extras`, and depends on itself without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Scope, Subject
from scanner.parsers import graphs, python, python_lock, python_project, tables
from scanner.parsers.source import Source


class _File(msgspec.Struct, frozen=True, gc=False):
    hash: str
    url: str | None = None


class _Package(msgspec.Struct, frozen=True):
    name: tables.Name
    version: str | None = None
    groups: tuple[str, ...] = ("default",)
    extras: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    files: tuple[_File, ...] = ()
    git: str | None = None
    hg: str | None = None
    ref: str | None = None
    revision: str | None = None
    path: str | None = None
    url: str | None = None


_WORDS = ("dev", "test", "lint", "doc", "typing", "ci")


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package once, whatever extras it is asked with."""
    document = tables.toml_document(source)
    found, problems = tables.toml_rows(document, "package", _Package)
    project = python_project.beside(source)
    metadata = tables.table(document.tables, "metadata")
    older = {key: _files(value) for key, value in tables.table(metadata, "files").items()}
    given = graphs.Refs()
    refs: dict[tuple[str, str | None], str] = {}
    kept: list[tuple[Location, _Package, str]] = []
    # With extras last: they only add to the edges of the package itself.
    for location, package in sorted(found, key=lambda pair: bool(pair[1].extras)):
        key = (python.normalised(package.name), package.version)
        if package.extras and key in refs:
            continue
        refs[key] = ref = given.unique(f"{package.name} {package.version or ''}".strip())
        kept.append((location, package, ref))
    names = graphs.by_name((python.normalised(package.name), ref) for _, package, ref in kept)

    def edges() -> Mapping[str, Sequence[str]]:
        inner: dict[str, list[str]] = {ref: [] for *_, ref in kept}
        for _, package in found:
            ref = refs[(python.normalised(package.name), package.version)]
            inner[ref].extend(to for name in _names(package) for to in names.get(name, ()) if to != ref)
        return graphs.rooted(inner, (ref for *_, ref in kept), python_lock.direct(project, names))

    groups = _development(project)
    if project is not None and project.name is not None:
        yield Subject(component=python_lock.subject(project, source.path))
    for location, package, ref in kept:
        files = package.files or older.get(f"{package.name} {package.version}", ())
        yield _component(package, location, ref, files, groups)
    yield from problems
    if kept:
        yield Graph(roots=(graphs.ROOT,), edges=edges)
    if document.broken is not None:
        raise document.broken


def _names(package: _Package) -> Iterator[str]:
    for text in package.dependencies:
        try:
            wanted = python.requirement(text)
        except InputError:
            continue  # of an edge only: the package that it means is in the lock itself
        yield python.normalised(wanted.name or "")


def _files(value: object) -> tuple[_File, ...]:
    try:
        return msgspec.convert(value or (), tuple[_File, ...])
    except msgspec.ValidationError:
        return ()


def _development(project: python_project.Project | None) -> frozenset[str] | None:
    """The groups that the project declares as development; `None` when there is no project to ask."""
    if project is None:
        return None
    return frozenset(item.group for item in project.declared if item.scope is Scope.DEVELOPMENT)


def _scope(groups: Sequence[str], development: frozenset[str] | None) -> Scope:
    if "default" in groups or not groups:
        return Scope.RUNTIME
    if development is None:
        named = all(group.lower().startswith(_WORDS) for group in groups)
    else:
        named = development.issuperset(groups)
    return Scope.DEVELOPMENT if named else Scope.OPTIONAL


def _component(
    package: _Package, location: Location, ref: str, files: tuple[_File, ...], development: frozenset[str] | None
) -> Component:
    origin = Origin.REGISTRY
    addresses = tuple(file.url for file in files if file.url)
    address = addresses[0] if addresses else None
    repository = package.git or package.hg
    if repository:
        commit = package.revision or package.ref
        origin, address = Origin.GIT, f"{repository}#{commit}" if commit else repository
    elif package.path:
        origin, address = Origin.PATH, package.path
    elif package.url:
        origin, address = Origin.URL, package.url
    return Component(
        name=package.name,
        version=package.version or None,
        purl=python.purl(package.name, package.version),
        location=location,
        scope=_scope(package.groups, development),
        origin=origin,
        digests=tuple(file.hash for file in files),
        source_url=address,
        ref=ref,
        urls=tuple(each for each in addresses if each != address),
    )
