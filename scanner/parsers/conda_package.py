"""What conda calls a package: match specifications, and addresses of package files.

Spec: https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/models/match_spec/index.html; identity: the
`conda` purl type.
"""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.model.component import Component, Location, Origin
from scanner.model.purl import Purl

_MAX_LENGTH = 4096
_SPEC = re.compile(r"(?:(?P<channel>.*)::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(?P<rest>.*)\Z", re.DOTALL)
_BRACKETS = re.compile(r"(?P<before>[^\[\]]*)\[(?P<inside>[^\[\]]*)\]\Z")
_BRACKET_PAIR = re.compile(
    r"\s*(?P<key>[a-z_0-9]+)\s*=\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<bare>[^,'\"]*))\s*(?:,|\Z)"
)
# `=1.2=build` and `==1.2=build`, `1.2 build`: a version with its build string is one artefact.
_BUILT = re.compile(r"(?:==?\s*(?P<a>[^\s=<>!,|*~]+)=|(?P<b>[^\s=<>!,|*~]+)\s+)(?P<build>[^\s=<>!,|]+)\Z")
# A single `=` before a version means "begins with": 1.2 admits 1.2.9.
_EXACT = re.compile(r"(?:==\s*)?(?P<version>[^\s=<>!,|*~]+)\Z")
_FILE = re.compile(r"(?P<name>.+)-(?P<version>[^-/]+)-(?P<build>[^-/]+)\.(?P<type>conda|tar\.bz2)\Z")

_SUBDIR = re.compile(r"(?:noarch|(?:linux|osx|win|freebsd|emscripten|wasi|zos)-[a-z0-9_]+)\Z")


def component(text: str, *, location: Location) -> Component:
    """One match specification. Raises `InputError` where it names no package."""
    if len(text) > _MAX_LENGTH:
        raise InputError(f"a conda requirement of {len(text)} characters")
    if "://" in text.partition("::")[0] and "::" not in text:
        return _file(text.strip(), location)
    match = _SPEC.match(text.partition(" #")[0].strip())
    if match is None:
        raise InputError(f"{text[:200]!r} is no conda requirement")
    rest, said = _brackets(match["rest"].strip())
    built = _BUILT.match(rest)
    exact = None if built else _EXACT.match(rest)
    version = (built["a"] or built["b"]) if built else exact["version"] if exact else None
    channel, subdir = _channel(match["channel"] or said.get("channel"))
    qualifiers = {
        "build": (built["build"] if built else None) or said.get("build"),
        "channel": channel,
        "subdir": subdir or said.get("subdir"),
    }
    return Component(
        name=match["name"],
        version=version,
        constraint=None if version else rest or "*",
        purl=_purl(match["name"], version, qualifiers),
        location=location,
        source_url=match["channel"] or said.get("channel"),
    )


def _brackets(rest: str) -> tuple[str, dict[str, str]]:
    """`[version='>1', build=py_0]` says what would otherwise stand before it."""
    match = _BRACKETS.match(rest)
    if match is None:
        return rest, {}
    said = {
        pair["key"]: (pair["single"] or pair["double"] or pair["bare"] or "").strip()
        for pair in _BRACKET_PAIR.finditer(match["inside"])
    }
    version = said.get("version")
    return (version if version is not None else match["before"].strip()), said


def _channel(text: str | None) -> tuple[str | None, str | None]:
    """Name and platform of a channel: `https://host/conda-forge/linux-64` → conda-forge, linux-64."""
    if not text:
        return None, None
    head, _, last = text.rstrip("/").rpartition("/")
    if _SUBDIR.match(last):
        return head.rpartition("/")[2] or None, last
    return last, None


def _purl(name: str, version: str | None, qualifiers: dict[str, str | None]) -> Purl:
    return Purl("conda", None, name, version, tuple((key, value) for key, value in sorted(qualifiers.items()) if value))


def _file(url: str, location: Location) -> Component:
    """A package by its address: `https://host/channel/subdir/name-version-build.conda`."""
    folder, _, file = url.partition("#")[0].rpartition("/")
    match = _FILE.match(file)
    if match is None:
        raise InputError(f"{url[:200]!r} is no address of a conda package")
    digest = url.partition("#")[2]
    return Component(
        name=match["name"],
        version=match["version"],
        purl=purl_of_file(url, match["name"], match["version"]),
        location=location,
        origin=Origin.REGISTRY if _SUBDIR.match(folder.rpartition("/")[2]) else Origin.URL,
        digests=(f"{'sha256' if len(digest) == 64 else 'md5'}:{digest}",) if len(digest) in (32, 64) else (),
        source_url=url,
    )


def purl_of_file(url: str, name: str, version: str) -> Purl:
    """The package at `url`, with all that its address tells: build, channel, platform, type of archive."""
    folder, _, file = url.partition("#")[0].rpartition("/")
    match = _FILE.match(file)
    channel, subdir = _channel(folder) if "://" in url else (None, None)
    return _purl(
        name,
        version,
        {
            "build": match["build"] if match else None,
            "channel": channel if subdir else None,
            "subdir": subdir,
            "type": match["type"] if match else None,
        },
    )
