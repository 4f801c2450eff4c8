"""The npm registry: a package's document, with all versions in it.

Spec: npm/registry, docs/REGISTRY-API.md and docs/responses/package-metadata.md
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from scanner.display import address
from scanner.model.ecosystem import full_name
from scanner.model.purl import Purl
from scanner.model.released import ReleaseState
from scanner.registries import hosts
from scanner.registries.release import (
    Ask,
    Missing,
    Release,
    ReleaseFacts,
    below,
    no_package,
    no_version,
    removed,
    repository,
    time,
    words,
)  # fmt: skip
from scanner.shape import json_text

_NO_VERSIONS = frozenset(("created", "modified", "unpublished"))
"""What stands among the times and is none of a version."""


class _Package(msgspec.Struct):
    versions: dict[str, msgspec.Raw] = {}
    time: dict[str, Any] = {}
    maintainers: Any = None


class _Version(msgspec.Struct):
    dist: Any = None
    maintainers: Any = None
    repository: Any = None
    deprecated: Any = None
    publisher: Any = msgspec.field(default=None, name="_npmUser")


def release(ask: Ask, base: str, purl: Purl) -> Release | Missing:
    """The tarball of a version, as its packument describes it."""
    url = _address(base, purl)
    package = _package(ask, url)
    if package is None:
        return no_package()
    version = purl.version or ""
    if version not in package.versions:
        # The times of publication outlive the versions; of a package that was removed whole they name all of them.
        gone = package.time.get("unpublished")
        known = version in package.time and version not in _NO_VERSIONS
        if known or (isinstance(gone, dict) and version in _listed(gone.get("versions"))):
            return removed(purl, time(package.time.get(version)))
        return no_version(purl, package.versions, never="created" in package.time)
    return _release(package, version, base, address(url))


def before(ask: Ask, base: str, purl: Purl) -> tuple[str, ReleaseFacts] | None:
    """The version below, of those that are still there, and what the registry says of it."""
    url = _address(base, purl)
    package = _package(ask, url)
    version = None if package is None else below(purl, package.versions)
    if package is None or version is None:
        return None
    found = _release(package, version, base, address(url))
    return (version, found.facts) if isinstance(found, Release) else None


def _address(base: str, purl: Purl) -> str:
    # The slash between scope and name is part of the one name.
    return base + quote(full_name(purl), safe="@")


def _package(ask: Ask, url: str) -> _Package | None:
    data = ask(url)
    return None if data is None else json_text.typed(data, _Package, where=address(url))


def _release(package: _Package, version: str, base: str, where: str) -> Release | Missing:
    entry: _Version = json_text.typed(bytes(package.versions[version]), _Version, where=f"{where}: versions/{version}")
    dist = entry.dist if isinstance(entry.dist, dict) else {}
    tarball = words(dist.get("tarball"))
    if tarball is None:
        return Missing(what=f"the registry names no tarball for {version}", state=ReleaseState.PRESENT)
    digests = (words(dist.get("integrity")) or "").split()
    shasum = words(dist.get("shasum"))
    if shasum is not None:
        digests.append(f"sha1:{shasum.lower()}")
    attested = dist.get("attestations")
    attestation = words(attested.get("url")) if isinstance(attested, dict) else None
    publisher = entry.publisher
    return Release(
        url=_mirrored(tarball, base),
        file=tarball.partition("?")[0].rpartition("/")[2],
        digests=tuple(digests),
        facts=ReleaseFacts(
            published=time(package.time.get(version)),
            # Whoever publishes says when the package came to be; some mirrors write their own times, without that one.
            taken_in="created" not in package.time,
            repository=repository(entry.repository),
            maintainers=_people(entry.maintainers or package.maintainers),
            attested=bool(attested),
            publisher=words(publisher.get("name") if isinstance(publisher, dict) else publisher),
            withdrawn=words(entry.deprecated),
        ),
        attestation=None if attestation is None else _mirrored(attestation, base),
    )


def facts(ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
    """All of it stands in the same document."""
    found = release(ask, base, purl)
    return found.facts if isinstance(found, Release) else None


def _mirrored(url: str, base: str) -> str:
    """A mirror often passes on documents that name the public registry: npm then asks the mirror, and so do we.

    Spec: the npm CLI documentation, "replace-registry-host"
    """
    if hosts.official(hosts.host(url)) and not hosts.official(hosts.host(base)):
        return base + url.partition("://")[2].partition("/")[2]
    return url


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _people(value: object) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else []
    named = (words(one.get("name")) if isinstance(one, dict) else words(one) for one in entries)
    return tuple(sorted({name for name in named if name is not None}))
