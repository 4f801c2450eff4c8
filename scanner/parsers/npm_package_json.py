"""`package.json` as a manifest: what a project asks for, before any lock decides.

Spec: https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md; `resolutions` is yarn's
way to say `overrides`, `pnpm.overrides` is pnpm's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner import shape
from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope, Subject
from scanner.parsers import npm, npm_json
from scanner.parsers.source import Source
from scanner.shape import encoding

_ROOT = "."
_SECTIONS = (
    ("dependencies", Scope.RUNTIME),
    ("devDependencies", Scope.DEVELOPMENT),
    ("optionalDependencies", Scope.OPTIONAL),
    ("peerDependencies", Scope.OPTIONAL),
)
_DESCRIBED = re.compile(r"(?<=[^/])@")
_PAIR = re.compile(r'"([^"\\]*)"\s*:\s*"([^"\\]*)"')


class _Needles:
    """The text of each `"name": "requirement"` as the file spells it."""

    def __init__(self, data: bytes) -> None:
        self._spelled = {found.groups(): found[0] for found in _PAIR.finditer(encoding.lenient_text(data))}

    def of(self, name: str, requirement: str) -> str:
        spelled = self._spelled.get((name, requirement), "")
        return spelled if "\n" not in spelled else ""


def parse(source: Source) -> Iterator[Item]:
    """Yield each requirement; a manifest without any is fine."""
    document, problems = npm_json.decode(source.data, source.path)
    yield from problems
    if not isinstance(document, dict):
        raise InputError("not a package.json: it is no JSON object", where=source.path)
    needles = _Needles(source.data)
    refs: list[str] = []
    for reading in npm_json.readings(document)[:1]:
        yield from _subject(reading, source.path, needles)
    declared: set[str] = set()
    for section, scope in _SECTIONS:
        for name, requirement in _entries(document, section, source.path):
            if isinstance(requirement, Problem):
                yield requirement
                continue
            declared.add(name)
            refs.append(f"{section}/{name}")
            yield _requirement(name, requirement, scope, refs[-1], source.path, needles)
    for name in _bundled(document):
        if name not in declared:
            refs.append(f"bundledDependencies/{name}")
            yield _requirement(name, "*", Scope.RUNTIME, refs[-1], source.path, needles)
    for place, name, requirement in _overrides(document):
        refs.append(place)
        yield _requirement(name, requirement, Scope.RUNTIME, place, source.path, needles)
    yield Graph(roots=(_ROOT,), edges=lambda: {_ROOT: tuple(dict.fromkeys(refs))})


def _subject(document: dict[str, Any], path: str, needles: _Needles) -> Iterator[Subject]:
    name, version = document.get("name"), document.get("version")
    if isinstance(name, str) and name:
        version = version if isinstance(version, str) and version else None
        yield Subject(
            component=Component(
                name=name, version=version, purl=npm.purl(name, version), origin=Origin.WORKSPACE, ref=_ROOT,
                location=Location(path, None, needles.of("name", name)), role="application",
            )
        )  # fmt: skip


def _entries(document: dict[str, Any], section: str, path: str) -> Iterator[tuple[str, str | Problem]]:
    for value in npm_json.each(document.get(section)):
        if value is not None and not isinstance(value, dict):
            # npm itself shrugs at `"dependencies": []`, which old generators write.
            yield "", Problem(where=f"{path}: {section}", what="it is not an object", harmless=not value)
    for name, requirement in npm_json.pairs(document.get(section)):
        if not isinstance(requirement, str) or not name:
            yield name, Problem(where=f"{path}: {section}/{name}", what="it asks for no version that could be read")
        else:
            yield name, requirement


def _requirement(name: str, requirement: str, scope: Scope, ref: str, path: str, needles: _Needles) -> Component:
    asked = npm.wanted(name, requirement)
    return Component(
        name=asked.name or name, version=asked.version, constraint=asked.constraint,
        purl=npm.purl(asked.name or name, asked.version), location=Location(path, None, needles.of(name, requirement)),
        scope=scope, origin=asked.origin, source_url=asked.url, ref=ref,
        alias=name if asked.name and asked.name != name else None,
    )  # fmt: skip


def _bundled(document: dict[str, Any]) -> Iterator[str]:
    """Names only; `true` means all dependencies."""
    for key in ("bundledDependencies", "bundleDependencies"):
        for names in npm_json.each(document.get(key)):
            if isinstance(names, list):
                yield from (name for name in names if isinstance(name, str) and name)


def _overrides(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(place, name, requirement). They may nest: `{"a": {".": "1.0.0", "b": "2.0.0"}}`."""
    stack: list[tuple[str, str, Any, int]] = []
    for key in ("resolutions", "overrides"):
        stack += [(key, "", value, 0) for value in npm_json.each(document.get(key))]
    for tool in npm_json.each(document.get("pnpm")):
        if isinstance(tool, dict):
            stack += [("pnpm/overrides", "", value, 0) for value in npm_json.each(tool.get("overrides"))]
    while stack:
        place, holder, value, depth = stack.pop()
        if isinstance(value, dict) and depth < shape.MAX_DEPTH:
            inner = [(f"{place}/{key}"[:500], _overridden(key) if key != "." else holder, held, depth + 1)
                     for key, held in npm_json.pairs(value)]  # fmt: skip
            stack.extend(reversed(inner))
        # "$name" repeats what the project itself asks for; "-" removes.
        elif isinstance(value, str) and holder and not value.startswith("$") and value != "-":
            yield place, holder, value


def _overridden(key: str) -> str:
    """The package that a key means: `b` in `a>b`, `**/a/b`, `b@^1`, `b@npm:^1`."""
    name = _DESCRIBED.split(key.rpartition(">")[2].strip(), maxsplit=1)[0]
    folders, _, last = name.rpartition("/")
    scope = folders.rpartition("/")[2]
    return f"{scope}/{last}" if scope[:1] == "@" else last
