"""Debian packages: as files, by their control file; installed in an image, by dpkg's list of them.

Specs: deb-control(5), https://manpages.debian.org/stable/dpkg-dev/deb-control.5.en.html; dpkg's `status` has the same
shape. Images without dpkg (distroless) keep a file for each package in `status.d`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.model.component import Component, Location, Problem
from scanner.model.delivered_files import Recognised
from scanner.model.purl import Purl
from scanner.parsers.inside import os_release
from scanner.shape import encoding

FILES = (
    r"!/control\.tar(?:\.\w+)?!/control\Z|(?:^|/)var/lib/dpkg/status(?:\.d/[^/]+)?\Z"
    rf"|(?:^|/)var/lib/dpkg/info/[^/]+\.list\Z|{os_release.FILES}"
)
_PACKED = re.compile(r"!/control\.tar(?:\.\w+)?!/control\Z")
_DATABASE = re.compile(r"(?P<base>.*?)var/lib/dpkg/status(?:\.d/[^/]+)?\Z")
_SUMS = ".md5sums"


def read(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield each package; an installed one owns what dpkg's list says it put there."""
    for path, data in kept.items():
        packed, database = _PACKED.search(path), _DATABASE.match(path)
        if packed is None and (database is None or path.endswith(_SUMS)):
            continue
        base = "" if database is None else database["base"]
        distribution = os_release.of(base, kept)
        for fields in stanzas(encoding.lenient_text(data)):
            name, version = fields.get("package", ""), fields.get("version", "")
            if not name or not version:
                continue
            if packed is not None:
                component = _component(name, version, fields, path, os_release.NOWHERE)
                yield Recognised(component=component, root=path[: packed.start()], archive=True)
            elif "status" not in fields or fields["status"].endswith(" installed"):
                component = _component(name, version, fields, path, distribution)
                owned = _owned(base, name, fields.get("architecture", ""), path, kept)
                yield Recognised(component=component, root="", owned=frozenset(owned))


def stanzas(text: str) -> Iterator[dict[str, str]]:
    """Blocks of `Field: value`, keys in lower case; of a field that goes on, the first line."""
    fields: dict[str, str] = {}
    for line in text.split("\n"):
        if not line.strip():
            if fields:
                yield fields
            fields = {}
        elif line[0] not in " \t":
            key, _, value = line.partition(":")
            fields.setdefault(key.strip().lower(), value.strip())
    if fields:
        yield fields


def _component(
    name: str, version: str, fields: Mapping[str, str], path: str, distribution: os_release.Distribution
) -> Component:
    qualifiers = [("arch", fields.get("architecture", ""))]
    source = fields.get("source", "").partition(" ")[0]
    if source and source != name:
        qualifiers.append(("upstream", source))
    if distribution.name:
        qualifiers.append(("distro", f"{distribution.name}-{distribution.release}"))
    kept = tuple(sorted(pair for pair in qualifiers if pair[1]))
    return Component(
        name=name,
        version=version,
        purl=Purl("deb", distribution.name or None, name.lower(), version, kept),
        location=Location(path),
        supplier=fields.get("maintainer") or None,
    )


def _owned(base: str, name: str, architecture: str, path: str, kept: Mapping[str, bytes]) -> Iterator[str]:
    for file in (f"{base}var/lib/dpkg/info/{name}.list", f"{base}var/lib/dpkg/info/{name}:{architecture}.list"):
        for line in encoding.lenient_text(kept.get(file, b"")).split("\n"):
            if line.startswith("/"):
                yield base + line[1:]
    # `<md5>  usr/bin/x`
    for line in encoding.lenient_text(kept.get(path + _SUMS, b"")).split("\n"):
        _, _, file = line.partition("  ")
        if file:
            yield base + file
