"""A NuGet source of version 3: service index, packages by address, and the catalogue for what is said of them.

Spec: Microsoft, "NuGet Server API": service index, package content, package metadata, catalog
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from scanner.display import address
from scanner.errors import InputError
from scanner.model.purl import Purl
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
)
from scanner.shape import json_text

_REGISTRATIONS = ("RegistrationsBaseUrl", "RegistrationsBaseUrl/3.0.0-rc", "RegistrationsBaseUrl/3.0.0-beta")
"""Those that are served uncompressed; all others, like everything compressed, we do not take."""


def release(ask: Ask, base: str, purl: Purl) -> Release | Missing:
    """The package of a version; its digest stands in the catalogue, which only some servers have."""
    services = _services(ask, base)
    content = services.get("PackageBaseAddress/3.0.0")
    if content is None:
        raise InputError("it does not serve packages by address", where=address(base), hint="use another source")
    name, version = purl.name.lower(), (purl.version or "").lower().partition("+")[0]
    folder = f"{_folder(content)}{quote(name, safe='')}/"
    listed = _object(ask(f"{folder}index.json"), folder)
    if listed is None:
        return no_package()
    versions = listed.get("versions")
    known = [one for one in versions if isinstance(one, str)] if isinstance(versions, list) else []
    if version not in known:
        return no_version(purl, known)
    entry = _catalogue(ask, services, name, version)
    algorithm, value = words(entry.get("packageHashAlgorithm")), words(entry.get("packageHash"))
    listed_now = entry.get("listed")
    deprecation = entry.get("deprecation")
    return Release(
        url=f"{folder}{quote(version, safe='')}/{quote(f'{name}.{version}.nupkg', safe='')}",
        file=f"{name}.{version}.nupkg",
        digests=(f"{algorithm.lower()}-{value}",) if algorithm and value else (),
        facts=ReleaseFacts(
            published=time(entry.get("created") or entry.get("published")),
            repository=repository(entry.get("repository")) or words(entry.get("projectUrl")),
            maintainers=_people(entry.get("authors")),
            withdrawn=("deprecated" if isinstance(deprecation, dict) else "unlisted" if listed_now is False else None),
        ),
    )


def facts(ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
    """What the catalogue says."""
    found = release(ask, base, purl)
    return found.facts if isinstance(found, Release) else None


def _services(ask: Ask, base: str) -> dict[str, str]:
    index = _object(ask(base), base)
    resources = index.get("resources") if index is not None else None
    if not isinstance(resources, list):
        raise InputError("no service index of NuGet, version 3", where=address(base))
    return {
        str(one.get("@type")): str(one.get("@id"))
        for one in reversed(resources)
        if isinstance(one, dict) and words(one.get("@id"))
    }


def _catalogue(ask: Ask, services: dict[str, str], name: str, version: str) -> dict[str, Any]:
    """The entry of the version, or {}: it is an object in the leaf, or an address that leads to one."""
    base = next((services[type_] for type_ in _REGISTRATIONS if type_ in services), None)
    if base is None:
        return {}
    url = f"{_folder(base)}{quote(name, safe='')}/{quote(version, safe='')}.json"
    leaf = _object(ask(url), url) or {}
    entry = leaf.get("catalogEntry")
    if isinstance(entry, dict):
        return {**leaf, **entry}
    return {**leaf, **((_object(ask(entry), entry) or {}) if isinstance(entry, str) else {})}


def _object(data: bytes | None, url: str) -> dict[str, Any] | None:
    document = json_text.value(data, where=address(url)) if data is not None else None
    return document if isinstance(document, dict) else None


def _folder(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


def _people(value: object) -> tuple[str, ...]:
    names = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(sorted({str(name).strip() for name in names if str(name).strip()}))
