"""Ruby: gems as files, by their metadata, and installed ones, by the specification that RubyGems keeps of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.model.component import Component, Location, Problem
from scanner.model.delivered_files import Recognised
from scanner.model.purl import Purl
from scanner.shape import encoding

FILES = r"!/metadata\.gz!/metadata\Z|(?:^|/)specifications/(?:default/)?[^/]+\.gemspec\Z"
_INSIDE = "!/metadata.gz!/metadata"
# `name-version` or `name-version-platform`: only versions begin with a digit behind a hyphen and go on to the end.
_INSTALLED = re.compile(
    r"(?P<base>.*?)specifications/(?:default/)?"
    r"(?P<full>(?P<name>[^/]+?)-(?P<version>\d[^/-]*)(?:-[^/]+)?)\.gemspec\Z"
)
_NAME = re.compile(r"^name: *[\"']?([A-Za-z0-9._-]+)", re.MULTILINE)
_VERSION = re.compile(r"^version: !ruby/object:Gem::Version\s+version: *[\"']?([A-Za-z0-9.]+)", re.MULTILINE)


def read(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield each gem. Specifications are programs in Ruby, and are called after what they specify."""
    for path, data in kept.items():
        if path.endswith(_INSIDE):
            text = encoding.lenient_text(data)
            name, version = _NAME.search(text), _VERSION.search(text)
            if name is None or version is None:
                yield Problem(where=path, what="it names no gem")
                continue
            yield Recognised(component=_component(name[1], version[1], path), root=path[: -len(_INSIDE)], archive=True)
            continue
        found = _INSTALLED.match(path)
        if found is not None:
            root = f"{found['base']}gems/{found['full']}"
            yield Recognised(component=_component(found["name"], found["version"], path), root=root)


def _component(name: str, version: str, path: str) -> Component:
    return Component(name=name, version=version, purl=Purl("gem", None, name, version), location=Location(path))
