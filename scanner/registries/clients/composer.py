"""The repositories of Composer: the user's `config.json` and `auth.json`, `COMPOSER_AUTH`.

Spec: Composer, "The composer.json schema: repositories", "Authentication for privately hosted packages"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scanner.errors import UsageError
from scanner.model.purl import Purl
from scanner.registries.clients import registry
from scanner.registries.clients.registry import Access, Registry
from scanner.shape import json_text


def registries(purl: Purl, environ: Mapping[str, str], home: Path) -> tuple[Registry, ...]:
    """Those of type `composer` in their order; the public one last, unless it is switched off."""
    given = environ.get("COMPOSER_HOME")
    folders = [Path(given)] if given else [registry.config_home(environ, home) / "composer", home / ".composer"]
    urls: list[tuple[str, str]] = []
    public, keys, ca = True, list(_keys(environ.get("COMPOSER_AUTH", ""), "COMPOSER_AUTH")), None
    for folder in folders:
        config = _json(registry.text(folder / "config.json") or "", str(folder / "config.json"))
        keys += _keys(registry.text(folder / "auth.json") or "", str(folder / "auth.json"))
        own = config.get("config")
        ca = own.get("cafile") if isinstance(own, dict) and ca is None else ca
        for entry in _entries(config.get("repositories")):
            if entry is None:
                public = False
            elif entry.get("type") == "composer" and isinstance(entry.get("url"), str):
                urls.append((entry["url"], str(folder / "config.json")))
    if public:
        # The metadata lies on the first host below that of the site.
        host = urlsplit(registry.public("pkg:composer/a/b@1")).netloc
        urls.append((f"https://repo.{host}/", "the default of Composer"))
    if not urls:
        raise UsageError("no repository of type composer is configured", where=purl, hint="--pristine FOLDER")
    found: list[Registry] = []
    for url, told_by in urls:
        bare, inside = registry.split(url, told_by=told_by)
        certificates = ca if isinstance(ca, str) else None
        found.append(
            Registry(url=registry.folder(bare), told_by=told_by, accesses=(*inside, *keys), certificates=certificates)
        )
    return tuple(found)


def _entries(value: Any) -> Iterator[dict[str, Any] | None]:
    """Each repository; `None` for the word that switches the public one off, `{"name": false}`."""
    listed = value.items() if isinstance(value, dict) else [("", one) for one in value or ()]
    for _, entry in listed:
        if entry is False or (isinstance(entry, dict) and False in entry.values() and "url" not in entry):
            yield None
        elif isinstance(entry, dict):
            yield entry


def _keys(content: str, where: str) -> Iterator[Access]:
    document = _json(content, where)
    for host, entry in _mapping(document.get("http-basic")):
        if isinstance(entry, dict):
            pair = str(entry.get("username", "")), str(entry.get("password", ""))
            yield registry.access(f"https://{host}/", registry.basic(*pair))
    for host, token in _mapping(document.get("bearer")):
        yield registry.access(f"https://{host}/", f"Bearer {token}")


def _mapping(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _json(content: str, where: str) -> dict[str, Any]:
    document = json_text.value(content.encode(), where=where) if content.strip() else None
    return document if isinstance(document, dict) else {}
