"""A tree in memory, for tests."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.errors import InputError
from scanner.model.tree import Entry


class Files:
    """Files by path; `/x` after a name marks it executable, `-> target` as content makes a link."""

    def __init__(self, files: Mapping[str, str | bytes], name: str = "side") -> None:
        self.name = name
        self._data = {
            path.removesuffix("/x"): text.encode() if isinstance(text, str) else text for path, text in files.items()
        }
        self.entries = {
            path.removesuffix("/x"): Entry(
                size=len(text),
                executable=path.endswith("/x"),
                link=text.removeprefix("-> ") if isinstance(text, str) and text.startswith("-> ") else None,
            )
            for path, text in files.items()
        }

    def read(self, path: str) -> bytes:
        if self.entries[path].link is not None:
            raise InputError("a link", where=path)
        return self._data[path]
