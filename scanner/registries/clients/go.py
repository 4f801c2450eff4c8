"""The module proxies of Go: GOPROXY, and which modules are nobody's business.

Spec: https://go.dev/ref/mod#environment-variables, #private-modules; `go help environment` (the file of `go env -w`)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from scanner.errors import InputError, UsageError
from scanner.model.ecosystem import full_name
from scanner.model.purl import Purl
from scanner.registries import hosts
from scanner.registries.clients import registry
from scanner.registries.clients.registry import Registry


def registries(purl: Purl, environ: Mapping[str, str], home: Path) -> tuple[Registry, ...]:
    """The proxies in their order up to `off`. The name of a private module is sent to no public one."""
    settings = _settings(environ, home)
    module = full_name(purl)
    private = settings.get("GOPRIVATE", "")
    if _matches(settings.get("GONOPROXY", private), module):
        raise InputError(
            "a private module (GOPRIVATE, GONOPROXY): no proxy is asked for it",
            where=purl,
            hint="--pristine FOLDER with its zip, or compare REV:path of its repository",
        )
    hidden = _matches(private, module) or _matches(settings.get("GONOSUMDB", private), module)
    told_by = "GOPROXY" if "GOPROXY" in settings else "the default of go"
    listed = settings.get("GOPROXY") or registry.public("pkg:golang/a/b@v1").partition("a/b/@v/")[0]
    found: list[Registry] = []
    for url in re.split(r"[,|]", listed):
        if url.strip() == "off":
            break
        if url.strip() in ("", "direct") or url.strip().startswith("file:"):
            continue
        bare, inside = registry.split(url, told_by=told_by)
        if hidden and hosts.official(hosts.host(bare)):
            continue
        accesses = inside or registry.from_netrc(environ, home, (bare,))
        found.append(Registry(url=registry.folder(bare), told_by=told_by, accesses=accesses))
    if not found:
        raise UsageError(
            "no module proxy may be asked for it", where=f"{told_by}: {purl}", hint="--pristine FOLDER with its zip"
        )
    return tuple(found)


def _settings(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    settings: dict[str, str] = {}
    if environ.get("GOENV") != "off":
        path = Path(environ.get("GOENV") or registry.config_home(environ, home) / "go/env")
        for line in (registry.text(path) or "").splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                settings[key.strip()] = value.strip()
    return settings | {key: value for key, value in environ.items() if key.startswith("GO") and value}


def _matches(patterns: str, module: str) -> bool:
    """Whether a pattern matches the beginning of the module's path, element by element."""
    pieces = module.lower().split("/")
    for pattern in patterns.lower().split(","):
        wanted = pattern.strip().rstrip("/").split("/")
        if wanted == [""] or len(wanted) > len(pieces):
            continue
        if all(fnmatchcase(piece, one) for piece, one in zip(pieces, wanted, strict=False)):
            return True
    return False
