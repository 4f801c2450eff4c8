"""Haskell `stack.yaml.lock`.

Spec: https://docs.haskellstack.org/en/stable/topics/lock_files/ and, for the locations inside,
https://docs.haskellstack.org/en/stable/topics/package_location/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Origin, Problem
from scanner.model.purl import Purl
from scanner.parsers import entries, git_address
from scanner.parsers.source import Source

_HACKAGE = re.compile(
    r"(?P<name>[^@\s]+)-(?P<version>\d[\d.]*)(?:@(?:sha256:(?P<sha256>[0-9a-f]+)(?:,\d+)?|rev:\d+))?\Z"
)


class _Completed(msgspec.Struct):
    hackage: str | None = None
    name: entries.Words | None = None
    version: entries.Words | None = None
    git: str | None = None
    hg: str | None = None
    commit: str | None = None
    url: str | None = None
    sha256: str | None = None


class _Package(msgspec.Struct):
    completed: _Completed


class _Snapshot(msgspec.Struct):
    original: Any = None
    completed: Any = None


def parse(source: Source) -> Iterator[Item]:
    """Yield each completed package; the snapshot's own packages stand in no lock, which is a `Problem`."""
    document = entries.from_yaml(source)
    if "packages" not in document and "snapshots" not in document:
        raise InputError("it has neither packages nor snapshots: not a stack.yaml.lock", where=source.path)
    for number, raw in enumerate(entries.elements(document.get("packages", []), where=f"{source.path}: packages")):
        where = f"{source.path}: packages/{number}"
        try:
            yield _component(entries.read(raw, _Package, where=where).completed, source)
        except InputError as error:
            yield entries.problem(error, where=where)
    for number, raw in enumerate(entries.elements(document.get("snapshots", []), where=f"{source.path}: snapshots")):
        where = f"{source.path}: snapshots/{number}"
        try:
            yield _unlisted(entries.read(raw, _Snapshot, where=where), where)
        except InputError as error:
            yield entries.problem(error, where=where)
    yield from entries.repeated_keys(document, source)


def _unlisted(snapshot: _Snapshot, where: str) -> Problem:
    said = snapshot.original
    if isinstance(said, dict):
        said = next((said[key] for key in ("resolver", "snapshot", "url") if isinstance(said.get(key), str)), None)
    name = said if isinstance(said, str) else "the snapshot"
    return Problem(
        where=where,
        what=f"the packages that {name[:200]} brings are not listed in this file",
        hint="a cabal.project.freeze or an SBOM of the build lists them",
    )


def _component(entry: _Completed, source: Source) -> Component:
    if entry.hackage is not None:
        match = _HACKAGE.match(entry.hackage)
        if match is None:
            raise InputError(f"{entry.hackage[:200]!r} is no name-version")
        return Component(
            name=match["name"],
            version=match["version"],
            purl=Purl("hackage", None, match["name"], match["version"]),
            location=Location(source.path, needle=entry.hackage),
            digests=(f"sha256:{match['sha256']}",) if match["sha256"] else (),
        )
    repository = entry.git or entry.hg
    address = git_address.pinned(repository, entry.commit) if repository else entry.url
    name = entry.name or address
    if not name:
        raise InputError("it names neither a package nor an address")
    return Component(
        name=name,
        version=entry.version,
        constraint=None if entry.version else "*",
        purl=Purl("hackage", None, entry.name, entry.version) if entry.name else None,
        location=Location(source.path, needle=f"name: {entry.name}" if entry.name else name),
        origin=Origin.GIT if repository else Origin.URL,
        digests=(f"sha256:{entry.sha256}",) if entry.sha256 else (),
        source_url=address,
    )
