"""Who pulled a component in: the shortest ways from the project to it, through the source's own graph."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from scanner.model.component import Component
from scanner.model.inventory import Reading

MOST = 3
"""Paths shown for one component."""
_MAX_EDGES = 5_000_000


class Paths:
    """The reversed graph of one reading, built when the first finding asks."""

    def __init__(self, reading: Reading) -> None:
        self._labels = {component.ref: label(component) for component in reading.components if component.ref}
        if reading.subject is not None and reading.subject.ref:
            self._labels.setdefault(reading.subject.ref, label(reading.subject))
        graph = reading.graph
        edges: Mapping[str, Sequence[str]] = {} if graph is None else graph.edges()
        self._roots = frozenset(() if graph is None else graph.roots)
        self._parents: dict[str, list[str]] = {}
        count = 0
        for parent, children in edges.items():
            for child in children:
                count += 1
                if count > _MAX_EDGES:
                    return
                if child != parent:
                    self._parents.setdefault(child, []).append(parent)

    def to(self, component: Component) -> tuple[tuple[str, ...], ...]:
        """Up to `MOST` shortest paths, one for each direct dependency that leads there first; root first.

        Empty where the graph does not reach the component: the finding stays, and the report says so.
        """
        target = component.ref
        if not target or not self._roots:
            return ()
        # Breadth first from the target upwards: `via` remembers the step back down.
        via: dict[str, str | None] = {target: None}
        queue = deque((target,))
        found: list[tuple[str, ...]] = []
        while queue and len(found) < MOST:
            here = queue.popleft()
            if here in self._roots and here != target:
                found.append(self._down(here, via))
                continue
            for parent in self._parents.get(here, ()):
                if parent in self._roots:
                    # Several direct dependencies may lead to it: each is a path of its own.
                    if len(found) < MOST:
                        found.append((self._label(parent), *self._down(here, via)))
                elif parent not in via:
                    via[parent] = here
                    queue.append(parent)
        return tuple(dict.fromkeys(found))

    def _down(self, start: str, via: Mapping[str, str | None]) -> tuple[str, ...]:
        steps: list[str] = []
        here: str | None = start
        while here is not None:
            steps.append(self._label(here))
            here = via[here]
        return tuple(steps)

    def _label(self, ref: str) -> str:
        return self._labels.get(ref, "the project" if ref == "." else ref)


def label(component: Component) -> str:
    """A component as a step of a path: its purl, or name and version."""
    if component.purl is not None:
        return str(component.purl)
    return f"{component.name}@{component.version}" if component.version else component.name
