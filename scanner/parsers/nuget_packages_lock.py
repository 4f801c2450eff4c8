"""NuGet `packages.lock.json`, versions 1 and 2.

Spec: https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies

The packages of every target framework stand apart; what is equal in several of them is yielded once. A content hash
is the SHA-512 of the package without its signature: equal to that of the file only where nobody signed it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem
from scanner.parsers import entries, npm_json, nuget
from scanner.parsers.source import Source

_ROOT = "."


class _Package(msgspec.Struct):
    type: str = ""
    """Direct, Transitive, CentralTransitive or Project."""
    requested: str | None = None
    resolved: str | None = None
    content_hash: str | None = msgspec.field(name="contentHash", default=None)
    dependencies: dict[str, str] | None = None


def parse(source: Source) -> Iterator[Item]:
    """Yield each resolved package and project, and who needs whom."""
    document, repeated = npm_json.decode(source.data, source.path)
    yield from repeated
    if not isinstance(document, dict) or "dependencies" not in document:
        raise InputError("no dependencies: not a NuGet lock", where=source.path)
    frameworks: list[dict[str, _Package]] = []
    seen: set[tuple[str, str, str | None]] = set()
    for framework, packages in entries.items(document["dependencies"], where=f"{source.path}: dependencies"):
        where = f"{source.path}: dependencies/{framework}"
        found: dict[str, _Package] = {}
        try:
            for name, value in entries.items(packages, where=where):
                try:
                    package: _Package = entries.read(value, _Package, where=f"{where}/{name}")
                except InputError as error:
                    yield entries.problem(error, where=source.path)
                    continue
                found[name.lower()] = package
                yield from _component(name, package, seen, source)
        except InputError as error:
            yield entries.problem(error, where=source.path)
        frameworks.append(found)
    yield Graph(roots=(_ROOT,), edges=lambda: _edges(frameworks))


def _ref(name: str, package: _Package) -> str:
    return f"{name.lower()}/{package.resolved or package.type.lower()}"


def _component(
    name: str, package: _Package, seen: set[tuple[str, str, str | None]], source: Source
) -> Iterator[Component | Problem]:
    ref = _ref(name, package)
    if (ref, package.type, package.content_hash) in seen:
        return
    seen.add((ref, package.type, package.content_hash))
    project = package.type == "Project"
    version, constraint = package.resolved, None
    if version is None and not project:
        version, constraint = nuget.requirement(package.requested)
    digests = nuget.sha512(package.content_hash)
    if package.content_hash and not digests:
        yield Problem(where=source.path, what=f"contentHash of {name} is not a SHA-512 in base64")
    yield Component(
        name=name,
        version=version,
        constraint=constraint,
        purl=nuget.purl(name, version),
        location=Location(source.path, needle=f'"{name}"'),
        origin=Origin.WORKSPACE if project else Origin.REGISTRY,
        digests=digests,
        ref=ref,
    )


def _edges(frameworks: list[dict[str, _Package]]) -> dict[str, list[str]]:
    edges: dict[str, dict[str, None]] = {_ROOT: {}}
    for packages in frameworks:
        refs = {name: _ref(name, package) for name, package in packages.items()}
        for name, package in packages.items():
            if package.type in ("Direct", "Project"):
                edges[_ROOT][refs[name]] = None
            targets = edges.setdefault(refs[name], {})
            for dependency in package.dependencies or ():
                target = refs.get(dependency.lower())
                if target is not None:
                    targets[target] = None
    return {ref: list(targets) for ref, targets in edges.items()}
