"""NuGet `project.assets.json`: what the restore of one project resolved, in its `obj` folder.

Spec: https://learn.microsoft.com/nuget/concepts/package-installation-process#the-assets-file
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope, Subject
from scanner.parsers import entries, npm_json, nuget
from scanner.parsers.source import Source

_ROOT = "."


class _Library(msgspec.Struct):
    type: str = "package"
    sha512: str | None = None
    path: str | None = None


class _Direct(msgspec.Struct):
    version: str | None = None
    suppress_parent: str | None = msgspec.field(name="suppressParent", default=None)


class _Download(msgspec.Struct):
    name: str
    version: str | None = None


class _Framework(msgspec.Struct):
    dependencies: dict[str, _Direct] = {}
    downloads: list[_Download] = msgspec.field(name="downloadDependencies", default_factory=list)


class _Restore(msgspec.Struct):
    name: str | None = msgspec.field(name="projectName", default=None)


class _Project(msgspec.Struct):
    version: str | None = None
    restore: _Restore = msgspec.field(default_factory=_Restore)
    frameworks: dict[str, _Framework] = {}


def parse(source: Source) -> Iterator[Item]:
    """Yield the project, each resolved library and downloaded pack, and who needs whom."""
    document, repeated = npm_json.decode(source.data, source.path)
    yield from repeated
    if not isinstance(document, dict) or "libraries" not in document:
        raise InputError("no libraries: not an assets file", where=source.path)
    project = _Project()
    try:
        for meaning in entries.meanings(document.get("project", {})):
            project = entries.read(meaning, _Project, where=f"{source.path}: project")
    except InputError as error:
        yield entries.problem(error, where=source.path)
    if project.restore.name:
        yield _subject(project.restore.name, project.version, source)
    direct = {name.lower(): item for each in project.frameworks.values() for name, item in each.dependencies.items()}
    keys: dict[str, list[str]] = {}
    for key, value in entries.items(document["libraries"], where=f"{source.path}: libraries"):
        try:
            library: _Library = entries.read(value, _Library, where=f"{source.path}: libraries/{key}")
        except InputError as error:
            yield entries.problem(error, where=source.path)
            continue
        component = _component(key, library, direct, source)
        keys.setdefault(component.name.lower(), []).append(key)
        yield component
        if library.sha512 and not component.digests:
            yield Problem(where=source.path, what=f"sha512 of {key} is not a SHA-512 in base64")
    yield from _downloads(project, source)
    targets: nuget.Targets = []
    yield from nuget.read_targets(document.get("targets", {}), targets, source)
    asked = [*_groups(document.get("projectFileDependencyGroups")), *direct]
    roots = [key for name in dict.fromkeys(asked) for key in keys.get(name, ())]
    yield Graph(roots=(_ROOT,), edges=lambda: {_ROOT: roots, **nuget.edges(targets)})


def _subject(name: str, version: str | None, source: Source) -> Subject:
    return Subject(
        component=Component(
            name=name,
            version=version,
            purl=nuget.purl(name, version),
            location=Location(source.path, needle='"projectName"'),
            origin=Origin.WORKSPACE,
            ref=_ROOT,
        )
    )


def _groups(value: Any) -> Iterator[str]:
    """Names of what the project file asks for, projects too: "Name >= 1.0". Only the graph's roots hang on them."""
    if isinstance(value, dict):
        for group in value.values():
            if isinstance(group, list):
                yield from (text.split()[0].lower() for text in group if isinstance(text, str) and text.split())


def _component(key: str, library: _Library, direct: dict[str, _Direct], source: Source) -> Component:
    name, version = nuget.split(key)
    project = library.type == "project"
    asked = direct.get(name.lower())
    # PrivateAssets="all" in the project file.
    private = asked is not None and (asked.suppress_parent or "").lower() == "all"
    return Component(
        name=name,
        version=version,
        constraint=None if version else "*",
        purl=nuget.purl(name, version),
        location=Location(source.path, needle=f'"{key}"'),
        scope=Scope.DEVELOPMENT if private else Scope.RUNTIME,
        origin=Origin.WORKSPACE if project else Origin.REGISTRY,
        digests=nuget.sha512(library.sha512),
        source_url=library.path if project else None,
        ref=key,
    )


def _downloads(project: _Project, source: Source) -> Iterator[Component]:
    """Packs that the SDK fetches beside the packages: reference assemblies, hosts."""
    wanted = {(pack.name, pack.version): pack for each in project.frameworks.values() for pack in each.downloads}
    for pack in wanted.values():
        version, constraint = nuget.requirement(pack.version)
        yield Component(
            name=pack.name,
            version=version,
            constraint=constraint,
            purl=nuget.purl(pack.name, version),
            location=Location(source.path, needle=f'"{pack.name}"'),
            scope=Scope.DEVELOPMENT,
            ref=f"download:{pack.name}/{pack.version}",
        )
