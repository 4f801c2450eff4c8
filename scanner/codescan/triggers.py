"""When does the code in a file run, without anybody calling it?

By the file's place and name, and by what the manifests of its package say. What nothing is known of runs when the
program gets there.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from scanner.codescan import loaded_lines, package_manifests, python_lines, python_manifests, reached
from scanner.codescan.hook_places import BY_ENDING, BY_NAME, COMPOSER, FOLDERS, LIFECYCLE
from scanner.codescan.languages import is_prose
from scanner.errors import InputError
from scanner.model.signal import Trigger
from scanner.model.tree import Tree
from scanner.shape import encoding, json_text

_SCRIPT = re.compile(r"[\w@./\\-]+\.(?:[cm]?js|[cm]?ts|sh|py|ps1|bat|cmd|rb|php|exe)\b")
_C_CONSTRUCTOR = re.compile(r"__attribute__\s*\(\(\s*(?:__)?(?:constructor|ifunc)(?:__)?\b")
_BY_CONTENT = (".go", ".java", ".kt", ".cs", ".c", ".cc", ".cpp", ".m", ".mm", ".spec", ".cursorrules")
_TEMPLATE = re.compile(r"(?<=.)\.(?:in|tmpl|template)\Z")
_RPM_SCRIPT = re.compile(r"^%(?:pre|post|preun|postun|posttrans)\b", re.MULTILINE)


class Triggers:
    """Answers for one tree; its manifests are read once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._named: dict[str, Trigger] = {}
        self._initial: dict[str, frozenset[int]] = {}
        """Lines that run when a file is loaded, of those that were asked for."""
        for path, trigger in _from_manifests(tree):
            # What runs on install comes first, and stays that where it is the main file, too.
            self._named.setdefault(path, trigger)

    def of(self, path: str, line: int | None = None) -> Trigger:
        """When the code in this file runs: by itself, or because a hook loads it. Given a line, when that line does."""
        own = self._own(path)
        trigger = self._reached.get(path, own) if own is Trigger.RUN else own
        # What builds a package calls its own functions, by names that only the tool knows.
        loaded = trigger is Trigger.IMPORT or (trigger is Trigger.INSTALL and own is Trigger.RUN)
        if line is not None and loaded and path.endswith(python_lines.ENDINGS) and self._lines.sleeps(path, line):
            return Trigger.RUN
        if trigger is Trigger.RUN and loaded_lines.knows(path):
            lines = self._loaded(path)
            return Trigger.IMPORT if (lines if line is None else line in lines) else Trigger.RUN
        return trigger

    def _loaded(self, path: str) -> frozenset[int]:
        if path not in self._initial:
            self._initial[path] = loaded_lines.loaded(path, _text(self._tree, path))
        return self._initial[path]

    @cached_property
    def _lines(self) -> python_lines.Lines:
        paths = (path for path in self._tree.entries if path.endswith(python_lines.ENDINGS))
        return python_lines.Lines(self._tree, [path for path in paths if self.of(path) is not Trigger.RUN])

    @cached_property
    def _reached(self) -> dict[str, Trigger]:
        # What is a hook by its content (an `init` of Go) names no files; to look would be to read the whole tree.
        paths = (path for path in self._tree.entries if not path.endswith(_BY_CONTENT) and not is_prose(path))
        hooks = {path: self._own(path) for path in paths}
        return reached.files(self._tree, {path: when for path, when in hooks.items() if when is not Trigger.RUN})

    def _own(self, path: str) -> Trigger:
        if path in self._named:
            return self._named[path]
        # `Makefile.in` runs when what is made of it does.
        shown = _TEMPLATE.sub("", f"/{path.lower()}")
        name = shown.rpartition("/")[2]
        for folder, trigger in FOLDERS:
            if f"/{folder}" in shown:
                return trigger
        if name in BY_NAME:
            return BY_NAME[name]
        for ending, trigger in BY_ENDING:
            if shown.endswith(ending):
                return trigger
        # A bare repository: git obeys its settings as soon as a prompt or an editor asks for the state of its folder.
        if name == "config" and posixpath.join(posixpath.dirname(path), "HEAD") in self._tree.entries:
            return Trigger.EDITOR
        if name.endswith((".c", ".cc", ".cpp", ".m", ".mm")) and _C_CONSTRUCTOR.search(_text(self._tree, path)):
            return Trigger.IMPORT
        if name.endswith(".spec"):
            return Trigger.INSTALL if _RPM_SCRIPT.search(_text(self._tree, path)) else Trigger.BUILD
        return Trigger.RUN


def _from_manifests(tree: Tree) -> Iterator[tuple[str, Trigger]]:
    """Files that a manifest names: what runs on install first, then what loads on import."""
    imports: list[tuple[str, Trigger]] = []
    for path in tree.entries:
        folder, _, name = path.rpartition("/")
        if name == "package.json":
            manifest = _json(tree, path)
            for script in _texts(manifest.get("scripts"), LIFECYCLE):
                yield from ((file, Trigger.INSTALL) for file in _files(tree, folder, script))
            for key in ("main", "module", "browser"):
                imports += [(file, Trigger.IMPORT) for file in _files(tree, folder, str(manifest.get(key) or ""))]
            imports += [(file, Trigger.IMPORT) for file in _files(tree, folder, "index.js")]
        elif name in ("action.yml", "action.yaml"):
            # What the steps, the image or the entry points of an action name.
            text = _text(tree, path).replace("$GITHUB_ACTION_PATH", ".").replace("${{ github.action_path }}", ".")
            yield from ((file, Trigger.CI) for file in _files(tree, folder, text))
        elif name == "composer.json":
            for script in _texts(_json(tree, path).get("scripts"), tuple(COMPOSER)):
                yield from ((file, Trigger.INSTALL) for file in _files(tree, folder, script))
        manifests = python_manifests if name in python_manifests.NAMES else package_manifests
        for file, trigger in manifests.named(tree, path):
            if trigger is Trigger.IMPORT:
                imports.append((file, trigger))
            else:
                yield file, trigger
    yield from imports


def _files(tree: Tree, folder: str, command: str) -> Iterator[str]:
    """Files of the tree that a command line names, in its own folder; `node setup` may leave the ending out."""
    words = [*_SCRIPT.findall(command), *command.split()]
    for word in words:
        for candidate in (word, f"{word}.js", f"{word}/index.js"):
            path = posixpath.normpath(posixpath.join(folder, candidate.replace("\\", "/")))
            if path in tree.entries:
                yield path


def _texts(mapping: object, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(mapping, dict):
        for key in keys:
            value = mapping.get(key)
            yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))


def _json(tree: Tree, path: str) -> dict[str, Any]:
    """A manifest, or an empty one where it cannot be read: its own parser says so."""
    try:
        value = json_text.value(tree.read(path), where=path)
    except InputError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(tree: Tree, path: str) -> str:
    try:
        return encoding.lenient_text(tree.read(path))
    except InputError:
        return ""
