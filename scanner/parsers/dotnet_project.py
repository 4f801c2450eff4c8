"""NuGet packages of .NET project files: `*.csproj`, `*.fsproj`, `*.vbproj`, `Directory.*.props`.

Spec: https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files and
https://learn.microsoft.com/nuget/consume-packages/central-package-management

Each file yields what it declares itself; versions and properties may come from the props files above it. Conditions
are not decided: every branch counts. References to other projects are no packages and yield nothing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope, Subject
from scanner.parsers import msbuild, nuget
from scanner.parsers.msbuild import Evaluation
from scanner.parsers.source import Source
from scanner.parsers.xml_tree import Element

_ROOT = "."
_MOST_VERSIONS = 8
"""Of one package, chosen between by conditions."""
_DEVELOPMENT = frozenset(("GlobalPackageReference", "PackageDownload", "DotNetCliToolReference"))
_PROPS = (msbuild.BUILD_PROPS.lower(), msbuild.PACKAGE_PROPS.lower())


def parse(source: Source) -> Iterator[Item]:
    """Yield the project, each package it asks for, and the SDKs that build it."""
    folder, file = posixpath.split(source.path)
    evaluation = Evaluation(source.sibling)
    evaluation.properties["msbuildprojectname"] = (file.rpartition(".")[0],)
    is_props = file.lower() in _PROPS
    # The order in which MSBuild takes them in: central versions use the properties of the build, projects use both.
    if file.lower() == msbuild.BUILD_PROPS.lower():
        failure = evaluation.load(source.path, source.data)
        evaluation.load_above(msbuild.PACKAGE_PROPS, folder)
    else:
        evaluation.load_above(msbuild.BUILD_PROPS, folder)
        if not is_props:
            evaluation.load_above(msbuild.PACKAGE_PROPS, folder)
        failure = evaluation.load(source.path, source.data)
    yield from evaluation.problems
    if not is_props and source.path in evaluation.roots:
        yield _project(evaluation, source)
    refs: list[str] = []
    for item in _packages(evaluation, source, is_props=is_props):
        if isinstance(item, Component):
            refs.append(item.ref)
        yield item
    if not is_props:
        yield Graph(roots=(_ROOT,), edges=lambda: {_ROOT: refs})
    if failure is not None:
        raise failure


def _project(evaluation: Evaluation, source: Source) -> Subject:
    stem = posixpath.basename(source.path).rpartition(".")[0]
    named = [evaluation.properties.get(key, ()) for key in ("packageid", "assemblyname")]
    name = next((values[0] for values in named if len(values) == 1 and values[0]), stem)
    versions = evaluation.properties.get("version", ())
    version = versions[0] if len(versions) == 1 and versions[0] else None
    return Subject(
        component=Component(
            name=name,
            version=version,
            purl=nuget.purl(name, version),
            location=Location(source.path, evaluation.roots[source.path].line),
            origin=Origin.WORKSPACE,
            ref=_ROOT,
        )
    )


def _packages(evaluation: Evaluation, source: Source, *, is_props: bool) -> Iterator[Component | Problem]:
    wanted = [item for item in evaluation.items if item.kind in ("PackageReference", "PackageVersion", *_DEVELOPMENT)]
    for item in wanted:
        if _is_ours(item.path, source) and not any(map(item.metadata, ("Include", "Update", "Remove"))):
            yield Problem(where=item.path, what=f"a {item.kind} without name", line=item.element.line)
    items = list(evaluation.packages(wanted))
    central: dict[str, dict[str, None]] = {}
    updated: dict[str, dict[str, None]] = {}
    included: set[str] = set()
    for name, item in items:
        version = item.metadata("Version")
        if item.kind == "PackageVersion":
            _remember(central, name, version)
        elif item.kind == "PackageReference" and item.metadata("Include") is None:
            _remember(updated, name, version)
        elif item.kind == "PackageReference" and _is_ours(item.path, source):
            included.add(name.lower())
    for name, item in items:
        if not _is_ours(item.path, source) or (item.kind == "PackageVersion" and not is_props):
            continue
        # An update of what is included here says the version of that; any other is itself the only mention here.
        update = item.kind == "PackageReference" and item.metadata("Include") is None
        if not (update and name.lower() in included):
            yield from _package(name, item, (updated.get(name.lower()), central.get(name.lower())), evaluation)
    for path, root in evaluation.roots.items():
        if _is_ours(path, source):
            yield from _sdks(root, path, evaluation)


def _is_ours(path: str, source: Source) -> bool:
    """A props file is a source of its own: its packages are not repeated for every project below it."""
    return path == source.path or posixpath.basename(path).lower() not in _PROPS


def _remember(versions: dict[str, dict[str, None]], name: str, version: str | None) -> None:
    known = versions.setdefault(name.lower(), {})
    if version and len(known) < _MOST_VERSIONS:
        known[version] = None


def _package(
    name: str, item: msbuild.Item, elsewhere: tuple[dict[str, None] | None, ...], evaluation: Evaluation
) -> Iterator[Component | Problem]:
    own = item.metadata("VersionOverride") or item.metadata("Version")
    written = [own] if own else list(next(filter(None, elsewhere), {}))
    if item.kind == "PackageDownload":
        written = [part for text in written for part in text.split(";")]
    private = (item.metadata("PrivateAssets") or "").lower().replace(" ", "").split(";")
    development = item.kind in _DEVELOPMENT or "all" in private
    yield from _versions(name, written, item.path, item.element.line, evaluation, development=development)


def _sdks(root: Element, path: str, evaluation: Evaluation) -> Iterator[Component | Problem]:
    """Project SDKs are packages whose code runs in the build. One without version comes with the tools."""
    found = [(sdk, root.line) for sdk in root.attributes.get("Sdk", "").split(";")]
    for child in root.children:
        name = {"Sdk": "Name", "Import": "Sdk"}.get(child.name)
        if name is not None and child.attributes.get(name):
            found.append((f"{child.attributes[name]}/{child.attributes.get('Version', '')}", child.line))
    for sdk, line in found:
        name, _, version = (part.strip() for part in sdk.partition("/"))
        if name and version:
            yield from _versions(name, [version], path, line, evaluation, development=True)


def _versions(
    name: str, written: list[str], path: str, line: int, evaluation: Evaluation, *, development: bool
) -> Iterator[Component | Problem]:
    """One component for each version that the conditions leave open."""
    resolved: dict[str, None] = {}
    for text in written or [""]:
        values = evaluation.expand(text)
        resolved.update(dict.fromkeys(value.strip() for value in values or ("*",)))
        if not values:
            yield Problem(
                where=path,
                what=f"version {text[:200]} of {name[:200]} cannot be resolved",
                line=line,
                hint="a property that no file of the target sets, or a property function",
            )
    for value in resolved:
        version, constraint = nuget.requirement(value)
        yield Component(
            name=name,
            version=version,
            constraint=constraint,
            purl=None if "$(" in name else nuget.purl(name, version),
            location=Location(path, line),
            scope=Scope.DEVELOPMENT if development else Scope.RUNTIME,
            ref=f"{path}:{line}:{name}@{value}",
        )
