"""One revision of a repository, read like a folder: its sources by blob, and the files beside them."""

from __future__ import annotations

import posixpath
from functools import partial

from scanner import parsers
from scanner.errors import InputError
from scanner.model.inventory import Reading
from scanner.pipeline import inventory as inventories
from scanner.targets.git_objects import Repository


class Revision:
    """A tree of a repository, of which `prefix` (with `/` at its end, or "") is the target."""

    def __init__(self, repository: Repository, tree: str, prefix: str) -> None:
        self._repository = repository
        self._tree = tree
        self._prefix = prefix

    def reading(self, path: str, blob: str) -> tuple[Reading | None, dict[str, str | None]]:
        """What a source says, and which files beside it (path → blob) its reader asked for; `None`: it is no source.

        `path` is the repository's, and shown as the target's. Raises `InputError` for a missing blob.
        """
        beside: dict[str, str | None] = {}

        def sibling(other: str) -> bytes | None:
            full = posixpath.normpath(posixpath.join("/", self._prefix, other)).lstrip("/")
            # As in a folder: what lies outside of the target is not there.
            if full.startswith("..") or not full.startswith(self._prefix):
                return None
            found = beside[full] = self.blob(full)
            try:
                return None if found is None else self._repository.blob(found)
            except InputError:
                return None

        load = partial(self._repository.blob, blob)
        if parsers.claim(path) is None and self._repository.size(blob) > inventories.MAX_SNIFFED:
            return None, beside
        return inventories.read_source(path.removeprefix(self._prefix), load, sibling), beside

    def blob(self, path: str) -> str | None:
        """The blob of a regular file; `None` where there is none, or its folder cannot be read."""
        try:
            return self._repository.find(self._tree, path)
        except InputError:
            return None
