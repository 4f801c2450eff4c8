"""The names of a repository's commits, read from its files: HEAD, packed-refs, loose refs, HEADs of worktrees.

Spec: https://git-scm.com/docs/gitrepository-layout and https://git-scm.com/docs/git-pack-refs. Names are an attacker's
text: they are looked up in a table and never become a path or an argument.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.targets import git_layout
from scanner.targets.git_layout import Layout

_MOST_REFS = 500_000
_MOST_DEEP = 40
_MOST_PACKED = 256 * 1024 * 1024
_MOST_LOOSE = 4096
# In this order a short name is looked up: https://git-scm.com/docs/gitrevisions
_PLACES = ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")


class Refs(msgspec.Struct, frozen=True, kw_only=True):
    """Names and what they point at."""

    branch: str | None
    """The ref that HEAD stands for; `None` when it is detached."""
    ids: dict[str, str]
    """Full name → object id, HEAD and `worktrees/<name>/HEAD` among them."""
    problems: tuple[Problem, ...] = ()

    def named(self, name: str) -> str | None:
        """The id behind a full or short name."""
        for place in _PLACES:
            if (found := self.ids.get(place.format(name))) is not None:
                return found
        return None


def read(layout: Layout) -> Refs:
    """Every ref of the repository; one that makes no sense is a problem and costs itself only."""
    symbolic: dict[str, str] = {}
    problems: list[Problem] = []
    ids = dict(_packed(layout.common / "packed-refs", problems))
    for name, path in _files(layout, problems):
        try:
            text = git_layout.read_small(path, _MOST_LOOSE).decode("utf-8", "surrogateescape").strip()
        except InputError as error:
            problems.append(Problem(where=name, what=error.what))
            continue
        if git_layout.is_id(text):
            ids[name] = text
        elif text.startswith("ref:"):
            symbolic[name] = text[4:].strip()
        else:
            problems.append(Problem(where=name, what="a ref that holds no commit id"))
    for name, other in symbolic.items():
        target = ids.get(_followed(other, symbolic))
        if target is not None:  # a branch without a commit yet is no loss
            ids[name] = target
    branch = symbolic.get("HEAD")
    return Refs(branch=None if branch is None else _followed(branch, symbolic), ids=ids, problems=tuple(problems))


def _followed(name: str, symbolic: dict[str, str]) -> str:
    for _ in range(5):
        if name not in symbolic:
            break
        name = symbolic[name]
    return name


def _packed(path: Path, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        return
    count = 0
    for line in git_layout.read_small(path, _MOST_PACKED).decode("utf-8", "surrogateescape").split("\n"):
        if not line or line[0] in "#^":  # a comment, or what an annotated tag leads to
            continue
        value, _, name = line.partition(" ")
        count += 1
        if count > _MOST_REFS:
            problems.append(Problem(where="packed-refs", what=f"more than {_MOST_REFS} refs"))
            return
        if git_layout.is_id(value) and name.startswith("refs/"):
            yield name, value
        else:
            problems.append(Problem(where="packed-refs", what=f"a line that is no ref: {line[:100]!r}"))


def _files(layout: Layout, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """(name, file) of HEAD, of each loose ref, and of the HEADs of linked worktrees."""
    yield "HEAD", layout.git / "HEAD"
    yield from _below(layout.common, "refs", problems)
    try:
        worktrees = sorted(os.listdir(layout.common / "worktrees"))[:1000]  # noqa: PTH208  # names only
    except OSError:
        return
    for worktree in worktrees:
        head = layout.common / "worktrees" / worktree / "HEAD"
        if head.is_file() and head.parent != layout.git:
            yield f"worktrees/{worktree}/HEAD", head


def _below(common: Path, top: str, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    stack = [(top, 0)]
    count = 0
    while stack:
        folder, depth = stack.pop()
        try:
            with os.scandir(common / folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            problems.append(Problem(where=folder, what=f"the folder cannot be opened: {error.strerror}"))
            continue
        for entry in ordered:
            name = f"{folder}/{entry.name}"
            count += 1
            if count > _MOST_REFS:
                problems.append(Problem(where=folder, what=f"more than {_MOST_REFS} refs", hint="git pack-refs --all"))
                return
            if entry.is_symlink():
                problems.append(Problem(where=name, what="a ref that is a link is not followed"))
            elif entry.is_dir(follow_symlinks=False):
                if depth < _MOST_DEEP:
                    stack.append((name, depth + 1))
                else:
                    problems.append(Problem(where=name, what=f"refs more than {_MOST_DEEP} folders deep"))
            elif not name.endswith(".lock"):
                yield name, Path(entry.path)
