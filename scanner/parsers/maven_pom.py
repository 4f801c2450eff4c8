"""Maven `pom.xml`: what a project asks for, itself and in its build.

Spec: the reference of the Maven project, "POM Reference".

Not Maven's resolution: what dependencies pull in on their own does not stand in the file. A dependency without version
takes it from `dependencyManagement`, here, in parents and in imported poms of the same tree; where none of these knows
it, the version is open (`*`). A managed version that nothing here asks for is yielded as optional, because it decides
the version if another dependency pulls the artefact in. Inherited dependencies are yielded by the parent's own file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope, Subject
from scanner.parsers import maven, xml_tree
from scanner.parsers.maven_managed import Key, Managed, key_of
from scanner.parsers.source import Source
from scanner.parsers.xml_tree import Element

_ROOT = "."
_MOST_PROFILES = 100
_PLUGIN_GROUP = "org.apache.maven.plugins"
_SCOPES = {"test": Scope.DEVELOPMENT, "provided": Scope.OPTIONAL, "import": Scope.DEVELOPMENT}


def parse(source: Source) -> Iterator[Item]:
    """Yield the project, its dependencies, and the plugins and extensions whose code runs in its build."""
    root, failure = xml_tree.read(source.data, where=source.path)
    if root is None or root.name != "project":
        raise failure or InputError("its root is no <project>: not a pom", where=source.path)
    tree = maven.Tree(source.sibling)
    reader = _Reader(source, tree.load(source.path, root), tree)
    yield Subject(component=reader.project())
    refs: list[str] = []
    for item in reader.read():
        if isinstance(item, Component):
            refs.append(item.ref)
        yield item
    yield Graph(roots=(_ROOT,), edges=lambda: {_ROOT: refs})
    if failure is not None:
        raise failure


class _Reader:
    """One pom, its properties and the versions that are managed for it."""

    def __init__(self, source: Source, pom: maven.Pom, tree: maven.Tree) -> None:
        self.source = source
        self.pom = pom
        self.properties = maven.properties(pom)
        self.managed = Managed(pom, tree)

    def project(self) -> Component:
        group, artifact, version = (
            self.properties.fill(self.pom.own(name)) for name in ("groupId", "artifactId", "version")
        )
        exact = version if version and "${" not in version else None
        return Component(
            name=f"{group}:{artifact}",
            version=exact,
            purl=maven.purl(group, artifact, exact),
            location=_place(self.source, self.pom.root),
            origin=Origin.WORKSPACE,
            ref=_ROOT,
        )

    def read(self) -> Iterator[Component | Problem]:
        root = self.pom.root
        declared = root.child("parent")
        if declared is not None and self.pom.parent is None:
            # Fetched like any artefact, and it may bring plugins: what it manages is not known here.
            version = (declared.value("version"),)
            yield from self._component(
                declared, self.properties, version, Scope.DEVELOPMENT, qualifiers=(("type", "pom"),)
            )
        yield from self._section(root, self.properties)
        for count, profile in enumerate(root.all("profiles", "profile")):
            if count == _MOST_PROFILES:
                yield Problem(
                    where=self.source.path, what=f"more than {_MOST_PROFILES} profiles: no more", line=profile.line
                )
                break
            yield from self._section(profile, self.properties.beside(profile))

    def _section(self, section: Element, properties: maven.Properties) -> Iterator[Component | Problem]:
        """The project, or one of its profiles: both may hold the same elements."""
        asked: set[Key] = set()
        for dependency in section.all("dependencies", "dependency"):
            asked.add(key_of(dependency, properties))
            yield from self._dependency(dependency, properties)
        for dependency in section.all("dependencyManagement", "dependencies", "dependency"):
            if key_of(dependency, properties) not in asked:
                yield from self._dependency(dependency, properties, managed=True)
        for part in ("build", "reporting"):
            for plugin in section.all(part, "plugins", "plugin"):
                yield from self._plugin(plugin, properties)
            for plugin in section.all(part, "pluginManagement", "plugins", "plugin"):
                yield from self._plugin(plugin, properties)
        for extension in section.all("build", "extensions", "extension"):
            yield from self._component(extension, properties, (extension.value("version"),), Scope.DEVELOPMENT)

    def _dependency(
        self, element: Element, properties: maven.Properties, *, managed: bool = False
    ) -> Iterator[Component | Problem]:
        known = () if managed else self.managed.of(key_of(element, properties))
        said = [element, *(one.element for one in known)]
        scope = _first(properties.fill(one.value("scope")) for one in said)
        optional = _first(properties.fill(one.value("optional")) for one in said) == "true"
        needed = _SCOPES.get(scope, Scope.RUNTIME)
        if needed is Scope.RUNTIME and (optional or managed):
            needed = Scope.OPTIONAL
        versions = (element.value("version"), *(one.version for one in known))
        path = properties.fill(element.value("systemPath")) if scope == "system" else None
        yield from self._component(
            element, properties, versions, needed, qualifiers=_qualifiers(element, properties), file=path
        )

    def _plugin(self, plugin: Element, properties: maven.Properties) -> Iterator[Component | Problem]:
        group = properties.fill(plugin.value("groupId")) or _PLUGIN_GROUP
        artifact = properties.fill(plugin.value("artifactId"))
        versions = (plugin.value("version"), *self.managed.of_plugin(group, artifact))
        yield from self._component(plugin, properties, versions, Scope.DEVELOPMENT, group=group)
        # What a plugin depends on is not subject to dependencyManagement.
        inside = [*plugin.all("dependencies", "dependency"), *_processors(plugin)]
        for dependency in inside:
            yield from self._component(dependency, properties, (dependency.value("version"),), Scope.DEVELOPMENT)

    def _component(
        self,
        element: Element,
        properties: maven.Properties,
        versions: Iterable[str],
        scope: Scope,
        *,
        group: str = "",
        qualifiers: tuple[tuple[str, str], ...] = (),
        file: str | None = None,
    ) -> Iterator[Component | Problem]:
        group = group or properties.fill(element.value("groupId"))
        artifact = properties.fill(element.value("artifactId"))
        place = _place(self.source, element)
        name = f"{group}:{artifact}"
        if not artifact:
            yield Problem(where=self.source.path, what=f"a <{element.name}> without artifactId", line=place.line)
            return
        written = properties.fill(_first(versions))
        for text, what in ((name, "name"), (written, "version")):
            if "${" in text:
                yield Problem(
                    where=self.source.path,
                    what=f"{what} {text[:200]} of {name[:200]} cannot be resolved",
                    line=place.line,
                    hint="no pom of the target sets that property",
                )
        version, constraint = maven.requirement(written)
        yield Component(
            name=name,
            version=version,
            constraint=constraint,
            purl=maven.purl(group, artifact, version, qualifiers),
            location=place,
            scope=scope,
            origin=Origin.REGISTRY if file is None else Origin.PATH,
            source_url=file,
            ref=f"{place.line}:{name}",
        )


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")


def _place(source: Source, element: Element) -> Location:
    """The line that says the name."""
    named = element.child("artifactId")
    return Location(source.path, element.line if named is None else named.line)


def _qualifiers(element: Element, properties: maven.Properties) -> tuple[tuple[str, str], ...]:
    classifier = properties.fill(element.value("classifier"))
    type_ = properties.fill(element.value("type"))
    pairs = (("classifier", classifier), ("type", "" if type_ == "jar" else type_))
    return tuple(pair for pair in pairs if pair[1])


def _processors(plugin: Element) -> Iterator[Element]:
    """Annotation processors run inside the compiler, and are named in its plugin's configuration only."""
    for configuration in (*plugin.all("configuration"), *plugin.all("executions", "execution", "configuration")):
        for paths in configuration.all("annotationProcessorPaths"):
            yield from (path for path in paths.children if path.child("artifactId") is not None)
