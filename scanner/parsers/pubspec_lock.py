"""Dart and Flutter `pubspec.lock`.

Spec: https://dart.dev/tools/pub/glossary#lockfile; the fields are those that pub's lock_file.dart writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Origin, Scope
from scanner.model.purl import Purl
from scanner.parsers import entries, git_address
from scanner.parsers.source import Source


class _Description(msgspec.Struct):
    name: str | None = None
    url: str | None = None
    sha256: str | None = None
    path: str | None = None
    resolved_ref: str | None = msgspec.field(name="resolved-ref", default=None)


class _Entry(msgspec.Struct):
    source: str
    version: entries.Words
    description: Any = None
    dependency: str = ""


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package."""
    document = entries.from_yaml(source)
    if "packages" not in document:
        raise InputError("it has no packages: not a pubspec.lock", where=source.path)
    for name, raw in entries.items(document["packages"], where=f"{source.path}: packages"):
        try:
            yield _component(name, entries.read(raw, _Entry, where=f"{source.path}: packages/{name}"), source)
        except InputError as error:
            yield entries.problem(error, where=f"{source.path}: packages/{name}")
    yield from entries.repeated_keys(document, source)


def _component(key: str, entry: _Entry, source: Source) -> Component:
    where = f"{source.path}: packages/{key}/description"
    # `sdk` packages are described by the SDK's name alone.
    said = _Description()
    if isinstance(entry.description, dict):
        said = entries.read(entry.description, _Description, where=where)
    origin, address = Origin.REGISTRY, said.url
    if entry.source == "git":
        origin, address = Origin.GIT, git_address.pinned(said.url, said.resolved_ref) if said.url else None
    elif entry.source == "path":
        origin, address = Origin.PATH, said.path
    elif entry.source == "sdk":
        # Comes with the Flutter or Dart SDK; a package of the same name in the registry is another thing.
        origin, address = Origin.PATH, None
    elif entry.source != "hosted":
        raise InputError(f"unknown source {entry.source!r}", where=where)
    name = said.name or key
    if not name:
        raise InputError("it has no name", where=where)
    return Component(
        name=name,
        version=entry.version,
        purl=Purl("pub", None, name.lower(), entry.version),
        location=Location(source.path, needle=f"  {key}:"),
        scope=Scope.DEVELOPMENT if entry.dependency == "direct dev" else Scope.RUNTIME,
        origin=origin,
        digests=(f"sha256:{said.sha256}",) if said.sha256 else (),
        source_url=address,
        alias=key if key != name else None,
    )
