"""What `composer.lock` and Composer's `installed.json` share: the entry of a package.

Schema: https://getcomposer.org/schema.json (an entry is the package's own composer.json, with dist and source).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.model.component import Component, Location, Origin, Problem, Scope
from scanner.model.purl import Purl
from scanner.parsers import graphs, tables
from scanner.shape import times


class Place(msgspec.Struct, frozen=True, gc=False):
    """`dist` or `source`."""

    type: str = ""
    url: str = ""
    reference: str | None = None
    shasum: str | None = None


class Package(msgspec.Struct, frozen=True, rename={"notification": "notification-url"}):
    """One package."""

    name: tables.Name
    version: str
    dist: Place | None = None
    source: Place | None = None
    require: dict[str, Any] | list[Any] = {}
    """PHP writes an empty object as an empty list."""
    replace: dict[str, Any] | list[Any] = {}
    provide: dict[str, Any] | list[Any] = {}
    notification: str | None = None
    """Told of downloads: only a registry wants to know."""
    homepage: str | None = None
    time: Any = None
    """Of the commit that was released: the release is no older."""


def key(name: str) -> str:
    """The name by which Composer tells packages apart."""
    return name.lower()


def purl(name: str, version: str | None) -> Purl:
    """The identity of a Composer package."""
    vendor, _, own = name.lower().rpartition("/")
    return Purl("composer", vendor or None, own or name.lower(), version or None)


def component(package: Package, path: str, scope: Scope, ref: str) -> Component:
    """The component that an entry stands for."""
    dist, source = package.dist, package.source
    addresses = []
    if dist is not None and dist.url:
        addresses.append(dist.url)
    if source is not None and source.url:
        addresses.append(f"{source.url}#{source.reference}" if source.reference else source.url)
    return Component(
        name=package.name,
        version=package.version or None,
        purl=purl(package.name, package.version),
        location=Location(path, None, f'"name": "{package.name}"'),
        scope=scope,
        origin=_origin(package),
        digests=(f"sha1:{dist.shasum.lower()}",) if dist is not None and dist.shasum else (),
        source_url=addresses[0] if addresses else None,
        ref=ref,
        urls=(*addresses[1:], *((package.homepage,) if package.homepage else ())),
        published=times.utc(package.time),
    )


class Gathered:
    """The packages of a document, each once however often its repeated keys let it be read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._given = graphs.Refs()
        self._said: set[Component | Problem] = set()
        self.packages: list[tuple[Package, str]] = []

    def add(self, place: str, value: object, scope: Callable[[str], Scope]) -> Iterator[Component | Problem]:
        """Yield what a list of packages holds; `scope` is asked for each name."""
        found, problems = tables.rows(value, Package, path=self._path, place=place)
        for _, package in found:
            item = component(package, self._path, scope(package.name), "")
            if item not in self._said:
                self._said.add(item)
                ref = self._given.unique(f"{package.name} {package.version}")
                self.packages.append((package, ref))
                yield msgspec.structs.replace(item, ref=ref)
        for problem in problems:
            if problem not in self._said:
                self._said.add(problem)
                yield problem

    def edges(self) -> dict[str, Sequence[str]]:
        """Who requires whom."""
        names = self.names()
        return {ref: list(targets(package.require, names)) for package, ref in self.packages}

    def names(self) -> dict[str, list[str]]:
        """Refs by name; a package answers to the names that it replaces or provides, too."""
        own = [(key(package.name), ref) for package, ref in self.packages]
        others = [
            (key(name), ref)
            for package, ref in self.packages
            for name in (*package.replace, *package.provide)
            if isinstance(name, str)
        ]
        return graphs.by_name(own + others)


def _origin(package: Package) -> Origin:
    dist, source = package.dist, package.source
    if (dist or source) is None or package.notification:
        return Origin.REGISTRY
    if dist is not None and dist.type == "path":
        return Origin.PATH
    # A branch that no registry reports on, or a repository without an archive, is taken from the repository itself.
    if source is not None and (dist is None or package.version.startswith("dev-")):
        return Origin.GIT
    return Origin.REGISTRY


def targets(require: Mapping[str, Any] | Sequence[Any], names: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Refs of what a `require` names; PHP itself and its extensions are no packages."""
    for name in require:
        if isinstance(name, str):
            yield from names.get(key(name), ())
