"""What a check of a changed lockfile is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from scanner.model.comparison import ComponentChange
from scanner.model.component import Component, Origin
from scanner.model.finding import FindingClass, Severity
from scanner.model.inventory import Reading


class Sign(NamedTuple):
    """One thing that is odd about one changed component."""

    rule: str
    """Names the check: part of the finding's fingerprint."""
    severity: Severity
    title: str
    """What is wrong, in words that follow the package's name."""
    reason: str
    """How we know: one sentence without a full stop."""
    what_to_do: str
    class_: FindingClass = FindingClass.INTEGRITY


class Change(NamedTuple):
    """One change with the source that it is in, on both sides."""

    of: ComponentChange
    before: Reading | None
    after: Reading | None

    @property
    def now(self) -> Component | None:
        """The component as it is now, where there is one."""
        return self.of.after

    def neighbours(self) -> Sequence[Component]:
        """What the same source holds of the registry beside it."""
        mine = self.of.after
        there = () if self.after is None else self.after.components
        return [one for one in there if one is not mine and one.origin is Origin.REGISTRY and one.version is not None]


class World:
    """What the checks know beside the change."""

    def __init__(
        self,
        *,
        foreign_host: Callable[[Component], str | None],
        internal: Sequence[str] = (),
        popular: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.foreign_host = foreign_host
        """The host that a component comes from, where no client of ours is configured for it."""
        self.internal = tuple(internal)
        """Patterns of names that are ours: `@corp/*`, `pkg:pypi/corp-*`."""
        self.popular = popular or {}
        """OSV ecosystem → names that very many people use."""
        self._reached: dict[str, frozenset[str]] = {}

    def reached(self, reading: Reading) -> frozenset[str]:
        """The refs to which some way leads from the roots of a reading; each reading is walked once."""
        if reading.path not in self._reached:
            edges = {} if reading.graph is None else reading.graph.edges()
            seen = set(() if reading.graph is None else reading.graph.roots)
            waiting = list(seen)
            while waiting:
                fresh = set(edges.get(waiting.pop(), ())) - seen
                seen |= fresh
                waiting += fresh
            self._reached[reading.path] = frozenset(seen)
        return self._reached[reading.path]
