"""NuGet `packages.config`, the package list of older .NET projects.

Spec: https://learn.microsoft.com/nuget/reference/packages-config
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Problem, Scope
from scanner.parsers import nuget
from scanner.parsers.source import Source
from scanner.shape import xml_text


def parse(source: Source) -> Iterator[Item]:
    """Yield each installed package; the list holds transitive ones too, and says nothing of edges."""
    depth = 0
    for event in xml_text.events(source.data, where=source.path):
        if isinstance(event, xml_text.End):
            depth -= 1
            continue
        depth += 1
        if depth == 1 and event.name != "packages":
            raise InputError(f"its root is <{event.name[:50]}>, not <packages>", where=source.path)
        if depth == 2 and event.name == "package":
            yield _package(event, source)


def _package(element: xml_text.Start, source: Source) -> Component | Problem:
    attributes = {name.lower(): value.strip() for name, value in element.attributes.items()}
    name = attributes.get("id")
    if not name:
        return Problem(where=source.path, what="a package without id", line=element.line)
    # `allowedVersions` bounds updates only: `version` is what is installed.
    version, constraint = nuget.requirement(attributes.get("version"))
    development = attributes.get("developmentdependency", "").lower() == "true"
    return Component(
        name=name,
        version=version,
        constraint=constraint,
        purl=nuget.purl(name, version),
        location=Location(source.path, element.line),
        scope=Scope.DEVELOPMENT if development else Scope.RUNTIME,
    )
