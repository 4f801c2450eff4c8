"""Of each source of a hunt, what the sieve lets through: parsed now, or remembered from an earlier hunt."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from scanner import matching
from scanner.matching import sieve
from scanner.matching.sieve import Sieve
from scanner.model.component import Component, Problem
from scanner.model.inventory import Inventory, Reading
from scanner.parsers import Parser
from scanner.parsers.source import Source
from scanner.pipeline import inventory as inventories
from scanner.pipeline import inventory_cache
from scanner.pipeline.inventory_cache import Cache

# Kinds of component that a name and version would identify, had anybody written a package URL.
_PACKAGES = frozenset(("library", "framework", "application"))


class Catch:
    """Stands in for the parsing of each source: keeps what the sieve lets through, and counts the rest."""

    def __init__(self, sieve_: Sieve, cache: Cache | None) -> None:
        self.sieve = sieve_
        self._cache = cache
        self.components = self.nameless = self.remembered = 0
        self.counts: dict[str, int] = {}
        """Source → its components."""

    def __call__(self, parser: Parser, source: Source, again: Callable[[], bytes]) -> Reading:
        known = None if self._cache is None else self._cache.find(parser, source)
        if known is not None:
            self.remembered += 1
            self._count(source.path, known.count, known.nameless)
            return Reading(
                path=source.path,
                reader=known.reader,
                status=known.status,
                components=known.some(self.sieve.keep(known.traits), source.path),
                problems=tuple(_moved(one, known.path, source.path) for one in known.problems),
                reason=known.reason,
                again=again,
            )
        recorder = inventory_cache.Recorder(source)
        reading = inventories.parse_source(parser, recorder.source(), again)
        components = tuple(matching.shipped(Inventory(readings=(reading,))))
        traits = sieve.traits(components)
        nameless = sum(_is_nameless(one, reading) for one in components)
        if self._cache is not None:
            entry = inventory_cache.remember(reading, components, traits, nameless, recorder.asked)
            self._cache.keep(parser, source, entry)
        self._count(source.path, len(components), nameless)
        kept = tuple(components[place] for place in self.sieve.keep(traits))
        return msgspec.structs.replace(reading, components=kept, subject=None, subject_parts=(), graph=None)

    def _count(self, path: str, components: int, nameless: int) -> None:
        self.components += components
        self.nameless += nameless
        self.counts[path] = components


def _moved(problem: Problem, old: str, new: str) -> Problem:
    return (
        problem
        if old == new
        else msgspec.structs.replace(problem, where=inventory_cache.moved(problem.where, old, new))
    )


def _is_nameless(component: Component, reading: Reading) -> bool:
    return (
        component.purl is None
        and component.role in _PACKAGES
        and not (reading.subject is not None and reading.subject.ref == component.ref)
    )
