"""Alpine packages that are installed in an image.

Format: https://wiki.alpinelinux.org/wiki/Apk_spec, "Installed Database": a letter, a colon, a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.model.component import Component, Location, Problem
from scanner.model.delivered_files import Recognised
from scanner.model.purl import Purl
from scanner.parsers.inside import os_release
from scanner.shape import encoding

FILES = rf"(?:^|/)lib/apk/db/installed\Z|{os_release.FILES}"
_DATABASE = re.compile(r"(?P<base>.*?)(?:usr/)?lib/apk/db/installed\Z")


def read(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield each package with the files that it put there."""
    for path, data in kept.items():
        database = _DATABASE.match(path)
        if database is None:
            continue
        base = database["base"]
        distribution = os_release.of(base, kept)
        for block in re.split(r"\n\s*\n", encoding.lenient_text(data)):
            fields: dict[str, str] = {}
            owned: list[str] = []
            folder = ""
            for line in block.split("\n"):
                key, _, value = line.partition(":")
                if key == "F":
                    folder = f"{value}/" if value else ""
                elif key == "R":
                    owned.append(f"{base}{folder}{value}")
                else:
                    fields.setdefault(key, value)
            name, version = fields.get("P", ""), fields.get("V", "")
            if name and version:
                component = _component(name, version, fields, path, distribution)
                yield Recognised(component=component, root="", owned=frozenset(owned))


def _component(
    name: str, version: str, fields: Mapping[str, str], path: str, distribution: os_release.Distribution
) -> Component:
    vendor = distribution.name or "alpine"
    qualifiers = [("arch", fields.get("A", ""))]
    if fields.get("o", name) != name:
        qualifiers.append(("upstream", fields["o"]))
    if distribution.release:
        qualifiers.append(("distro", f"{vendor}-{distribution.release}"))
    kept = tuple(sorted(pair for pair in qualifiers if pair[1]))
    purl = Purl("apk", vendor, name.lower(), version, kept)
    return Component(name=name, version=version, purl=purl, location=Location(path))
