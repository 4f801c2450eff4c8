"""The registry of npm: `.npmrc` of user and machine, and `npm_config_…`.

Spec: the npm CLI documentation, "npmrc" and "config"; keys of a server count for it and what lies below.
"""

from __future__ import annotations

import base64
import binascii
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.model.purl import Purl
from scanner.registries.clients import registry
from scanner.registries.clients.registry import Access, Registry


def registries(purl: Purl, environ: Mapping[str, str], home: Path) -> tuple[Registry, ...]:
    """That of the scope, where one is configured; else that of all packages."""
    settings = _settings(environ, home)
    scoped = f"{purl.namespace}:registry"
    url, told_by = settings.get(scoped) or settings.get("registry") or (_default(), "the default of npm")
    bare, inside = registry.split(url, told_by=told_by)
    bare = registry.folder(bare)
    cafile = settings.get("cafile")
    return (
        Registry(
            url=bare,
            told_by=told_by,
            accesses=(*inside, *_accesses(settings)),
            certificates=cafile[0] if cafile else None,
        ),
    )


def _settings(environ: Mapping[str, str], home: Path) -> dict[str, tuple[str, str]]:
    """Key → (value, where it stands), the strongest last."""
    given = {name.lower(): value for name, value in environ.items()}
    npm = shutil.which("npm", path=environ.get("PATH"))
    prefixes = [Path("/usr"), Path("/usr/local"), *([Path(npm).parent.parent] if npm else [])]
    files = [Path("/etc/npmrc"), *(prefix / "etc/npmrc" for prefix in prefixes)]
    if "npm_config_globalconfig" in given:
        files = [Path(given["npm_config_globalconfig"])]
    files.append(Path(given.get("npm_config_userconfig") or home / ".npmrc"))
    settings: dict[str, tuple[str, str]] = {}
    for path in files:
        for key, value in _lines(registry.text(path) or ""):
            settings[key] = (registry.expand(value, environ), str(path))
    for name, value in environ.items():
        if name.lower().startswith("npm_config_") and value:
            key = name[len("npm_config_") :]
            settings[key if key.startswith(("//", "@")) else key.lower()] = (value, name)
    return settings


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith((";", "#")):
            yield key.strip(), value.strip().strip("\"'")


def _accesses(settings: Mapping[str, tuple[str, str]]) -> Iterator[Access]:
    """A key without a server is sent to nobody, as npm itself has it since version 9."""
    for key, (value, _) in settings.items():
        server, colon, kind = key.rpartition(":")
        if not colon or not server.startswith("//"):
            continue
        if kind == "_authToken":
            yield registry.access(f"https:{server}", f"Bearer {value}")
        elif kind == "_auth":
            yield registry.access(f"https:{server}", f"Basic {value}")
        elif kind == "_password" and f"{server}:username" in settings:
            try:
                password = base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                continue
            yield registry.access(f"https:{server}", registry.basic(settings[f"{server}:username"][0], password))


def _default() -> str:
    return registry.public("pkg:npm/a@1").removesuffix("a/-/a-1.tgz")
