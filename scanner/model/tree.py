"""A set of files to look at, wherever it comes from: folder, archive, git revision, release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """What is known of a file before it is read."""

    size: int
    executable: bool = False
    link: str | None = None
    """Target of a symbolic link, as written; it is never followed."""


class Tree(Protocol):
    """Files by path. Nothing in it is executed, and reading is bounded."""

    @property
    def name(self) -> str:
        """How people call it: a path, `REV:path`, a purl."""
        ...

    @property
    def entries(self) -> Mapping[str, Entry]:
        """By path from the tree's own root, with `/`. The one folder that archives wrap everything in is left out."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises `InputError`."""
        ...
