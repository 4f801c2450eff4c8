"""What the lockfile readers share to say who pulls in whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

ROOT = "."
"""Ref of the project that a lockfile belongs to."""
_MOST_VARIANTS = 16


class Refs:
    """Gives each component of a file a ref of its own."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {ROOT: 1}

    def unique(self, ref: str) -> str:
        """`ref` itself, or with a number where it is taken."""
        given = ref
        while given in self._taken:
            self._taken[ref] = number = self._taken.get(ref, 1) + 1
            given = f"{ref} #{number}"
        self._taken[given] = 1
        return given


def by_name(named: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """(name, ref) pairs → name → refs: versions of one package, or its builds for several platforms.

    Of a name that occurs without measure only the first refs are kept: each edge to it would lead to all of them.
    """
    found: dict[str, list[str]] = {}
    for name, ref in named:
        refs = found.setdefault(name, [])
        if len(refs) < _MOST_VARIANTS:
            refs.append(ref)
    return found


def rooted(edges: Mapping[str, Sequence[str]], refs: Iterable[str], direct: Iterable[str]) -> dict[str, Sequence[str]]:
    """The edges with those of the project added: to what it asks for itself, and to what nobody else asks for."""
    wanted = {target for targets in edges.values() for target in targets}
    first = dict.fromkeys(direct)
    first.update((ref, None) for ref in refs if ref not in wanted)
    return {**edges, ROOT: tuple(first)}


def reachable(edges: Mapping[str, Sequence[str]], seeds: Iterable[str]) -> set[str]:
    """Everything that `seeds` pull in, and themselves."""
    seen = set(seeds)
    open_ = list(seen)
    while open_:
        for target in edges.get(open_.pop(), ()):
            if target not in seen:
                seen.add(target)
                open_.append(target)
    return seen
