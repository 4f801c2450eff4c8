"""Who pulled a component in: the shortest ways from the project to it, through the source's own graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, count, islice

from scanner.model.component import Component
from scanner.model.inventory import Reading

MOST = 3
"""Paths shown for one component."""
_MOST_STEPS = 5_000_000


class Paths:
    """The shortest ways from the roots of one reading to some of its components, found in one pass.

    Breadth first from the roots downwards. A place is reached at most `MOST` times, each time through another direct
    dependency: that is what a person has to change. The pass visits each edge `MOST` times at most.
    """

    def __init__(self, reading: Reading, wanted: Iterable[Component]) -> None:
        self._components = {component.ref: component for component in reading.components if component.ref}
        if reading.subject is not None and reading.subject.ref:
            self._components.setdefault(reading.subject.ref, reading.subject)
        self._labels: dict[str, str] = {}
        """Of the refs that were shown: paths share most of their steps."""
        self._refs: list[str] = []
        """The refs of the graph. The pass calls each by its number: it does little but compare them."""
        self._places: list[int] = []
        """The ref at which each step of the pass arrived."""
        self._before: list[int] = []
        """The step that led there, or -1."""
        self._arrivals: dict[str, list[int]] = {component.ref: [] for component in wanted}
        """ref → the steps that arrived there, each through another direct dependency."""
        if reading.graph is not None:
            self._walk(reading.graph.roots, reading.graph.edges())

    def _walk(self, roots: Sequence[str], edges: Mapping[str, Sequence[str]]) -> None:
        numbers = defaultdict(count(len(edges)).__next__, zip(edges, count()))  # a new ref gets the next one
        number = numbers.__getitem__
        below = [list(map(number, refs)) for refs in edges.values()]
        top = list(map(number, dict.fromkeys(roots)))
        below += [[]] * (len(numbers) - len(below))
        reached: list[tuple[int, ...] | None] = [()] * len(numbers)
        """The direct dependencies through which each place was reached; `None` where no other way is wanted."""
        for place in top:
            reached[place] = None
        places, before = self._places, self._before
        places += top
        before += [-1] * len(top)
        through = list(top)
        """The direct dependency through which each step goes."""
        for here, place in enumerate(top):
            for child in below[place]:
                if reached[child] == ():
                    reached[child] = (child,)
                    places.append(child)
                    before.append(here)
                    through.append(child)
        further = islice(zip(count(), through, places), len(top), _MOST_STEPS)  # which grow meanwhile
        for here, first, place in further:
            for child in below[place]:
                seen = reached[child]
                if seen is None or first in seen:
                    continue
                reached[child] = (*seen, first) if len(seen) < MOST - 1 else None
                places.append(child)
                before.append(here)
                through.append(first)
        self._refs += numbers
        wanted = {numbers[ref]: steps for ref, steps in self._arrivals.items() if ref in numbers}
        for step in compress(count(), map(wanted.__contains__, places)):
            if step >= len(top):
                wanted[places[step]].append(step)

    def to(self, component: Component) -> tuple[tuple[str, ...], ...]:
        """Up to `MOST` paths to one of those that were wanted, shortest first, root first.

        Empty where the graph does not reach the component: the finding stays, and the report says so.
        """
        return tuple(dict.fromkeys(map(self._up, self._arrivals[component.ref])))

    def _up(self, step: int) -> tuple[str, ...]:
        names: list[str] = []
        while step >= 0:
            names.append(self._label(self._refs[self._places[step]]))
            step = self._before[step]
        return tuple(reversed(names))

    def _label(self, ref: str) -> str:
        told = self._labels.get(ref)
        if told is None:
            component = self._components.get(ref)
            told = label(component) if component is not None else "the project" if ref == "." else ref
            self._labels[ref] = told
        return told


def label(component: Component) -> str:
    """A component as a step of a path: its purl, or name and version."""
    if component.purl is not None:
        return str(component.purl)
    return f"{component.name}@{component.version}" if component.version else component.name
