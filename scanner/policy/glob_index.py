"""Many globs asked about one path at once: what `globs.depth` says of each, without asking each.

A tree of their parts is walked along the path. Plain names are looked up; names with wildcards are looked up by what
they begin and end with, so that only those are matched that may fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import translate
from functools import lru_cache

from scanner.policy.globs import parts

_WILD = re.compile(r"[*?\[]")
_KEPT = 256
"""Paths whose answer is kept: many findings lie in one file."""


class GlobIndex:
    """Globs, by their place in the sequence that was given."""

    def __init__(self, globs: Sequence[str]) -> None:
        self._root = _Node()
        for number, glob in enumerate(globs):
            node = self._root
            for part in parts(glob):
                node = node.child(part)
            node.ends.append(number)
        self.depths = lru_cache(maxsize=_KEPT)(self._depths)
        """Path → each glob that means it, with how many names of the path it takes (`globs.depth`)."""

    def _depths(self, path: str) -> Mapping[int, int]:
        found: dict[int, int] = {}
        names = path.split("/")
        here = _reached({self._root})
        for taken, name in enumerate(names, 1):
            if not here:
                break
            following: set[_Node] = set()
            for node in here:
                following.update(node.following(name))
                if node.crosses:
                    following.add(node)
                    if taken == len(names):  # at the end `**` means what lies below, to the last name
                        found.update(dict.fromkeys(node.ends, taken))
            for node in following:
                if not node.crosses:
                    found.update(dict.fromkeys(node.ends, taken))
            here = _reached(following)
        return found


@lru_cache(maxsize=8)
def compiled(globs: tuple[str, ...]) -> GlobIndex:
    """The index of these globs, built once."""
    return GlobIndex(globs)


class _Node:
    """Where the parts of some globs have led to."""

    __slots__ = ("across", "crosses", "ends", "plain", "wild")

    def __init__(self, *, crosses: bool = False) -> None:
        self.crosses = crosses
        """It is reached by `**`, and stays reached whatever follows."""
        self.ends: list[int] = []
        """Globs that have no further part."""
        self.plain: dict[str, _Node] = {}
        self.across: _Node | None = None
        self.wild: dict[tuple[int, int], dict[tuple[str, str], dict[str, tuple[re.Pattern[str], _Node]]]] = {}
        """Lengths of beginning and end → beginning and end of a name → the parts that have them."""

    def child(self, part: str) -> _Node:
        if part == "**":
            self.across = self.across or _Node(crosses=True)
            return self.across
        wild = [match.start() for match in _WILD.finditer(part)]
        if not wild:
            return self.plain.setdefault(part, _Node())
        begin = part[: wild[0]]
        # Behind a bracket it is not plain where a set ends.
        end = "" if "[" in part else part[wild[-1] + 1 :]
        alike = self.wild.setdefault((len(begin), len(end)), {}).setdefault((begin, end), {})
        if part not in alike:
            alike[part] = re.compile(translate(part)), _Node()
        return alike[part][1]

    def following(self, name: str) -> Iterator[_Node]:
        if name in self.plain:
            yield self.plain[name]
        for (begin, end), alike in self.wild.items():
            for pattern, node in alike.get((name[:begin], name[len(name) - end :]), {}).values():
                if pattern.match(name) is not None:
                    yield node


def _reached(nodes: set[_Node]) -> set[_Node]:
    """With what `**` reaches from there by crossing nothing."""
    waiting = list(nodes)
    while waiting:
        across = waiting.pop().across
        if across is not None and across not in nodes:
            nodes.add(across)
            waiting.append(across)
    return nodes
