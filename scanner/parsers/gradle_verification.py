"""Gradle `verification-metadata.xml`: the checksums that a build accepts for what it downloads.

Spec: https://docs.gradle.org/current/userguide/dependency_verification.html

It lists all that any part of the build may fetch, plugins and poms too, and keeps entries that are no longer used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Problem
from scanner.parsers import maven
from scanner.parsers.source import Source
from scanner.shape import xml_text

_HEX_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_HEX = re.compile(r"[0-9a-f]+\Z")


def parse(source: Source) -> Iterator[Item]:
    """Yield each component with the checksums of all its artefacts: jar, pom, module metadata."""
    path: list[str] = []
    component: xml_text.Start | None = None
    digests: dict[str, None] = {}
    for event in xml_text.events(source.data, where=source.path):
        if isinstance(event, xml_text.End):
            if component is not None and path[1:] == ["components", "component"]:
                yield _component(component, tuple(digests), source)
                component = None
            path.pop()
            continue
        path.append(event.name)
        if len(path) == 1 and event.name != "verification-metadata":
            raise InputError(f"its root is <{event.name[:50]}>, not <verification-metadata>", where=source.path)
        if path[1:] == ["components", "component"]:
            component, digests = event, {}
        elif component is not None and path[3:4] == ["artifact"] and len(path) >= 5 and path[4] in _HEX_LENGTHS:
            # <sha256 value="…"/>, or an <also-trust value="…"/> inside it: another file that is accepted.
            algorithm = path[4]
            value = event.attributes.get("value", "").strip().lower()
            if len(value) == _HEX_LENGTHS[algorithm] and _HEX.match(value):
                digests[f"{algorithm}:{value}"] = None
            else:
                yield Problem(where=source.path, what=f"not a {algorithm}: {value[:140]!r}", line=event.line)


def _component(element: xml_text.Start, digests: tuple[str, ...], source: Source) -> Component | Problem:
    group, artifact, version = (element.attributes.get(key, "").strip() for key in ("group", "name", "version"))
    if not artifact:
        return Problem(where=source.path, what="a component without name", line=element.line)
    return Component(
        name=f"{group}:{artifact}",
        version=version or None,
        constraint=None if version else "*",
        purl=maven.purl(group, artifact, version or None),
        location=Location(source.path, element.line),
        digests=digests,
    )
