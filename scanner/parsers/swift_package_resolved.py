"""SwiftPM `Package.resolved`, versions 1 to 3.

The fields are those of SwiftPM's PinsStore:
https://github.com/swiftlang/swift-package-manager/blob/main/Sources/PackageGraph/ResolvedPackagesStore.swift
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Origin
from scanner.model.purl import Purl
from scanner.parsers import entries, git_address
from scanner.parsers.source import Source


class _State(msgspec.Struct):
    version: str | None = None
    revision: str | None = None
    branch: str | None = None


class _Pin(msgspec.Struct):
    """A pin of any version: the first one says `package` and `repositoryURL`."""

    identity: str | None = None
    package: str | None = None
    location: str | None = None
    repository: str | None = msgspec.field(name="repositoryURL", default=None)
    kind: str = "remoteSourceControl"
    state: _State = msgspec.field(default_factory=_State)


def parse(source: Source) -> Iterator[Item]:
    """Yield each pinned package."""
    document = entries.from_json(source)
    holder: Any = document.get("object", document)
    if not isinstance(holder, dict) or "pins" not in holder:
        raise InputError("it has no pins: not a Package.resolved", where=source.path)
    for number, raw in enumerate(entries.elements(holder["pins"], where=f"{source.path}: pins")):
        where = f"{source.path}: pins/{number}"
        try:
            yield _component(entries.read(raw, _Pin, where=where), source)
        except InputError as error:
            yield entries.problem(error, where=where)
    yield from entries.repeated_keys(document, source)


def _component(pin: _Pin, source: Source) -> Component:
    identity = pin.identity or pin.package
    address = pin.location or pin.repository or None
    if not identity:
        raise InputError("it names no package")
    # A branch or a bare revision: what was taken is a commit, which no release number describes.
    version = pin.state.version or pin.state.revision or None
    origin = Origin.REGISTRY if pin.state.version else Origin.GIT
    name, purl = identity, Purl("swift", None, identity, version)
    found = git_address.remote(address) if address else None
    if pin.kind == "registry":
        scope, dot, rest = identity.partition(".")
        purl = Purl("swift", scope, rest, version) if dot else purl
    elif pin.kind in ("localSourceControl", "fileSystem"):
        origin = Origin.PATH
    elif found is not None:
        owner, _, repository = found.path.rpartition("/")
        host = found.host.partition(":")[0]
        namespace = f"{host}/{owner}" if owner else host
        name, purl = f"{host}/{found.path}", Purl("swift", namespace, repository, version)
    return Component(
        name=name,
        version=version,
        constraint=None if version else pin.state.branch or "*",
        purl=purl,
        location=Location(source.path, needle=f'"{identity}"'),
        origin=origin,
        source_url=git_address.pinned(address, pin.state.revision) if address else None,
        alias=identity if identity.lower() != purl.name.lower() and name != identity else None,
    )
