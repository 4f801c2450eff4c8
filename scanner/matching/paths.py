"""Who pulled a component in: the shortest ways from the project to it, through the source's own graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanner.model.component import Component
from scanner.model.inventory import Reading

MOST = 3
"""Paths shown for one component."""
_MOST_STEPS = 5_000_000


class Paths:
    """The shortest ways from the roots of one reading, found in one pass when the first finding asks.

    Breadth first from the roots downwards. A place is reached at most `MOST` times, each time through another direct
    dependency: that is what a person has to change. The pass visits each edge `MOST` times at most.
    """

    def __init__(self, reading: Reading) -> None:
        self._components = {component.ref: component for component in reading.components if component.ref}
        if reading.subject is not None and reading.subject.ref:
            self._components.setdefault(reading.subject.ref, reading.subject)
        self._labels: dict[str, str] = {}
        """Of the refs that were shown: paths share most of their steps."""
        self._refs: list[str] = []
        """The ref at which each step of the pass arrived."""
        self._before: list[int] = []
        """The step that led there, or -1."""
        self._arrivals: dict[str, dict[str, int]] = {}
        """ref → direct dependency through which it was reached → step."""
        graph = reading.graph
        if graph is not None:
            self._walk(graph.roots, graph.edges())

    def _walk(self, roots: Sequence[str], edges: Mapping[str, Sequence[str]]) -> None:
        refs, before, arrivals = self._refs, self._before, self._arrivals
        top = frozenset(roots)
        refs += dict.fromkeys(roots)
        before += [-1] * len(refs)
        through = [""] * len(refs)
        """The direct dependency through which each step goes; "" for the roots."""
        for here, ref in enumerate(refs):  # which grows meanwhile
            if here == _MOST_STEPS:
                break
            for child in edges.get(ref, ()):
                first = through[here] or child
                reached = arrivals.get(child)
                if reached is None:
                    if child in top:
                        continue
                    arrivals[child] = {first: len(refs)}
                elif len(reached) < MOST and first not in reached:
                    reached[first] = len(refs)
                else:
                    continue
                refs.append(child)
                before.append(here)
                through.append(first)

    def to(self, component: Component) -> tuple[tuple[str, ...], ...]:
        """Up to `MOST` paths, shortest first, root first.

        Empty where the graph does not reach the component: the finding stays, and the report says so.
        """
        return tuple(dict.fromkeys(self._up(step) for step in self._arrivals.get(component.ref, {}).values()))

    def _up(self, step: int) -> tuple[str, ...]:
        names: list[str] = []
        while step >= 0:
            names.append(self._label(self._refs[step]))
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
