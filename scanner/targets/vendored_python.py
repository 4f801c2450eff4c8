"""Installed distributions of Python: which file of a shared folder is whose, by `RECORD`.

Spec: https://packaging.python.org/en/latest/specifications/recording-installed-packages/. A file that no RECORD names
belongs to the distribution in whose folder it lies, so that one who adds a file there does not escape comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scanner.errors import InputError
from scanner.model.component import Location
from scanner.model.purl import Purl
from scanner.model.tree import Tree
from scanner.model.vendored import Vendored
from scanner.shape import record_csv

_FOLDER = re.compile(r"(?P<name>[^/]+?)-(?P<version>[^/-]+)\.dist-info\Z")
_MOST = 32 * 1024 * 1024


def owners(tree: Tree, inside: Iterable[str]) -> dict[str, Vendored]:
    """File → distribution, for the files below the folders in which some are installed."""
    found: dict[str, Vendored] = {}
    tops: dict[str, Vendored | None] = {}
    metadata = [path for path in inside if path.endswith(".dist-info/METADATA")]
    for path in sorted(metadata):
        folder = path.rpartition("/")[0]
        site, _, name = folder.rpartition("/")
        match = _FOLDER.match(name)
        if match is None or not site:
            continue
        purl = Purl("pypi", None, re.sub(r"[-_.]+", "-", match["name"]).lower(), match["version"])
        one = Vendored(site, "python", purl, Location(path))
        tops[folder] = one
        for file in _recorded(tree, f"{folder}/RECORD"):
            found.setdefault(file, one)
            top = f"{site}/{file[len(site) + 1 :].partition('/')[0]}"
            # A folder that several share (a namespace) tells nothing of a further file.
            tops[top] = one if tops.get(top, one) is one else None
    sites = {one.root for one in found.values()} | {one.root for one in tops.values() if one is not None}
    for path in inside:
        if path not in found:
            for site in _above(path, sites):
                beneath = tops.get(f"{site}/{path[len(site) + 1 :].partition('/')[0]}")
                if beneath is not None:
                    found[path] = beneath
                break
    return found


def _recorded(tree: Tree, path: str) -> Iterator[str]:
    """The files that a RECORD names, by path from the root of the tree."""
    entry = tree.entries.get(path)
    if entry is None or entry.link is not None or entry.size > _MOST:
        return
    site = path.rpartition("/")[0].rpartition("/")[0]
    try:
        yield from (f"{site}/{row.path}" for row in record_csv.rows(tree.read(path)))
    except InputError:  # whoever verifies it says so
        return


def _above(path: str, sites: Iterable[str]) -> Iterator[str]:
    """The nearest folder of an installation above a file."""
    folder = path.rpartition("/")[0]
    while folder:
        if folder in sites:
            yield folder
        folder = folder.rpartition("/")[0]
