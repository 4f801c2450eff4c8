"""conda-lock's `conda-lock.yml`, version 1.

Spec: https://conda.github.io/conda-lock/output/; the fields are those of conda_lock/lockfile/v1/models.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Scope
from scanner.parsers import conda_package, entries, graphs, python
from scanner.parsers.source import Source


class _Package(msgspec.Struct):
    name: entries.Words
    version: entries.Words
    manager: str = "conda"
    platform: str = ""
    url: str = ""
    hash: dict[str, str | None] = {}
    category: str = "main"
    optional: str = "false"
    dependencies: Any = None


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package, once for each platform that it is locked for."""
    document = entries.from_yaml(source)
    if "package" not in document:
        raise InputError("it has no package list: not a conda-lock.yml", where=source.path)
    needs: dict[str, list[str]] = {}
    for number, raw in enumerate(entries.elements(document["package"], where=f"{source.path}: package")):
        where = f"{source.path}: package/{number}"
        try:
            package = entries.read(raw, _Package, where=where)
            yield _component(package, source)
        except InputError as error:
            yield entries.problem(error, where=where)
            continue
        named = package.dependencies if isinstance(package.dependencies, dict) else {}
        needs.setdefault(_ref(package), []).extend(f"{package.platform}/{name}" for name in named)

    def edges() -> Mapping[str, Sequence[str]]:
        # Virtual packages (`__glibc`) and what the solver left out stand in no lock.
        found = {ref: [need for need in wanted if need in needs] for ref, wanted in needs.items()}
        return graphs.rooted(found, needs, ())

    yield Graph(roots=(graphs.ROOT,), edges=edges)
    yield from entries.repeated_keys(document, source)


def _ref(package: _Package) -> str:
    return f"{package.platform}/{package.name}"


def _component(package: _Package, source: Source) -> Component:
    origin = Origin.REGISTRY
    if package.manager == "conda":
        purl = conda_package.purl_of_file(package.url, package.name, package.version)
    elif package.manager == "pip":
        purl = python.purl(package.name, package.version)
        if package.url.startswith("git+"):
            origin = Origin.GIT
    else:
        raise InputError(f"unknown manager {package.manager[:200]!r}")
    scope = Scope.RUNTIME
    if package.category == "dev":
        scope = Scope.DEVELOPMENT
    elif package.optional.lower() == "true":
        scope = Scope.OPTIONAL
    return Component(
        name=package.name,
        version=package.version,
        purl=purl,
        location=Location(source.path, needle=package.url or f"name: {package.name}"),
        scope=scope,
        origin=origin,
        digests=tuple(f"{algorithm}:{value}" for algorithm, value in sorted(package.hash.items()) if value),
        source_url=package.url or None,
        ref=_ref(package),
    )
