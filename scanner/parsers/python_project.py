"""What a `pyproject.toml` declares: its own name, and what it asks for, in the words of five tools.

Specs: https://packaging.python.org/en/latest/specifications/pyproject-toml/ and …/dependency-groups/;
https://python-poetry.org/docs/pyproject/; https://docs.astral.sh/uv/concepts/projects/dependencies/;
https://pdm-project.org/latest/reference/pep621/. Locks that do not name their project look it up here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Origin, Problem, Scope
from scanner.parsers import python, tables
from scanner.parsers.source import Source
from scanner.shape import toml_text


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the project asks for."""

    requirement: python.Requirement
    scope: Scope
    group: str
    needle: str
    origin: Origin | None = None
    """Where a table of some tool says that it comes from elsewhere than the requirement itself says."""


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """The whole declaration."""

    name: str | None
    version: str | None
    needle: str
    declared: tuple[Declared, ...]
    problems: tuple[Problem, ...]


def in_folder(source: Source, folder: str) -> Project | None:
    """The project that lies in `folder` of the same target, if one can be read there."""
    path = posixpath.normpath(posixpath.join(folder, "pyproject.toml"))
    data = source.sibling(path)
    if data is None:
        return None
    try:
        return read(data, path)
    except InputError:
        return None  # the file is claimed by itself, and complains there


def beside(source: Source) -> Project | None:
    """The project that a lock lies beside."""
    return in_folder(source, posixpath.dirname(source.path))


def read(data: bytes, path: str) -> Project:
    """Read a `pyproject.toml`. Raises `InputError` where it is not TOML."""
    document = toml_text.value(data, where=path)
    problems: list[Problem] = []
    project = tables.table(document, "project")
    tool = tables.table(document, "tool")
    poetry = tables.table(tool, "poetry")
    declared = [
        *_requirements(
            project.get("dependencies"), "project/dependencies", "dependencies", Scope.RUNTIME, path, problems
        ),
        *_groups(project, "optional-dependencies", "project", Scope.OPTIONAL, path, problems),
        *_groups(document, "dependency-groups", "", Scope.DEVELOPMENT, path, problems),
        *_build(document, path, problems),
        *_groups(tables.table(tool, "pdm"), "dev-dependencies", "tool/pdm", Scope.DEVELOPMENT, path, problems),
        *_requirements(
            tables.table(tool, "uv").get("dev-dependencies"),
            "tool/uv/dev-dependencies",
            "dev",
            Scope.DEVELOPMENT,
            path,
            problems,
        ),
        *_poetry(poetry, path, problems),
    ]
    problems.extend(_indexes(tool, path))
    sources = _uv_sources(tables.table(tables.table(tool, "uv"), "sources"), path, problems)
    if sources:
        declared = [_from_uv(item, sources) for item in declared]
    own = project if isinstance(project.get("name"), str) else poetry
    name, version = _text(own.get("name")), _text(own.get("version"))
    return Project(
        name=name,
        version=version,
        needle=f'name = "{name}"',
        declared=tuple(declared),
        problems=tuple(problems),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _requirements(
    value: Any, place: str, group: str, scope: Scope, path: str, problems: list[Problem]
) -> Iterator[Declared]:
    if value is None:
        return
    if not isinstance(value, list):
        problems.append(Problem(where=f"{path}: {place}", what="not a list of requirements"))
        return
    for number, entry in enumerate(value):
        where = f"{path}: {place}/{number}"
        if isinstance(entry, dict) and isinstance(entry.get("include-group"), str):
            continue  # the group that it includes is read by itself
        if not isinstance(entry, str):
            problems.append(Problem(where=where, what="not a requirement"))
            continue
        text = entry.strip().removeprefix("-e ")  # PDM writes editable ones so
        try:
            wanted = python.requirement(text)
        except InputError as error:
            problems.append(Problem(where=where, what=error.what))
            continue
        yield Declared(
            requirement=wanted, scope=scope, group=group, needle=f"'{entry}'" if '"' in entry else f'"{entry}"'
        )


def _groups(
    value: dict[str, Any], key: str, parent: str, scope: Scope, path: str, problems: list[Problem]
) -> Iterator[Declared]:
    place = f"{parent}/{key}" if parent else key
    groups = value.get(key)
    if groups is not None and not isinstance(groups, dict):
        problems.append(Problem(where=f"{path}: {place}", what="not a table of groups"))
        return
    names = {python.normalised(name) for name in groups or ()}
    for name, entries in (groups or {}).items():
        yield from _requirements(entries, f"{place}/{name}", name, scope, path, problems)
        for entry in entries if isinstance(entries, list) else ():
            included = entry.get("include-group") if isinstance(entry, dict) else None
            if isinstance(included, str) and python.normalised(included) not in names:
                problems.append(
                    Problem(where=f"{path}: {place}/{name}", what=f"it includes no group {included[:100]!r}")
                )


def _build(document: dict[str, Any], path: str, problems: list[Problem]) -> Iterator[Declared]:
    requires = tables.table(document, "build-system").get("requires")
    return _requirements(requires, "build-system/requires", "build-system", Scope.DEVELOPMENT, path, problems)


def _poetry(poetry: dict[str, Any], path: str, problems: list[Problem]) -> Iterator[Declared]:
    groups: list[tuple[str, Any, Scope]] = [
        ("dependencies", poetry.get("dependencies"), Scope.RUNTIME),
        ("dev-dependencies", poetry.get("dev-dependencies"), Scope.DEVELOPMENT),
    ]
    for group, inner in tables.table(poetry, "group").items():
        groups.append((f"group/{group}/dependencies", tables.table(inner, "dependencies"), Scope.DEVELOPMENT))
    for place, entries, scope in groups:
        if entries is not None and not isinstance(entries, dict):
            problems.append(Problem(where=f"{path}: tool/poetry/{place}", what="not a table"))
            continue
        for name, said in (entries or {}).items():
            if name == "python":
                continue
            for one in said if isinstance(said, list) else [said]:
                try:
                    yield _poetry_entry(name, one, scope, place)
                except InputError as error:
                    problems.append(Problem(where=f"{path}: tool/poetry/{place}/{name}", what=error.what))


class _Poetry(msgspec.Struct, frozen=True):
    version: str | None = None
    optional: bool = False
    git: str | None = None
    rev: str | None = None
    tag: str | None = None
    branch: str | None = None
    path: str | None = None
    file: str | None = None
    url: str | None = None
    extras: tuple[str, ...] = ()


def _poetry_entry(name: str, said: Any, scope: Scope, group: str) -> Declared:
    try:
        entry = _Poetry(version=said) if isinstance(said, str) else msgspec.convert(said, _Poetry)
    except msgspec.ValidationError as error:
        raise InputError(f"unexpected content: {error}") from error
    revision = entry.rev or entry.tag or entry.branch
    address, origin = entry.url or entry.path or entry.file, Origin.URL if entry.url else Origin.PATH
    if entry.git:
        address, origin = entry.git + (f"#{revision}" if revision else ""), Origin.GIT
    specifier = entry.version or ""
    version = None if address else poetry_pin(specifier)
    requirement = python.Requirement(
        name=name, extras=entry.extras, specifier=specifier, version=version, address=address
    )
    if entry.optional and scope is Scope.RUNTIME:
        scope = Scope.OPTIONAL
    return Declared(
        requirement=requirement, scope=scope, group=group, needle=f"{name} = ", origin=origin if address else None
    )


def poetry_pin(constraint: str) -> str | None:
    """The version that a constraint of Poetry's pins: a bare version means that very one, `^1.2` does not."""
    text = constraint.strip()
    if text[:1].isdigit() and all(char.isalnum() or char in ".+-!_" for char in text):
        return text
    try:
        return python.pinned(text)
    except InputError:
        return None


class _UvSource(msgspec.Struct, frozen=True):
    git: str | None = None
    rev: str | None = None
    tag: str | None = None
    branch: str | None = None
    url: str | None = None
    path: str | None = None
    workspace: bool = False


_Elsewhere = tuple[str | None, Origin]


def _uv_sources(table: dict[str, Any], path: str, problems: list[Problem]) -> dict[str, _Elsewhere]:
    """`tool.uv.sources` says for a name where uv takes it from, whatever the requirement says: (address, origin)."""
    found: dict[str, _Elsewhere] = {}
    for name, said in table.items():
        # A list says it for several platforms: the first stands for all.
        try:
            entry = msgspec.convert(said[0] if isinstance(said, list) and said else said, _UvSource)
        except msgspec.ValidationError as error:
            problems.append(Problem(where=f"{path}: tool/uv/sources/{name[:200]}", what=f"unexpected content: {error}"))
            continue
        revision = entry.rev or entry.tag or entry.branch
        if entry.git:
            found[python.normalised(name)] = (entry.git + (f"#{revision}" if revision else ""), Origin.GIT)
        elif entry.workspace:
            found[python.normalised(name)] = (None, Origin.WORKSPACE)
        elif entry.url or entry.path:
            found[python.normalised(name)] = (entry.url or entry.path, Origin.URL if entry.url else Origin.PATH)
        # Else it names an index: still a registry.
    return found


def _from_uv(item: Declared, sources: dict[str, _Elsewhere]) -> Declared:
    said = sources.get(python.normalised(item.requirement.name or ""))
    if said is None or item.group == "build-system":
        return item
    address, origin = said
    requirement = msgspec.structs.replace(item.requirement, address=address) if address else item.requirement
    return msgspec.structs.replace(item, requirement=requirement, origin=origin)


class _Index(msgspec.Struct, frozen=True):
    url: tables.Name
    name: str = ""


def _indexes(tool: dict[str, Any], path: str) -> Iterator[Problem]:
    for place, value in (
        ("tool/uv/index", tables.table(tool, "uv").get("index")),
        ("tool/poetry/source", tables.table(tool, "poetry").get("source")),
        ("tool/pdm/source", tables.table(tool, "pdm").get("source")),
    ):
        good, bad = tables.rows(value, _Index, path=path, place=place)
        for _, index in good:
            yield python.other_index(index.url, f"{path}: {place}")
        yield from bad
