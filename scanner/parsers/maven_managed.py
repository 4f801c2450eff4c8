"""Which versions `dependencyManagement` and `pluginManagement` fix for a pom: its own, its parents', imported ones."""

from __future__ import annotations

from typing import NamedTuple

from scanner.parsers import maven
from scanner.parsers.xml_tree import Element

Key = tuple[str, str, str, str]
"""group, artifact, type, classifier"""
_MOST_IMPORTS = 16


class Entry(NamedTuple):
    """One managed dependency; its version is filled in with the properties of the pom that says it."""

    element: Element
    version: str


def key_of(element: Element, properties: maven.Properties) -> Key:
    """What Maven matches a dependency with its management by."""
    type_ = properties.fill(element.value("type"))
    return (
        properties.fill(element.value("groupId")),
        properties.fill(element.value("artifactId")),
        type_ or "jar",
        properties.fill(element.value("classifier")),
    )


class Managed:
    """Managed versions by key: what is nearer to the project goes first, imports come last."""

    def __init__(self, pom: maven.Pom, tree: maven.Tree) -> None:
        self._dependencies: dict[Key, Entry] = {}
        self._plugins: dict[tuple[str, str], str] = {}
        self._tree = tree
        self._imports = 0
        self._seen: set[str] = set()
        self._take(pom)

    def of(self, key: Key) -> tuple[Entry, ...]:
        """The entry for a dependency, or nothing."""
        found = self._dependencies.get(key)
        return () if found is None else (found,)

    def of_plugin(self, group: str, artifact: str) -> tuple[str, ...]:
        """The version for a plugin, or nothing."""
        found = self._plugins.get((group, artifact))
        return () if found is None else (found,)

    def _take(self, pom: maven.Pom) -> None:
        if pom.path in self._seen:
            return
        self._seen.add(pom.path)
        properties = maven.properties(pom)
        imported: list[Key] = []
        for each in pom.chain():
            profiles = list(each.root.all("profiles", "profile"))
            for section in (each.root, *profiles):
                for element in section.all("dependencyManagement", "dependencies", "dependency"):
                    key = key_of(element, properties)
                    if properties.fill(element.value("scope")) == "import":
                        imported.append(key)
                    else:
                        version = properties.fill(element.value("version"))
                        self._dependencies.setdefault(key, Entry(element, version))
                for element in section.all("build", "pluginManagement", "plugins", "plugin"):
                    group = properties.fill(element.value("groupId")) or "org.apache.maven.plugins"
                    version = properties.fill(element.value("version"))
                    if version:
                        self._plugins.setdefault((group, properties.fill(element.value("artifactId"))), version)
        if imported:
            self._import(pom, imported)

    def _import(self, pom: maven.Pom, wanted: list[Key]) -> None:
        """Imported poms are found in the tree only where a parent lists them among its modules."""
        family = _family(pom.own("groupId"))
        # Who imports a pom of the same tree shares a name with it; all others are fetched.
        near = {key[:2] for key in wanted if _family(key[0]) == family}
        beside: dict[tuple[str, str], maven.Pom] = {}
        for module in self._tree.modules(pom, {artifact for _, artifact in near}) if near else ():
            beside[module.own("groupId"), module.own("artifactId")] = module
        for group, artifact, *_ in wanted:
            found = beside.get((group, artifact))
            if found is not None and self._imports < _MOST_IMPORTS:
                self._imports += 1
                self._take(found)


def _family(group: str) -> tuple[str, ...]:
    return tuple(group.split(".")[:2])
