"""What the locks of Python's tools share: they name neither their project nor what it asks for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scanner.model.component import Component, Location, Origin, Scope
from scanner.parsers import graphs, python
from scanner.parsers.python_project import Project


def subject(project: Project, path: str) -> Component:
    """The project that a lock belongs to, as its project file names it."""
    name = project.name or graphs.ROOT
    return Component(
        name=name,
        version=project.version,
        purl=python.purl(name, project.version),
        location=Location(path),
        origin=Origin.WORKSPACE,
        ref=graphs.ROOT,
    )


def direct(project: Project | None, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Refs of what the project asks for itself; `names` maps normalised names to refs."""
    return _asked(project, names, tuple(Scope))


def scopes(
    project: Project, names: Mapping[str, Sequence[str]], edges: Mapping[str, Sequence[str]]
) -> dict[str, Scope]:
    """The scope of each ref that the project's declarations reach; what they do not reach has none."""
    inner = {ref: targets for ref, targets in edges.items() if ref != graphs.ROOT}
    found: dict[str, Scope] = {}
    for scope in (Scope.DEVELOPMENT, Scope.OPTIONAL, Scope.RUNTIME):  # the strictest is written last
        found.update(dict.fromkeys(graphs.reachable(inner, _asked(project, names, (scope,))), scope))
    return found


def _asked(project: Project | None, names: Mapping[str, Sequence[str]], among: Sequence[Scope]) -> Iterator[str]:
    for item in project.declared if project is not None else ():
        if item.scope in among and item.requirement.name and item.group != "build-system":
            yield from names.get(python.normalised(item.requirement.name), ())
