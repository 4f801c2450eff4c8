"""A part of a tree as a tree of its own, and a release laid where its copy lies: so the two have the same paths."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from scanner.model.tree import Entry, Tree


class Part:
    """Some files of a tree, under the paths that people see."""

    def __init__(self, tree: Tree, name: str, paths: Iterable[str], prefix: str = "") -> None:
        self.name = name
        self._tree = tree
        self._prefix = prefix
        self.entries: Mapping[str, Entry] = {prefix + path: tree.entries[path] for path in paths}

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises `InputError`."""
        return self._tree.read(path[len(self._prefix) :])


class Mounted:
    """A tree, with its root at some folder of another."""

    def __init__(self, tree: Tree, folder: str) -> None:
        self.name = tree.name
        self._tree = tree
        self._paths = {posixpath.join(folder, path): path for path in tree.entries}
        self.entries: Mapping[str, Entry] = {shown: tree.entries[path] for shown, path in self._paths.items()}

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises `InputError`."""
        return self._tree.read(self._paths[path])
