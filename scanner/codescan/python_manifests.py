"""What the manifests of a Python package load unasked: its build backend, its modules, its plugins in other tools.

Specifications: https://packaging.python.org/en/latest/specifications/ (pyproject.toml, entry points, recording);
https://setuptools.pypa.io/en/latest/userguide/extension.html
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from scanner.errors import InputError
from scanner.model.signal import Trigger
from scanner.model.tree import Tree
from scanner.shape import encoding, toml_text

NAMES = frozenset(("pyproject.toml", "setup.cfg", "setup.py", "top_level.txt", "RECORD", "entry_points.txt"))
_MODULES = re.compile(r"\bpy[_-]modules\s*=\s*[\[(]?([^\])\n]*(?:\n[ \t]+[\w.\"', ]+)*)")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_SECTION = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_ENTRY = re.compile(r"\s*([\w.-]+)\s*=\s*([\w.]+)")
# Each run of letters is read once, however long it is: manifests hold images in base64.
_GROUPS = re.compile(
    r"(?<![\w.])([\w.]++)[\"']?\s*+[:=]\s*+\[?((?:\s*+[\"']?[\w.-]++\s*+=\s*+[\w.]++(?::[\w.]++)?+[\"']?,?)++)"
)
_PAIR = re.compile(r"(?<![\w.-])([\w.-]++)\s*+=\s*+([\w.]++)")
"""Entry points in setup.cfg and setup.py: a group, and its `name = module:object`."""
_PLUGS = ("pytest11", "distutils.", "setuptools.", "egg_info.", "hatch", "sphinx.", "flake8.", "mypy", "pip.")
"""Groups whose modules a tool loads because the package is there, in every project that it works on."""


def named(tree: Tree, path: str) -> Iterator[tuple[str, Trigger]]:
    """Files that a manifest has some tool load, and when."""
    folder, _, name = path.rpartition("/")
    try:
        text = encoding.lenient_text(tree.read(path))
    except InputError:  # who reads the file for its own sake says so
        return
    # `x.dist-info` lies beside what it tells of.
    beside = posixpath.dirname(folder)
    match name:
        case "RECORD" | "top_level.txt":
            modules = [line.partition(",")[0].strip().removesuffix(".py") for line in text.splitlines()]
            for module in modules:
                if module.isidentifier() and (file := posixpath.join(beside, f"{module}.py")) in tree.entries:
                    yield file, Trigger.IMPORT
        case "entry_points.txt":
            for _, module in plugins(text):
                yield from ((file, Trigger.BUILD) for file in _files(tree, beside, module))
        case _:
            if name == "pyproject.toml":
                yield from ((file, Trigger.INSTALL) for file in _backend(tree, folder, text))
                yield from ((file, Trigger.INSTALL) for file in _steps(tree, folder, text))
            for module in project_plugins(text, name):
                for base in (folder, posixpath.join(folder, "src")):
                    yield from ((file, Trigger.BUILD) for file in _files(tree, base, module))
            for found in _MODULES.findall(text):
                for module in _WORD.findall(found):
                    yield from ((file, Trigger.IMPORT) for file in _files(tree, folder, module))


def plugins(text: str) -> Iterator[tuple[str, str]]:
    """(group, module) of the entry points that a tool loads by itself; a command waits until somebody calls it."""
    group = ""
    for line in text.splitlines():
        if section := _SECTION.match(line):
            group = section[1]
        elif group.startswith(_PLUGS) and (entry := _ENTRY.match(line)):
            yield group, entry[2]


def project_plugins(text: str, name: str) -> list[str]:
    """Modules of entry points that a tool loads by itself, as pyproject.toml, setup.cfg or setup.py write them."""
    found: list[str] = []
    if name == "pyproject.toml":
        table = _table(text, name)
        project, poetry = _sub(table, "project", "entry-points"), _sub(table, "tool", "poetry", "plugins")
        for group, entries in (*project.items(), *poetry.items()):
            if group.startswith(_PLUGS) and isinstance(entries, dict):
                found += [str(value).partition(":")[0] for value in entries.values()]
    else:
        for group, body in _GROUPS.findall(text):
            if group.startswith(_PLUGS):
                found += [module for _, module in _PAIR.findall(body)]
    return found


def _steps(tree: Tree, folder: str, text: str) -> Iterator[str]:
    """Files that the steps of a published backend run while they build."""
    table = _table(text, "pyproject.toml")
    places = [
        _sub(table, "tool", "hatch", "build", "hooks", "custom").get("path"),
        _sub(table, "tool", "hatch", "metadata", "hooks", "custom").get("path"),
        _sub(table, "tool", "poetry", "build").get("script"),
        _sub(table, "tool", "poetry").get("build"),
        _sub(table, "tool", "pdm", "build").get("custom-hook"),
    ]
    targets = _sub(table, "tool", "hatch", "build", "targets")
    places += [_sub(targets, target, "hooks", "custom").get("path") for target in targets]
    for place in places:
        if isinstance(place, str) and (file := posixpath.normpath(posixpath.join(folder, place))) in tree.entries:
            yield file
    for command in _sub(table, "tool", "setuptools", "cmdclass").values():
        for base in (folder, posixpath.join(folder, "src")):
            yield from _files(tree, base, str(command).rpartition(".")[0])


def _table(text: str, where: str) -> dict[str, Any]:
    try:
        return toml_text.value(text.encode("utf-8", "surrogatepass"), where=where)
    except InputError:  # its own parser says so
        return {}


def _sub(table: object, *keys: str) -> dict[str, Any]:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}


def build_system(data: bytes | None, where: str) -> dict[str, Any]:
    """The table of that name; empty where there is none, or where its parser has to say what is wrong."""
    try:
        table = toml_text.value(data, where=where).get("build-system") if data else None
    except InputError:
        return {}
    return table if isinstance(table, dict) else {}


def _backend(tree: Tree, folder: str, text: str) -> Iterator[str]:
    """The files of a backend that the package brings along."""
    system = build_system(text.encode("utf-8", "surrogatepass"), folder)
    places, backend = system.get("backend-path"), system.get("build-backend")
    if isinstance(places, list) and isinstance(backend, str):
        for place in places:
            yield from _files(tree, posixpath.join(folder, str(place)), backend.partition(":")[0])


def _files(tree: Tree, folder: str, module: str) -> Iterator[str]:
    stem = posixpath.normpath(posixpath.join(folder, module.replace(".", "/")))
    yield from (file for file in (f"{stem}.py", f"{stem}/__init__.py") if file in tree.entries)
