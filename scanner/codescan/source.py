"""What a release holds that its tagged source does not: the way by which xz 5.6 was delivered.

Tools put files into releases that no repository holds (metadata, compiled JavaScript, what autotools write): those are
weak signs. A file under its own name that reads otherwise than in the source, or that the source has not at all, is a
stronger one. Of 2,500 popular Python packages 6 % differ in code for honest reasons (LastPyMile, ESEC/FSE 2021), so a
difference alone accuses nobody: it counts together with what the file can do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.signal import Confidence, Novelty, Provenance, Signal
from scanner.model.tree import Tree

_WRITTEN = re.compile(
    r"(?:^|/)(?:PKG-INFO|METADATA|RECORD|WHEEL|entry_points\.txt|package\.json|Cargo\.toml|Cargo\.lock|setup\.cfg"
    r"|\.cargo_vcs_info\.json|npm-shrinkwrap\.json|configure|Makefile\.in|aclocal\.m4|config\.h\.in|config\.(?:guess|sub)"
    r"|ltmain\.sh|install-sh|missing|depcomp|compile|ar-lib|test-driver|ylwrap|_version\.py|version\.py|INSTALL)\Z"
    r"|\.(?:egg-info|dist-info)/|\.(?:map|gmo|mo|pyc|d\.ts)\Z|\.min\.[cm]?js\Z|(?:^|/)(?:dist|build|lib|esm|cjs|umd|out)/"
)
"""Files that tools write on the way from a source to a release."""
_ORIGINAL = {"Cargo.toml.orig": "Cargo.toml"}


def signals(context: Context, source: Tree) -> Iterator[Signal]:
    """A signal for each new or changed file of the release that is not in the source as it stands there."""
    by_name: dict[str, list[str]] = {}
    for path, entry in source.entries.items():
        if entry.link is None:
            by_name.setdefault(path.rpartition("/")[2], []).append(path)
    for change in context.changes(Kind.ADDED, Kind.CHANGED):
        name = change.path.rpartition("/")[2]
        said = _said(context, change, source, by_name.get(_ORIGINAL.get(name, name), []))
        if said is not None:
            written = _WRITTEN.search(change.path) is not None
            yield Signal(
                rule="not-in-source", says=Provenance.NOT_IN_SOURCE, path=change.path, message=said,
                confidence=Confidence.LOW if written else Confidence.MEDIUM, novelty=Novelty.FILE,
                trigger=context.trigger(change.path), old_path=change.old_path,
            )  # fmt: skip


def _said(context: Context, change: Change, source: Tree, namesakes: list[str]) -> str | None:
    data = _unended(context.data(change))
    if not data:
        return None
    for path in namesakes:
        try:
            if _unended(source.read(path)) == data:
                return None
        except InputError as error:
            context.problems.append(Problem(where=f"{source.name}: {path}", what=error.what, hint=error.hint))
    if not namesakes:
        return f"{source.name} has no file of this name"
    nearest = max(namesakes, key=lambda path: _shared(path, change.path))
    return f"it reads otherwise than {nearest} in {source.name}"


def _unended(data: bytes) -> bytes:
    """Line endings are the packing machine's, not the source's."""
    return data.replace(b"\r\n", b"\n").rstrip(b"\n")


def _shared(one: str, other: str) -> int:
    """How many folders, from the file up, two paths have in common."""
    count = 0
    for left, right in zip(reversed(one.split("/")), reversed(other.split("/")), strict=False):
        if left != right:
            break
        count += 1
    return count
