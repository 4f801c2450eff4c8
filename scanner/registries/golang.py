"""A Go module proxy. It publishes no digest: the proof of a module is its `h1:` in somebody's go.sum.

Spec: https://go.dev/ref/mod#goproxy-protocol
"""

from __future__ import annotations

from urllib.parse import quote

from scanner.display import address
from scanner.model.ecosystem import full_name
from scanner.model.purl import Purl
from scanner.registries.local_caches import escaped
from scanner.registries.release import Ask, Missing, Release, ReleaseFacts, no_package, no_version, time, words
from scanner.shape import json_text


def release(ask: Ask, base: str, purl: Purl) -> Release | Missing:
    """The zip of a version. Paths are asked for with the capitals that they have."""
    module, version = full_name(purl), purl.version or ""
    folder = f"{base}{quote(escaped(module), safe='/!~.-_')}/@v/"
    url = f"{folder}{quote(escaped(version), safe='!+~.-_')}"
    data = ask(f"{url}.info")
    if data is None:
        listed = ask(f"{folder}list", accept="text/plain")
        if not listed:
            return no_package()
        return no_version(purl, listed.decode("utf-8", "replace").split())
    info = json_text.value(data, where=address(f"{url}.info"))
    info = info if isinstance(info, dict) else {}
    origin = info.get("Origin")
    return Release(
        url=f"{url}.zip",
        file=f"{version}.zip",
        wrapper=f"{module}@{version}/",
        facts=ReleaseFacts(
            published=time(info.get("Time")),
            repository=words(origin.get("URL")) if isinstance(origin, dict) else None,
        ),
    )


def facts(ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
    """What `.info` says."""
    found = release(ask, base, purl)
    return found.facts if isinstance(found, Release) else None
