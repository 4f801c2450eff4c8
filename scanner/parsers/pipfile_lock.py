"""`Pipfile.lock`, version 6 of its specification.

Format: https://pipenv.pypa.io/en/latest/pipfile.html#example-pipfile-lock; one object for each category of packages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Origin, Problem, Scope
from scanner.parsers import python, tables
from scanner.parsers.source import Source


class _Index(msgspec.Struct, frozen=True):
    url: str
    name: str = ""


class _Package(msgspec.Struct, frozen=True):
    version: str | None = None
    hashes: tuple[str, ...] = ()
    index: str | None = None
    git: str | None = None
    ref: str | None = None
    path: str | None = None
    file: str | None = None


_SCOPES = {"default": Scope.RUNTIME, "develop": Scope.DEVELOPMENT}


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package of each category."""
    said: set[Item] = set()
    for document in tables.json_readings(source, dict[str, Any]):
        if isinstance(document, Problem):
            yield document
            continue
        for item in _document(document, source):
            if item not in said:
                said.add(item)
                yield item


def _document(document: dict[str, Any], source: Source) -> Iterator[Item]:
    meta = document.get("_meta")
    listed = meta.get("sources") if isinstance(meta, dict) else None
    indexes, problems = tables.rows(listed, _Index, path=source.path, place="_meta/sources")
    addresses = {index.name: index.url for _, index in indexes}
    default = document.get("default")
    needed = frozenset(default) if isinstance(default, dict) else frozenset()
    for category, packages in document.items():
        if category == "_meta":
            continue
        if not isinstance(packages, dict):
            yield Problem(where=f"{source.path}: {category[:100]}", what="not an object of packages")
            continue
        for name, entry in packages.items():
            # What is needed at run time, too, is not for development only.
            scope = Scope.RUNTIME if name in needed else _SCOPES.get(category, Scope.OPTIONAL)
            try:
                yield _component(name, msgspec.convert(entry, _Package), addresses, scope, source.path)
            except (msgspec.ValidationError, InputError) as error:
                where = f"{source.path}: {category[:100]}/{name[:200]}"
                yield Problem(where=where, what=f"unexpected content: {error}")
    yield from problems


def _component(name: str, package: _Package, indexes: dict[str, str], scope: Scope, path: str) -> Component:
    if not name:
        raise InputError("a package without a name")
    specifier = (package.version or "").strip()
    version = None if specifier == "*" else python.pinned(specifier)
    origin, address = Origin.REGISTRY, indexes.get(package.index or "")
    if package.git is not None:
        origin, address = Origin.GIT, package.git + (f"#{package.ref}" if package.ref else "")
    elif package.path is not None:
        origin, address = Origin.PATH, package.path
    elif package.file is not None:
        origin, address = python.origin_of(package.file), package.file
    constraint = None
    if version is None and origin is Origin.REGISTRY:
        constraint = specifier or "*"
    return Component(
        name=name,
        version=version,
        constraint=constraint,
        purl=python.purl(name, version),
        location=Location(path, None, f'"{name}": {{'),
        scope=scope,
        origin=origin,
        digests=package.hashes,
        source_url=address,
    )
