"""Globs over paths: `*` and `?` stay inside a name, `**` crosses folders, and what names a folder means all in it.

As gitignore has it, but that a glob begins at the root and says `**/` where it may stand anywhere. No pattern costs
more than its length times the path's. Many globs at once: `glob_index`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

MOST = 300
"""Characters of a glob."""
# Paths that have nothing in common but a folder: a glob that means all of them means everything.
_ANYTHING = ("Zz/a.lock", "q9/-x.json", "deep/er/and/deeper_still/.w")


def complaint(glob: str) -> str | None:
    """Why this is no glob of ours; `None` where it is one."""
    if not glob or len(glob) > MOST:
        return f"a glob has 1 to {MOST} characters"
    if glob.startswith(("/", "~")) or "\\" in glob or "\0" in glob:
        return "a path begins at the root, without a / before it, and has / between its names"
    if any(part in ("", ".", "..") for part in glob.removesuffix("/").split("/")):
        return "a path has no empty name, no . and no .. in it"
    return None


def matches_everything(glob: str) -> bool:
    """Whether it leaves nothing out that matters."""
    return all(matches(glob, path) for path in _ANYTHING)


def matches(glob: str, path: str) -> bool:
    """Whether the path, or a folder that it lies in, is meant."""
    return depth(glob, path) > 0


def depth(glob: str, path: str) -> int:
    """How many names of the path the glob takes, at the deepest place where it ends; 0 where it does not match."""
    names = path.split("/")
    return max((end for end in _ends(parts(glob), names) if end), default=0)


def folder(glob: str, path: str) -> int:
    """How many characters of the path, up to and with a `/`, are the first folder that the glob names; 0 for none."""
    names = path.split("/")
    end = min((end for end in _ends(parts(glob), names) if 0 < end < len(names)), default=0)
    return sum(len(name) + 1 for name in names[:end])


def specificity(glob: str) -> int:
    """Of two globs that end at one folder, the one with more plain characters is nearer to it."""
    return sum(char not in "*?[]/" for char in glob)


@lru_cache(maxsize=4096)
def parts(glob: str) -> tuple[str, ...]:
    """The names of a glob."""
    return tuple(glob.removesuffix("/").split("/"))


def _ends(parts: tuple[str, ...], names: list[str]) -> set[int]:
    """How many names may be taken when all parts are used up."""
    places = {0}
    for number, part in enumerate(parts):
        if part == "**":
            # At the end it means what lies below, not the folder itself.
            least = min(places, default=len(names) + 1) + (number == len(parts) - 1)
            places = set(range(least, len(names) + 1))
        else:
            places = {place + 1 for place in places if place < len(names) and fnmatchcase(names[place], part)}
        if not places:
            break
    return places
