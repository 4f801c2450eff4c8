"""Conan `conan.lock`, of Conan 1 (`graph_lock`) and Conan 2 (lists of requirements).

Spec: https://docs.conan.io/2/tutorial/versioning/lockfiles.html, https://docs.conan.io/1/versioning/lockfiles.html;
references: https://docs.conan.io/2/reference/conanfile/attributes.html#package-reference
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Scope, Subject
from scanner.model.purl import Purl
from scanner.parsers import entries
from scanner.parsers.source import Source

# name/version@user/channel#recipe_revision:package_id#package_revision%timestamp
_REFERENCE = re.compile(
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_+.-]*)/(?P<version>\[[^\]]*\]|[^@#:%\s]+)"
    r"(?:@(?:(?P<user>[^/#:%\s]+)/(?P<channel>[^#:%\s]+)|(?P<lone>[^#:%\s]*)))?"
    r"(?:#(?P<rrev>[^:%#\s]+))?(?::[^#%\s]+(?:#(?P<prev>[^%\s]+))?)?(?:%[0-9.]+)?\Z"
)
# Conan 2 list → when what stands in it is needed.
_LISTS = {
    "requires": Scope.RUNTIME,
    "build_requires": Scope.DEVELOPMENT,
    "python_requires": Scope.DEVELOPMENT,
    "config_requires": Scope.DEVELOPMENT,
}


class _Node(msgspec.Struct):
    """A node of Conan 1's graph."""

    ref: str | None = None
    path: str | None = None
    prev: str | None = None
    context: str = "host"
    requires: list[str] = []
    build_requires: list[str] = []


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked recipe."""
    document = entries.from_json(source)
    if "graph_lock" in document:
        yield from _graph_lock(document["graph_lock"], source)
    elif document.keys() & _LISTS:
        for key, scope in _LISTS.items():
            yield from _list(document.get(key, []), scope, f"{source.path}: {key}", source)
    else:
        raise InputError("it has neither graph_lock nor requires: not a conan.lock", where=source.path)
    yield from entries.repeated_keys(document, source)


def _list(raw: Any, scope: Scope, where: str, source: Source) -> Iterator[Item]:
    try:
        for text in entries.elements(raw, where=where):
            try:
                yield _component(entries.read(text, str, where=where), source, scope=scope)
            except InputError as error:
                yield entries.problem(error, where=where)
    except InputError as error:
        yield entries.problem(error, where=where)


def _graph_lock(raw: Any, source: Source) -> Iterator[Item]:
    where = f"{source.path}: graph_lock/nodes"
    nodes: dict[str, _Node] = {}
    for key, value in entries.items(raw.get("nodes") if isinstance(raw, dict) else None, where=where):
        try:
            node = entries.read(value, _Node, where=f"{where}/{key}")
            nodes[key] = node
            if node.ref is None and node.path is None:
                raise InputError("it has no ref")
            if node.path is not None:
                # The recipe that was locked, not something that it pulls in.
                yield Subject(component=_subject(key, node, source))
                continue
            scope = Scope.DEVELOPMENT if node.context == "build" else Scope.RUNTIME
            yield _component(node.ref or "", source, scope=scope, ref=key, revision=node.prev)
        except InputError as error:
            yield entries.problem(error, where=f"{where}/{key}")

    def edges() -> Mapping[str, Sequence[str]]:
        return {key: node.requires + node.build_requires for key, node in nodes.items()}

    yield Graph(roots=tuple(key for key, node in nodes.items() if node.path is not None), edges=edges)


def _subject(key: str, node: _Node, source: Source) -> Component:
    match = _REFERENCE.match(node.ref or "")
    return Component(
        name=match["name"] if match else node.path or "",
        version=match["version"] if match else None,
        purl=None,
        location=Location(source.path, needle=f'"{key}":'),
        ref=key,
        role="application",
    )


def _component(text: str, source: Source, *, scope: Scope, ref: str = "", revision: str | None = None) -> Component:
    match = _REFERENCE.match(text)
    if match is None:
        raise InputError(f"{text[:200]!r} is no reference to a recipe")
    said = match["version"]
    version = None if said.startswith("[") else said
    qualifiers = {
        "channel": match["channel"],
        "prev": match["prev"] or revision,
        "rrev": match["rrev"],
        "user": match["user"] or match["lone"],
    }
    return Component(
        name=match["name"],
        version=version,
        constraint=None if version else said[1:-1] or "*",
        purl=Purl(
            "conan",
            None,
            match["name"],
            version,
            tuple((key, value) for key, value in qualifiers.items() if value and value != "_"),
        ),
        location=Location(source.path, needle=f'"{text}"'),
        scope=scope,
        ref=ref,
    )
