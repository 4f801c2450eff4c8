"""What npm and its relatives share: names, requirements, addresses of artefacts.

Requirements: https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md,
https://github.com/yarnpkg/berry (protocols), https://pnpm.io/aliases.
Nothing is ever looked up: an address is judged by its form alone.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec

from scanner.model.component import Component, Item, Origin, Problem
from scanner.model.purl import Purl

# Compiled where they are used first: nothing in a plain lock asks for them.
_EXACT = r"[v=\s]*([0-9]{1,20}\.[0-9]{1,20}\.[0-9]{1,20}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)\Z"
_RANGE = r"[v=^~<>*\s]*(?:[0-9]|[xX*](?:\.|\Z)|\Z)|.*(?:\|\||\s-\s)"
_TAGS = frozenset(("latest", "next", "beta", "alpha", "canary", "rc", "dev", "experimental", "nightly"))
_SHORTHAND = r"(?a:[A-Za-z0-9_-][\w.-]*/[\w.-]+(?:#.*)?\Z)"
_HOSTED = frozenset(("github", "gitlab", "bitbucket", "gist"))
_PATHS = ("./", "../", "/", "~/", ".\\", "..\\")
_ARCHIVES = (
    r"https?://(?:[^/@]*@)?(?:codeload\.github\.com/[^/]+/[^/]+/|(?:www\.)?github\.com/[^/]+/[^/]+/(?:archive|tarball)/"
    r"|api\.github\.com/repos/[^/]+/[^/]+/tarball/|gitlab\.com/.*/-/archive/|bitbucket\.org/[^/]+/[^/]+/get/)"
)


class Wanted(NamedTuple):
    """What a requirement asks for."""

    name: str
    """Of the real package, where the requirement is an alias."""
    origin: Origin
    version: str | None = None
    """Only where exactly one version is accepted."""
    constraint: str | None = None
    url: str | None = None
    """Address or path as written, where it is not the registry that is asked."""


def purl(name: str, version: str | None) -> Purl:
    """The identity of an npm package, folded as the type's definition says."""
    if name[:1] == "@":
        scope, slash, rest = name.partition("/")
        if slash and rest:
            return Purl("npm", scope.lower(), rest, version or None)
    return Purl("npm", None, name, version or None)


def split(text: str) -> tuple[str, str]:
    """`@scope/name@rest` → name and rest; the rest is "" where there is none."""
    at = text.find("@", 1)
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])


def exact(spec: str) -> str | None:
    """The one version that a requirement accepts, or `None`."""
    found = re.match(_EXACT, spec)
    return found[1] if found else None


def wanted(name: str, spec: str) -> Wanted:
    """Read the requirement that `name` is to fulfil: `^1`, `npm:real@1`, `workspace:*`, `github:a/b#c`, …"""
    if ":" not in spec and "/" not in spec and spec[:1] != ".":
        return _asked(name, spec)
    # A patch of a patch is a real thing; more than a few is somebody's game.
    for _ in range(8):
        spec = spec.strip()
        if not spec.startswith("patch:"):
            break
        name, spec = split(unquote(spec[6:].partition("#")[0]))
    if spec.startswith(_PATHS):
        return Wanted(name, Origin.PATH, url=spec)
    if "/" in spec and re.match(_SHORTHAND, spec):
        return Wanted(name, Origin.GIT, constraint=_semver(spec), url=spec)
    scheme, colon, rest = spec.partition(":")
    if not colon:
        return _asked(name, spec)
    if scheme == "npm":
        if re.match(_RANGE, rest) or rest in _TAGS:
            return _asked(name, rest)
        real, range_ = split(rest)
        return _asked(real, range_)
    if scheme == "workspace":
        real, range_ = split(rest)
        return Wanted(real if range_ else name, Origin.WORKSPACE, url=spec)
    if scheme == "jsr":
        # JSR serves npm clients under a scope of its own.
        real, range_ = split(rest) if rest[:1] == "@" else (name, rest)
        return _asked("@jsr/" + real.removeprefix("@").replace("/", "__", 1), range_)
    if scheme == "catalog":
        return Wanted(name, Origin.REGISTRY, constraint=spec)
    where = origin(spec)
    if where is Origin.REGISTRY:
        told = served(spec)
        return Wanted(told[0], where, told[1], url=spec) if told else Wanted(name, where, constraint="*", url=spec)
    return Wanted(name, where, constraint=_semver(spec) if where is Origin.GIT else None, url=spec)


def _asked(name: str, range_: str) -> Wanted:
    version = exact(range_)
    return Wanted(name, Origin.REGISTRY, version, None if version else range_.strip() or "*")


def _semver(spec: str) -> str | None:
    """`github:a/b#semver:^1` asks for a tag by its version."""
    return spec.partition("#semver:")[2] or None


def origin(address: str) -> Origin:
    """Where an address, path or locator leads, by its form."""
    scheme, colon, rest = address.partition(":")
    if not colon:
        return Origin.GIT if re.match(_SHORTHAND, address) and not address.startswith(_PATHS) else Origin.PATH
    scheme = scheme.lower()
    if scheme in ("http", "https"):
        if served(address) or "/download/@" in rest or "/~/" in rest:
            return Origin.REGISTRY
        bare = rest.partition("#")[0].partition("?")[0]
        return Origin.GIT if bare.endswith(".git") or re.match(_ARCHIVES, address) else Origin.URL
    if scheme == "workspace":
        return Origin.WORKSPACE
    if scheme in ("file", "link", "portal", "directory"):
        return Origin.PATH
    if scheme.startswith(("git+", "git@")) or scheme in ("git", "ssh") or scheme in _HOSTED or "@" in scheme:
        return Origin.GIT
    return Origin.URL


def served(address: str) -> tuple[str, str] | None:
    """Name and version that a registry's tarball address tells: `https://host/…/@scope/name/-/name-1.0.0.tgz`.

    Every registry and mirror uses this form, and the client installs what lies there, whatever the lock calls it.
    """
    head, found, file = address.partition("#")[0].partition("?")[0].rpartition("/-/")
    if (
        not found
        or not file.endswith((".tgz", ".tar.gz"))
        or not address[:8].lower().startswith(("https://", "http://"))
    ):
        return None
    pieces = head.rsplit("/", 2)
    name = unquote(pieces[-1])
    if "/" not in name and len(pieces) > 1 and unquote(pieces[-2])[:1] == "@":
        name = f"{unquote(pieces[-2])}/{name}"
    short = name.rpartition("/")[2]
    scope, _, plain = unquote(file).rpartition("/")  # one vendor's mirror repeats the scope in the file's name
    if not short or (scope and not name.startswith(f"{scope}/")) or not plain.startswith(f"{short}-"):
        return None
    version = plain[len(short) + 1 :].removesuffix(".tgz").removesuffix(".tar.gz")
    return (name, version) if version[:1].isalnum() else None


def serves(address: str, name: str, version: str | None) -> bool:
    """Whether a registry's tarball address is plainly that of this package at this version: the usual case, cheaply."""
    short = name[name.find("/") + 1 :]
    return (
        address.endswith(f"/{name}/-/{short}-{version}.tgz")
        and address.startswith(("https://", "http://"))
        # A query or fragment may end like a path.
        and "#" not in address
        and "?" not in address
    )


def contradicted(component: Component, where: str) -> list[Item]:
    """What the address of a registry package tells of another name or version: that is what gets installed.

    Empty in the usual case, else a `Problem` and the package that lies at the address.
    """
    address = component.source_url
    if address is None or component.origin is not Origin.REGISTRY:
        return []
    told = None if serves(address, component.name, component.version) else served(address)
    if told is None or (told[0] == component.name and _plain(told[1]) == _plain(component.version or "")):
        return []
    name, version = told
    problem = Problem(
        where=where,
        what=f"said to be {component.name}@{component.version}, but its address serves {name}@{version}",
        line=component.location.line,
        hint="a client installs what lies at the address: both were read",
    )
    return [
        problem,
        msgspec.structs.replace(
            component,
            name=name,
            version=version,
            constraint=None,
            purl=purl(name, version),
            alias=component.alias if name == component.name else component.name,
        ),
    ]


def _plain(version: str) -> str:
    """Without build metadata, which addresses leave out."""
    return version.removeprefix("v").partition("+")[0]


def digests(integrity: Any) -> tuple[str, ...]:
    """Subresource-integrity strings out of one field."""
    return tuple(integrity.split()) if isinstance(integrity, str) else ()
