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
from scanner.registries import hosts
from scanner.registries.release import (
    Ask,
    Missing,
    Release,
    ReleaseFacts,
    no_package,
    no_version,
    repository,
    time,
    words,
)  # fmt: skip
from scanner.shape import json_text


class _Package(msgspec.Struct):
    versions: dict[str, msgspec.Raw] = {}
    time: dict[str, Any] = {}
    maintainers: Any = None


class _Version(msgspec.Struct):
    dist: Any = None
    maintainers: Any = None
    repository: Any = None
    deprecated: Any = None


def release(ask: Ask, base: str, purl: Purl) -> Release | Missing:
    """The tarball of a version, as its packument describes it."""
    # The slash between scope and name is part of the one name.
    url = base + quote(full_name(purl), safe="@")
    data = ask(url)
    if data is None:
        return no_package()
    where = address(url)
    package: _Package = json_text.typed(data, _Package, where=where)
    version = purl.version or ""
    if version not in package.versions:
        return no_version(purl, package.versions, removed=time(package.time.get(version)))
    entry: _Version = json_text.typed(bytes(package.versions[version]), _Version, where=f"{where}: versions/{version}")
    dist = entry.dist if isinstance(entry.dist, dict) else {}
    tarball = words(dist.get("tarball"))
    if tarball is None:
        return Missing(what=f"the registry names no tarball for {version}")
    digests = (words(dist.get("integrity")) or "").split()
    shasum = words(dist.get("shasum"))
    if shasum is not None:
        digests.append(f"sha1:{shasum.lower()}")
    return Release(
        url=_mirrored(tarball, base),
        file=tarball.partition("?")[0].rpartition("/")[2],
        digests=tuple(digests),
        facts=ReleaseFacts(
            published=time(package.time.get(version)),
            repository=repository(entry.repository),
            maintainers=_people(entry.maintainers or package.maintainers),
            attested=bool(dist.get("attestations")),
            withdrawn=words(entry.deprecated),
        ),
    )


def facts(ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
    """All of it stands in the same document."""
    found = release(ask, base, purl)
    return found.facts if isinstance(found, Release) else None


def _mirrored(tarball: str, base: str) -> str:
    """A mirror often passes on documents that name the public registry: npm then asks the mirror, and so do we.

    Spec: the npm CLI documentation, "replace-registry-host"
    """
    if hosts.official(hosts.host(tarball)) and not hosts.official(hosts.host(base)):
        return base + tarball.partition("://")[2].partition("/")[2]
    return tarball


def _people(value: object) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else []
    named = (words(one.get("name")) if isinstance(one, dict) else words(one) for one in entries)
    return tuple(sorted({name for name in named if name is not None}))
