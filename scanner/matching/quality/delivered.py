"""One SBOM as the checks of its quality see it: what it lists, and what hangs together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

from scanner.model.audit import SbomFacts
from scanner.model.component import Component
from scanner.model.inventory import Reading

_NOT_SOFTWARE = frozenset(("cryptographic-asset", "data", "device", "file", "machine-learning-model"))
"""CycloneDX types of what is listed beside software: nobody asks a version or a supplier of a single file."""
_ELSEWHERE = ("DocumentRef-", "urn:cdx:", "NOASSERTION", "NONE")
"""Refs that lead out of the document, or say that nothing is known."""


NO_COMPONENT = "it lists no component"


def is_software(component: Component) -> bool:
    """Whether it is something that is built, supplied and attacked by name, rather than a file or a key beside it."""
    return component.role not in _NOT_SOFTWARE


class Answer(NamedTuple):
    """What a check found. `met` is `None` where it was not looked at."""

    met: bool | None
    of: int = 0
    concerned: tuple[Component, ...] = ()
    note: str = ""


class Delivered:
    """The SBOM. What costs is worked out when the first check asks for it."""

    def __init__(
        self,
        facts: SbomFacts,
        reading: Reading,
        *,
        product: str | None = None,
        undeclared: Callable[[list[str]], Sequence[str]] = lambda refs: refs,
    ) -> None:
        self.facts = facts
        self.reading = reading
        self.product = product
        """As the person who audits calls it."""
        self._undeclared = undeclared
        """Those of some refs that nothing in the document bears, be it component, file or service."""

    @cached_property
    def subject(self) -> Component | None:
        return self.reading.subject

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """All software that is listed; the product itself is not among it."""
        subject = self.subject
        listed = (*self.reading.components, *self.reading.subject_parts)
        return tuple(
            one
            for one in listed
            if is_software(one) and not (subject is not None and subject.ref and one.ref == subject.ref)
        )

    @cached_property
    def everything(self) -> tuple[Component, ...]:
        """Files and data as well, and the product."""
        listed = (*self.reading.components, *self.reading.subject_parts)
        return listed if self.subject is None else (*listed, self.subject)

    @cached_property
    def edges(self) -> dict[str, tuple[str, ...]]:
        """Who needs whom, without those that need nobody."""
        if self.reading.graph is None:
            return {}
        return {ref: tuple(targets) for ref, targets in self.reading.graph.edges().items() if targets}

    @cached_property
    def described(self) -> frozenset[str]:
        """Every ref that the graph speaks of, be it to say that it needs nothing."""
        if self.reading.graph is None:
            return frozenset()
        edges = self.reading.graph.edges()
        return frozenset(edges).union(*edges.values())

    @cached_property
    def between(self) -> bool:
        """Whether it says of some component what that needs, be it nothing: a list hung on the product is no graph."""
        if self.reading.graph is None:
            return False
        return not {one.ref for one in self.components}.isdisjoint(self.reading.graph.edges())

    @cached_property
    def dangling(self) -> tuple[str, ...]:
        """Refs that the graph names and nothing bears."""
        refs = {one.ref for one in self.everything}
        wanted = dict.fromkeys(ref for ref in self.edges if ref not in refs)
        for targets in self.edges.values():
            wanted.update((ref, None) for ref in targets if ref not in refs)
        inside = [ref for ref in wanted if not ref.startswith(_ELSEWHERE)]
        return tuple(self._undeclared(inside)) if inside else ()

    @cached_property
    def unreached(self) -> tuple[Component, ...]:
        """Components to which no way leads from the product."""
        graph = self.reading.graph
        if graph is None:
            return self.components
        seen = set(graph.roots)
        waiting = list(seen)
        while waiting:
            fresh = set(self.edges.get(waiting.pop(), ())) - seen
            seen |= fresh
            waiting += fresh
        return tuple(one for one in self.components if one.ref not in seen)

    def each(self, lacks: Callable[[Component], bool], note: str = "") -> Answer:
        """Ask every component for something; a document without any has it not."""
        if not self.components:
            return Answer(False, note=NO_COMPONENT)
        concerned = tuple(one for one in self.components if lacks(one))
        return Answer(not concerned, len(self.components), concerned, note)

    def none(self, wrong: Callable[[Component], bool], note: str = "") -> Answer:
        """Ask every component whether something is wrong with it; of a document without any nobody can tell."""
        return self.each(wrong, note) if self.components else Answer(None, note=NO_COMPONENT)
