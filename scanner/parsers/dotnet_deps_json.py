"""The `*.deps.json` that lies beside a built .NET program: what it loads at run time.

Spec: https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Subject
from scanner.parsers import entries, npm_json, nuget
from scanner.parsers.source import Source

_PACK = "runtimepack."
# `reference` is an assembly that was copied in by hand: no registry knows it by that name.
_ORIGINS = {"project": Origin.WORKSPACE, "reference": Origin.PATH, "referenceassembly": Origin.PATH}


class _Library(msgspec.Struct):
    type: str = "package"
    sha512: str | None = None


def parse(source: Source) -> Iterator[Item]:
    """Yield the program, each library, and who needs whom."""
    document, repeated = npm_json.decode(source.data, source.path)
    yield from repeated
    if not isinstance(document, dict) or document.keys().isdisjoint(("libraries", "targets")):
        raise InputError("neither libraries nor targets: not a .deps.json", where=source.path)
    program = posixpath.basename(source.path).removesuffix(".deps.json").lower()
    roots: list[str] = []
    known: set[str] = set()
    for key, value in entries.items(document.get("libraries", {}), where=f"{source.path}: libraries"):
        known.add(key)
        try:
            library: _Library = entries.read(value, _Library, where=f"{source.path}: libraries/{key}")
        except InputError as error:
            yield entries.problem(error, where=source.path)
            continue
        component = _component(key, library, source)
        # Several projects are built into one program: the file is named after the one that starts.
        if library.type == "project" and component.name.lower() == program and not roots:
            roots.append(component.ref)
            yield Subject(component=component)
        else:
            yield component
        if library.sha512 and not component.digests:
            yield Problem(where=source.path, what=f"sha512 of {key} is not a SHA-512 in base64")
    targets: nuget.Targets = []
    yield from nuget.read_targets(document.get("targets", {}), targets, source)
    for key in dict.fromkeys(key for libraries in targets for key, _ in libraries):
        if key not in known:
            # Loaded, though the list of libraries keeps silent about it.
            yield _component(key, _Library(), source)
    yield Graph(roots=tuple(roots), edges=lambda: nuget.edges(targets))


def _component(key: str, library: _Library, source: Source) -> Component:
    name, version = nuget.split(key)
    if library.type == "runtimepack":
        # The SDK writes its own prefix before the name of the package that holds the runtime.
        name = name.removeprefix(_PACK)
    return Component(
        name=name,
        version=version,
        constraint=None if version else "*",
        purl=nuget.purl(name, version),
        location=Location(source.path, needle=f'"{key}"'),
        origin=_ORIGINS.get(library.type.lower(), Origin.REGISTRY),
        digests=nuget.sha512(library.sha512),
        ref=key,
    )
