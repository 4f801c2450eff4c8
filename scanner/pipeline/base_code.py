"""The code that a change brings: of others, wherever it lies in the repository, and what of our own runs unasked.

A vendored copy is compared with the tree that the change begins from. Where it still claims to be the same release and
is not as it was, it was edited in place, whatever checksum travels with it; a release whose digest a lockfile confirms
is asked first. Of the project's own files only those are judged that run before anybody calls them, and text that hides
something: its programmers may give it new powers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import partial

import msgspec

from scanner.codescan import integrity
from scanner.codescan.pairing import pair
from scanner.codescan.triggers import Triggers
from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.signal import Concealment, Provenance, Signal, Trigger
from scanner.model.tree import Tree
from scanner.model.vendored import Package
from scanner.pipeline.base_sides import Sides
from scanner.pipeline.diff import Pair
from scanner.targets import trees, vendored
from scanner.targets.parts import Mounted, Part
from scanner.targets.trees import GitTree

UNASKED = frozenset((Trigger.INSTALL, Trigger.BUILD, Trigger.CI, Trigger.EDITOR))
"""When code runs that nobody of the project calls."""
_OWN = "this repository"
# What text.check looks for: in UTF-8 invisible and reversing characters, letters of the alphabets whose look-alikes it
# knows, and blanks enough to push code off the screen. A text in UTF-16 is left to it whole.
_HIDING = re.compile(
    rb"\xef\xb8[\x80-\x8f]|\xf3\xa0[\x80-\x87]|\xe2\x80[\x8b-\x8d\xaa-\xae]|\xe2\x81[\xa0\xa6-\xa9]|[ \t]{200}"
    rb"|(?!\A)\xef\xbb\xbf|[\xcd-\xd6][\x80-\xbf]|\xe1[\x8e\x8f][\x80-\xbf]|\xef[\xbc\xbd]|\xf0\x9d|\A(?:\xff\xfe|\xfe\xff)"
)


def pairs(sides: Sides, problems: list[Problem]) -> Iterator[Pair]:
    """Yield what of the change is to be judged: each vendored package that it touches, and the project's own."""
    new = _tree(sides, sides.tip, problems)
    if new is None:
        return
    old = _tree(sides, sides.begins, problems)
    touched = any(vendored.hint(path, sides.further) for path in sides.changed)
    packages = vendored.packages(new, sides.further) if touched else []
    earlier_ones = vendored.packages(old, sides.further) if old is not None and touched else []
    before = {one.vendored.root: one for one in earlier_ones}
    for package in packages:
        earlier = before.get(package.vendored.root)
        there = set(package.paths) | set(() if earlier is None else earlier.paths)
        if not sides.changed.isdisjoint(there):
            yield from _vendored(sides, old, new, package, earlier, problems)
    others = {path for package in packages for path in package.paths}
    theirs = {path for package in before.values() for path in package.paths}
    own = _own(sides, old, theirs, new, others)
    if own is not None:
        yield own


def _tree(sides: Sides, commit: str, problems: list[Problem]) -> GitTree | None:
    """One side; `None` where there is no file yet, or no more. One that cannot be read is a loss."""
    try:
        return trees.GitTree(sides.repository, commit, sides.folder)
    except trees.NoFilesError:
        return None
    except InputError as error:
        what = f"the code of the change was not judged: {error.what}"
        problems.append(Problem(where=commit[:12], what=what, hint=error.hint))
        return None


def _vendored(
    sides: Sides, old: Tree | None, new: Tree, package: Package, earlier: Package | None, problems: list[Problem]
) -> Iterator[Pair]:
    one = package.vendored
    if one.kind == "archive":
        yield from _archive(old, new, one.root, problems)
        return
    part = Part(new, one.root, package.paths)
    if earlier is None or old is None:
        yield Pair(old=None, new=part, root=one.root)
        return
    before = Part(old, f"{one.root} at {sides.base}", earlier.paths)
    pairing = pair(before, part)
    signals: tuple[Signal, ...] = ()
    if one.purl is not None and one.purl.version is not None and one.purl == earlier.vendored.purl:
        compared = integrity.compare(str(one.purl), f"at {sides.base}", before, part, pairing)
        signals, pairing = compared.signals, compared.pairing
    if pairing.changes:
        yield Pair(old=before, new=part, root=one.root, pairing=pairing, signals=signals)


def _archive(old: Tree | None, new: Tree, path: str, problems: list[Problem]) -> Iterator[Pair]:
    after = _opened(new, path, problems)
    if after is not None:
        lost: list[Problem] = []
        yield Pair(old=_opened(old, path, lost), new=after, root=path)
        # Of the old side: more looks new than is, and nothing of the new side is lost.
        problems += (msgspec.structs.replace(one, harmless=True) for one in lost)


def _opened(tree: Tree | None, path: str, problems: list[Problem]) -> Tree | None:
    if tree is None or path not in tree.entries or tree.entries[path].link is not None:
        return None
    try:
        archive = trees.archive_of(path, path.rpartition("/")[2], tree.read(path), problems)
    except InputError as error:
        problems.append(Problem(where=path, what=error.what, hint=error.hint))
        return None
    return Mounted(archive, f"{path}!")


def _own(sides: Sides, old: Tree | None, theirs: Collection[str], new: Tree, others: Collection[str]) -> Pair | None:
    """The project's own files: those that run unasked, and those that hide something."""
    part = Part(new, _OWN, [path for path in new.entries if path not in others])
    triggers = Triggers(part)
    changed = [path for path in part.entries if path in sides.changed]
    unasked = frozenset(path for path in changed if triggers.of(path) in UNASKED)
    wanted = unasked | {path for path in changed if _hides(new, path)}
    if not wanted:
        return None
    # What stood before in the same part of the repository is nothing new: the whole of a large one is too much to read.
    near = {path.partition("/")[0] for path in wanted}
    kept = [
        path
        for path in ({} if old is None else old.entries)
        if path not in theirs and (path in sides.changed or path.partition("/")[0] in near)
    ]
    before = None if old is None else Part(old, f"{_OWN} at {sides.base}", kept)
    pairing = pair(before, Part(new, _OWN, [*wanted, *(path for path in kept if path in part.entries.keys() - wanted)]))
    changes = tuple(one for one in pairing.changes if one.path in wanted)
    return Pair(
        old=before,
        new=part,
        root=_OWN,
        pairing=msgspec.structs.replace(pairing, changes=changes),
        keep=partial(_kept, unasked),
    )


def _kept(unasked: Collection[str], signal: Signal) -> bool:
    """Whether a signal in a file of our own is told. That a dependency is new stands among the packages."""
    if signal.path in unasked:
        return signal.says is not Provenance.NEW_DEPENDENCY
    return signal.says in (Concealment.HIDDEN_UNICODE, Concealment.OFF_SCREEN)


def _hides(tree: Tree, path: str) -> bool:
    entry = tree.entries[path]
    if entry.link is not None:
        return False
    try:
        return _HIDING.search(tree.read(path)) is not None
    except InputError:
        return True  # whoever judges it says why
