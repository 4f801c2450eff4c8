"""GitHub Actions: workflows, and actions made of steps or of a container.

Spec: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax and
https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Problem
from scanner.model.purl import Purl
from scanner.parsers import container_image, entries
from scanner.parsers.source import Source
from scanner.shape import encoding
from scanner.shape.json_text import Repeated

_LINE = re.compile(
    r"""\s*(?:-\s+)*(?:\{\s*)?(?P<quote>["']?)(?P<key>uses|image|container)(?P=quote)\s*:\s+
    (?:[&][^\s]+\s+)?
    (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' | (?P<plain>[^\s"'&*!|>%@`{\[#][^\s,}]*) )
    \s*(?:[,}].*|\#.*)?\Z""",
    re.VERBOSE,
)
_ACTION = re.compile(
    r"(?P<owner>[A-Za-z0-9][A-Za-z0-9_.-]*)/(?P<name>[A-Za-z0-9_.-]+)(?:/(?P<path>[^@\s]+))?(?:@(?P<ref>\S+))?\Z"
)
_LONGEST_LINE = 2000


class _Use(NamedTuple):
    """An action (`uses`) or an image."""

    key: str
    value: str


def parse(source: Source) -> Iterator[Item]:
    """Yield each action and image that is used.

    The lines say where, YAML says what: a line inside a script is no use, and a use in flow style stands on no line of
    its own. Where the file is not YAML, everything that looks like a use counts.
    """
    found = list(_lines(encoding.lenient_text(source.data)))
    try:
        document = entries.from_yaml(source)
    except InputError:
        for use, line in found:
            yield from _items(use, Location(source.path, line))
        raise
    unplaced: list[_Use] = []
    places: dict[_Use, list[int]] = defaultdict(list)
    for use, line in reversed(found):
        places[use].append(line)
    placed: list[tuple[int, _Use]] = []
    for use in _uses(document):
        if places.get(use):
            placed.append((places[use].pop(), use))
        else:
            unplaced.append(use)
    for line, use in sorted(placed):
        yield from _items(use, Location(source.path, line))
    for use in unplaced:
        yield from _items(use, Location(source.path, needle=use.value))
    yield from entries.repeated_keys(document, source)


def _lines(text: str) -> Iterator[tuple[_Use, int]]:
    for number, line in enumerate(text.split("\n"), 1):
        match = _LINE.match(line) if len(line) <= _LONGEST_LINE else None
        if match is not None:
            value = match["double"] or match["single"] or match["plain"] or ""
            key = "uses" if match["key"] == "uses" else "image"
            yield _Use(key, value.strip()), number


def _uses(document: dict[str, Any]) -> Iterator[_Use]:
    """Every use at the places where GitHub looks for one."""
    for _, job in _pairs(document.get("jobs")):
        yield from _texts(job, "uses", "uses")
        yield from _steps(job)
        yield from _texts(job, "container", "image")
        for container in _values(job, "container"):
            yield from _texts(container, "image", "image")
        for services in _values(job, "services"):
            for _, service in _pairs(services):
                yield from _texts(service, "image", "image")
    for runs in _values(document, "runs"):
        yield from _steps(runs)
        for use in _texts(runs, "image", "image"):
            # Anything else is a Dockerfile of the repository.
            if use.value.startswith("docker://"):
                yield use


def _steps(holder: Any) -> Iterator[_Use]:
    for steps in _values(holder, "steps"):
        for step in steps if isinstance(steps, list) else ():
            yield from _texts(step, "uses", "uses")


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Like `entries.items`, but what is no mapping is left to GitHub's own check."""
    for block in value if isinstance(value, Repeated) else (value,):
        if isinstance(block, dict):
            yield from ((key, each) for key in block for each in _values(block, key))


def _values(holder: Any, key: str) -> Iterator[Any]:
    """What a mapping says for `key`, every time it does."""
    value = holder.get(key) if isinstance(holder, dict) else None
    yield from value if isinstance(value, Repeated) else (value,)


def _texts(holder: Any, key: str, kind: str) -> Iterator[_Use]:
    for value in _values(holder, key):
        if isinstance(value, str) and value.strip():
            yield _Use(kind, value.strip())


def _items(use: _Use, location: Location) -> Iterator[Component | Problem]:
    value = use.value
    if use.key == "uses" and value.startswith(("./", ".\\", "../")):
        return  # stands in the tree, and is read there
    try:
        if use.key == "image" or value.startswith("docker://"):
            yield container_image.component(value.removeprefix("docker://"), location=location)
        else:
            yield _action(value, location)
    except InputError as error:
        yield entries.problem(error, where=location.path, line=location.line)


def _action(value: str, location: Location) -> Component:
    match = _ACTION.match(value)
    if match is None:
        raise InputError(f"{value[:200]!r} is no action: owner/repository@ref")
    owner, name, ref = match["owner"], match["name"], match["ref"]
    return Component(
        name=f"{owner}/{name}",
        version=ref,
        constraint=None if ref else "*",
        purl=Purl("githubactions", owner.lower(), name.lower(), ref, (), match["path"]),
        location=location,
        role="application",
    )
