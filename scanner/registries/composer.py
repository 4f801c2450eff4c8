"""A Composer repository, version 2: one document a package, each version told as what differs from the one before.

Its zips are mostly made by the forge at each request and have no digest: then nothing confirms what was fetched.
Spec: Composer, "Repositories: metadata-url"; composer/metadata-minifier
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from scanner.display import address
from scanner.errors import InputError
from scanner.model.purl import Purl
from scanner.model.released import ReleaseState
from scanner.registries.release import Ask, Missing, Release, ReleaseFacts, joined, no_package, no_version, time, words
from scanner.shape import json_text

_MINIFIED = "composer/2.0"


def release(ask: Ask, base: str, purl: Purl) -> Release | Missing:
    """The zip of a version."""
    name = f"{purl.namespace}/{purl.name}"
    root = _object(ask(f"{base}packages.json"), base) or {}
    template = words(root.get("metadata-url"))
    if template is None:
        raise InputError("it has no metadata of version 2", where=address(base), hint="use another repository")
    url = joined(base, template.replace("%package%", quote(name)))
    document = _object(ask(url), url)
    if document is None:
        return no_package()
    packages = document.get("packages")
    listed = packages.get(name) if isinstance(packages, dict) else None
    versions = _expanded(listed, minified=document.get("minified") == _MINIFIED)
    wanted = (purl.version or "").removeprefix("v")
    entry = next((one for one in versions if str(one.get("version", "")).removeprefix("v") == wanted), None)
    if entry is None:
        return no_version(purl, (str(one.get("version", "")) for one in versions))
    dist = entry.get("dist")
    zipped = words(dist.get("url")) if isinstance(dist, dict) else None
    if zipped is None or not isinstance(dist, dict):
        return Missing(
            what=f"version {purl.version} has no archive",
            hint="compare REV:path of its repository",
            state=ReleaseState.PRESENT,
        )
    shasum = words(dist.get("shasum"))
    abandoned = entry.get("abandoned")
    source = entry.get("source")
    return Release(
        url=zipped,
        file=f"{purl.name}-{wanted}.{words(dist.get('type')) or 'zip'}",
        digests=(f"sha1:{shasum.lower()}",) if shasum else (),
        facts=ReleaseFacts(
            published=time(entry.get("time")),
            repository=words(source.get("url")) if isinstance(source, dict) else None,
            maintainers=_people(entry.get("authors")),
            withdrawn=f"abandoned{f', use {abandoned}' if isinstance(abandoned, str) else ''}" if abandoned else None,
        ),
    )


def facts(ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
    """What the same document says."""
    found = release(ask, base, purl)
    return found.facts if isinstance(found, Release) else None


def _expanded(listed: Any, *, minified: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    last: dict[str, Any] = {}
    for entry in listed if isinstance(listed, list) else ():
        if not isinstance(entry, dict):
            continue
        last = {**last, **entry} if minified else entry
        last = {key: value for key, value in last.items() if value != "__unset"}
        found.append(last)
    return found


def _object(data: bytes | None, url: str) -> dict[str, Any] | None:
    document = json_text.value(data, where=address(url)) if data is not None else None
    return document if isinstance(document, dict) else None


def _people(value: object) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else []
    return tuple(sorted({str(one["name"]) for one in entries if isinstance(one, dict) and words(one.get("name"))}))
