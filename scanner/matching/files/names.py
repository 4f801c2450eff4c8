"""Does a file bear the name that a campaign gave to its own, in the folder that belongs to it?

An indicator of several parts (`.github/workflows/shai-hulud-workflow.yml`) must stand with all of them, in their order;
one part (`setup_bun.js`) stands anywhere. Paths of a machine (`/tmp/ld.py`, `%APPDATA%\\…`) are no paths of a tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_MACHINE = ("/", "\\", "%", "~", "$")


def of_machine(value: str) -> bool:
    """Whether a path indicator names a place on a machine, which only a search of that machine can meet."""
    return value.startswith(_MACHINE) or value[1:3] in (":\\", ":/")


class Names:
    """Path indicators by their last part."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._by_last: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for key in keys:
            if of_machine(key):
                continue
            parts = tuple(part for part in key.replace("\\", "/").casefold().split("/") if part not in ("", "."))
            if parts:
                self._by_last.setdefault(parts[-1], []).append((parts, key))
        self._folders: set[tuple[str, ...]] = set()

    def match(self, path: str) -> Iterator[str]:
        """The keys that the path ends with, or that name a folder above it which was not met before."""
        parts = tuple(path.casefold().replace("!/", "/").split("/"))
        if self._by_last.keys().isdisjoint(parts):
            return
        for at, part in enumerate(parts, 1):
            known = self._by_last.get(part)
            if known is None:
                continue
            if at < len(parts):
                if parts[:at] in self._folders:
                    continue
                self._folders.add(parts[:at])
            for wanted, key in known:
                if parts[max(0, at - len(wanted)) : at] == wanted:
                    yield key
