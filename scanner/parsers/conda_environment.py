"""conda `environment.yml`.

Spec: https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner import parsers
from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Problem, Subject
from scanner.parsers import conda_package, entries, python, requirement_lines
from scanner.parsers.source import Source


def parse(source: Source) -> Iterator[Item]:
    """Yield each package that the environment asks for, of conda and of pip."""
    document = entries.from_yaml(source)
    if "dependencies" not in document:
        raise InputError("it has no dependencies: not a conda environment", where=source.path)
    name = document.get("name")
    if isinstance(name, str) and name:
        where = Location(source.path, needle=f"name: {name}")
        yield Subject(
            component=Component(name=name, version=None, purl=None, location=where, role="application"),
        )
    for raw in entries.elements(document["dependencies"] or [], where=f"{source.path}: dependencies"):
        if isinstance(raw, dict):
            yield from _nested(raw, source)
            continue
        try:
            text = entries.read(raw, str, where=f"{source.path}: dependencies")
            yield conda_package.component(text, location=Location(source.path, needle=text))
        except InputError as error:
            yield entries.problem(error, where=f"{source.path}: dependencies")
    yield from entries.repeated_keys(document, source)


def _nested(raw: dict[str, Any], source: Source) -> Iterator[Item]:
    for manager, listed in entries.items(raw, where=source.path):
        where = f"{source.path}: dependencies/{manager}"
        if manager != "pip":
            yield Problem(where=where, what=f"requirements of {manager[:200]!r} are not read")
            continue
        try:
            for text in entries.elements(listed, where=where):
                yield from _pip(text, where, source)
        except InputError as error:
            yield entries.problem(error, where=where)


def _pip(text: Any, where: str, source: Source) -> Iterator[Item]:
    """conda hands these to pip as the lines of a requirements file."""
    if not isinstance(text, str):
        yield Problem(where=where, what="a requirement that is no text")
        return
    for line in requirement_lines.lines(text):
        files = [value for name, value in line.options if name in ("--requirement", "--constraint")]
        for file in files:
            claimed = parsers.claim(file) is not None
            said = "is read as a file of its own" if claimed else "is not read: its name is none that we know"
            yield Problem(where=where, what=f"the requirements file {file[:200]!r} {said}", harmless=claimed)
        try:
            for wanted, digests in requirement_lines.wanted(line):
                yield python.component(wanted, Location(source.path, needle=text), digests=digests)
        except InputError as error:
            yield entries.problem(error, where=where)
