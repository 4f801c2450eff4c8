"""A source of gems: the compact index, and the interface of the public one for what surrounds a version.

Spec: the RubyGems guides, "Compact Index API" and "API methods" (versions)
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import msgspec

from scanner.model.purl import Purl
from scanner.registries.release import Ask, Missing, Release, ReleaseFacts, no_package, no_version, time, words
from scanner.shape import json_text

_CHECKSUM = re.compile(r"(?:\||,)checksum:([0-9a-f]{64})(?:,|\Z)")


def release(ask: Ask, base: str, purl: Purl) -> Release | Missing:
    """The gem of a version; of another platform than `ruby` with `?platform=`."""
    data = ask(f"{base}info/{quote(purl.name, safe='')}", accept="text/plain")
    if data is None:
        return no_package()
    platform = purl.qualifier("platform")
    wanted = f"{purl.version}-{platform}" if platform not in (None, "ruby") else purl.version or ""
    lines = [line.partition(" ")[::2] for line in data.decode("utf-8", "replace").splitlines()]
    mine = [_release(base, purl, *line) for line in lines if line[0] == wanted]
    if platform is None:
        # Of the same version, for other platforms: a lockfile or SBOM may mean one of them and not say so.
        mine += [_release(base, purl, *line) for line in lines if line[0].startswith(f"{wanted}-")]
    if mine:
        return msgspec.structs.replace(mine[0], others=tuple(mine[1:]))
    return no_version(purl, (version for version, _ in lines if version[:1].isdigit() and "-" not in version))


def _release(base: str, purl: Purl, version: str, rest: str) -> Release:
    checksum = _CHECKSUM.search(rest)
    file = f"{purl.name}-{version}.gem"
    return Release(
        url=f"{base}gems/{quote(file)}",
        file=file,
        digests=(f"sha256:{checksum[1]}",) if checksum else (),
    )


def facts(ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
    """From the interface, which mirrors seldom have; without it only that the version is there."""
    found = release(ask, base, purl)
    if isinstance(found, Missing):
        return None
    url = f"{base}api/v2/rubygems/{quote(purl.name, safe='')}/versions/{quote(purl.version or '', safe='')}.json"
    data = ask(url)
    document: Any = json_text.value(data, where=str(purl)) if data is not None else None
    if not isinstance(document, dict):
        return found.facts
    authors = words(document.get("authors")) or ""
    return msgspec.structs.replace(
        found.facts,
        published=time(document.get("version_created_at") or document.get("created_at")),
        repository=words(document.get("source_code_uri")) or words(document.get("homepage_uri")),
        maintainers=tuple(sorted({name.strip() for name in authors.split(",") if name.strip()})),
        withdrawn="yanked" if document.get("yanked") else None,
    )
