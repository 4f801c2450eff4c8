"""Composer's `composer.lock`.

Format: https://github.com/composer/composer, src/Composer/Package/Locker.php. Aliases are other versions under which
a package passes, and what it replaces or provides is not installed: neither is a component.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope, Subject
from scanner.parsers import composer, graphs, tables
from scanner.parsers.source import Source
from scanner.shape import json_text


class _Lock(msgspec.Struct, frozen=True, rename={"development": "packages-dev"}):
    packages: Any = None
    development: Any = None


class _Project(msgspec.Struct, frozen=True, rename={"require_dev": "require-dev"}):
    name: str | None = None
    version: str | None = None
    require: dict[str, Any] | list[Any] = {}
    require_dev: dict[str, Any] | list[Any] = {}


def parse(source: Source) -> Iterator[Item]:
    """Yield the project, where its composer.json lies beside the lock, and each locked package."""
    project = _project(source)
    if project is not None and project.name:
        yield Subject(component=_subject(project.name, project.version, source.path))
    gathered = composer.Gathered(source.path)
    for document in tables.json_readings(source, _Lock):
        if isinstance(document, Problem):
            yield document
            continue
        if document.packages is None:
            yield Problem(where=source.path, what="there is no list of packages")
        yield from gathered.add("packages", document.packages, lambda _: Scope.RUNTIME)
        yield from gathered.add("packages-dev", document.development, lambda _: Scope.DEVELOPMENT)

    def edges() -> Mapping[str, Sequence[str]]:
        names = gathered.names()
        direct = composer.targets([*project.require, *project.require_dev], names) if project is not None else ()
        return graphs.rooted(gathered.edges(), (ref for _, ref in gathered.packages), direct)

    if gathered.packages:
        yield Graph(roots=(graphs.ROOT,), edges=edges)


def _project(source: Source) -> _Project | None:
    path = posixpath.join(posixpath.dirname(source.path), "composer.json")
    data = source.sibling(path)
    if data is None:
        return None
    try:
        return json_text.typed(data, _Project, where=path)
    except InputError:
        return None  # it only tells the lock's name and what is asked for directly


def _subject(name: str, version: str | None, path: str) -> Component:
    return Component(
        name=name,
        version=version,
        purl=composer.purl(name, version),
        location=Location(path),
        origin=Origin.WORKSPACE,
        ref=graphs.ROOT,
    )
