"""Delivered files → the packages that lie among them, by the metadata that they carry themselves.

Lockfiles and manifests say what somebody asked for; this says what is there. A reader is given every file that was
kept, and says which package it found, and which further files belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

from scanner.model.component import Problem
from scanner.model.delivered_files import Recognised
from scanner.parsers.inside import apk, deb, gem, go_binary, jar, php, python, rpm
from scanner.parsers.inside import npm as npm_packages

Read = Callable[[Mapping[str, bytes]], Iterator[Recognised | Problem]]

READERS: tuple[tuple[str, Read], ...] = (
    (npm_packages.FILES, npm_packages.read),
    (python.FILES, python.read),
    (jar.FILES, jar.read),
    (php.FILES, php.read),
    (gem.FILES, gem.read),
    (deb.FILES, deb.read),
    (apk.FILES, apk.read),
    (rpm.FILES, rpm.read),
    (go_binary.FILES, go_binary.read),
)
"""Pattern of the paths that a reader is given, and the reader."""

MOST_KEPT = 32 << 20
"""Bytes of one such file; the list of all packages of a system is the largest."""
_WANTED = re.compile("|".join(f"(?:{pattern})" for pattern, _ in READERS))


def wanted(path: str) -> bool:
    """Whether some reader needs the content of the file at `path`."""
    return _WANTED.search(path) is not None


def packages(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield what is recognised among the files that were kept, by path; members of archives stand behind `!/`."""
    for pattern, read in READERS:
        mine = re.compile(pattern)
        yield from read({path: data for path, data in kept.items() if mine.search(path)})


def outermost(found: Iterable[Recognised], artefacts: Sequence[str]) -> list[Recognised]:
    """The same, where what is part of something else is marked as that.

    A manifest at the top of an artefact is the product's own; those inside another package of npm are its copies and
    fixtures.
    """
    every = list(found)
    roots = {one.root for one in every if one.component.purl is not None and one.component.purl.type == "npm"}

    def judged(one: Recognised) -> Recognised:
        if one.part or not one.copy:
            return one
        top = next((name for name in artefacts if f"{one.root}/".startswith((f"{name}/", f"{name}!/"))), "")
        if top and "/" not in one.root[len(top) :].lstrip("!/"):
            return one._replace(part=True, copy=False)
        return one._replace(part=_within(one.root, roots))

    return [judged(one) for one in every]


def _within(folder: str, roots: Set[str]) -> bool:
    """Whether a folder lies in one of these, with no `node_modules` between the two."""
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        if folder.endswith("node_modules"):
            return False
        if folder in roots:
            return True
    return False
