"""`pyproject.toml`: what a Python project asks for, in the words of the standard, Poetry, uv and PDM.

Specs: see `python_project`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Subject
from scanner.parsers import graphs, python, python_project, tables
from scanner.parsers.source import Source
from scanner.shape import toml_text

_ELSEWHERE = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "requirements.txt", "Pipfile.lock")


def parse(source: Source) -> Iterator[Item]:
    """Yield the project, and each requirement of each of its groups."""
    project = python_project.read(source.data, source.path)
    if project.name is not None:
        yield Subject(
            component=Component(
                name=project.name,
                version=project.version,
                purl=python.purl(project.name, project.version),
                location=Location(source.path, None, project.needle),
                origin=Origin.WORKSPACE,
                ref=graphs.ROOT,
            )
        )
    given = graphs.Refs()
    refs: list[str] = []
    for item in project.declared:
        ref = given.unique(item.requirement.name or item.requirement.address or "?")
        location = Location(source.path, None, item.needle)
        component = python.component(item.requirement, location, scope=item.scope, ref=ref)
        if item.origin is not None:
            component = msgspec.structs.replace(component, origin=item.origin)
        refs.append(ref)
        yield component
    yield from project.problems
    yield from _dynamic(source)

    def edges() -> Mapping[str, Sequence[str]]:
        return {graphs.ROOT: refs}

    if refs:
        yield Graph(roots=(graphs.ROOT,), edges=edges)


def _dynamic(source: Source) -> Iterator[Problem]:
    """Dependencies that a build tool works out are not here: is there a file that has them?"""
    project = tables.table(toml_text.value(source.data, where=source.path), "project")
    dynamic = project.get("dynamic")
    if not isinstance(dynamic, list) or not {"dependencies", "optional-dependencies"}.intersection(
        word for word in dynamic if isinstance(word, str)
    ):
        return
    folder = posixpath.dirname(source.path)
    found = next((name for name in _ELSEWHERE if source.sibling(posixpath.join(folder, name)) is not None), None)
    yield Problem(
        where=f"{source.path}: project/dynamic",
        what="the dependencies are worked out when the project is built, and are not read from here",
        hint=f"{found} lies beside it" if found else "scan a lock or requirements file of it",
        harmless=found is not None,
    )
