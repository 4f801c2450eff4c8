"""Two readings of one source → what became of each of its packages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from scanner import versions
from scanner.model.comparison import ComponentChange, Step
from scanner.model.component import Component, Origin
from scanner.model.digest import by_algorithm
from scanner.model.ecosystem import identity

_Name = tuple[str, str, str]


def compare(path: str, before: Sequence[Component], after: Sequence[Component]) -> Iterator[ComponentChange]:
    """Yield what is not as it was, by name. `path` is the source, as it is called now.

    A package that a source holds in several versions is compared version by version: those on both sides are the same,
    and of the others the lowest becomes the lowest. A requirement that a lock beside it pins is told like any other.
    """
    old, new = _by_name(before), _by_name(after)
    for name in sorted(old.keys() | new.keys()):
        yield from _package(path, old.get(name, {}), new.get(name, {}))


def _by_name(components: Iterable[Component]) -> dict[_Name, dict[str, list[Component]]]:
    """(type, namespace, name) → version or requirement → the components of it, in the order of the source."""
    found: dict[_Name, dict[str, list[Component]]] = {}
    for component in components:
        purl = component.purl
        name = ("", "", component.name) if purl is None else (purl.type, purl.namespace or "", purl.name)
        found.setdefault(name, {}).setdefault(_pinned(component), []).append(component)
    return found


def _pinned(component: Component) -> str:
    return component.version if component.version is not None else f"\0{component.constraint or ''}"


def _package(
    path: str, old: Mapping[str, list[Component]], new: Mapping[str, list[Component]]
) -> Iterator[ComponentChange]:
    for version in old.keys() & new.keys():
        yield from _same_version(path, old[version], new[version])
    gone = _ordered([old[version][0] for version in old.keys() - new.keys()])
    come = _ordered([new[version][0] for version in new.keys() - old.keys()])
    for before, after in zip(gone, come, strict=False):
        yield ComponentChange(step=_step(before, after), path=path, before=before, after=after)
    for before in gone[len(come) :]:
        yield ComponentChange(step=Step.REMOVED, path=path, before=before, after=None)
    for after in come[len(gone) :]:
        yield ComponentChange(step=Step.ADDED, path=path, before=None, after=after)


def _same_version(path: str, old: Sequence[Component], new: Sequence[Component]) -> Iterator[ComponentChange]:
    """What moved, whose bytes are others, and what is installed under one more name: each, where all are so."""
    if old == new:
        return
    sources = {_source(component) for component in old}
    digests = by_algorithm(digest for component in old for digest in component.digests)
    moved = next((one for one in new if _source(one) not in sources), None)
    if moved is not None:
        yield ComponentChange(step=Step.MOVED, path=path, before=old[0], after=moved)
    other = next((one for one in new if gained(digests, by_algorithm(one.digests))), None)
    if other is not None:
        yield ComponentChange(step=Step.REDIGESTED, path=path, before=old[0], after=other)
    aliases = {one.alias for one in old}
    alias = next((one for one in new if one.alias not in (None, one.name) and one.alias not in aliases), None)
    if alias is not None and alias is not moved and alias is not other:
        yield ComponentChange(step=Step.ADDED, path=path, before=None, after=alias)


def gained(before: Mapping[str, set[str]], after: Mapping[str, set[str]]) -> bool:
    """Whether a digest is new, by an algorithm that was used before."""
    return any(found - before.get(algorithm, found) for algorithm, found in after.items())


def _source(component: Component) -> tuple[str, str]:
    """Where it comes from: of a registry the host, of everything else the whole address."""
    address = component.source_url or ""
    if component.origin is Origin.REGISTRY and address:
        with contextlib.suppress(ValueError):
            address = urlsplit(address).netloc.lower().rpartition("@")[2]
    return (str(component.origin), address)


def _ordered(components: list[Component]) -> list[Component]:
    """By version where they can be ordered, else as they stand."""
    pinned = [component for component in components if component.version is not None]
    if len(pinned) < 2:
        return components
    scheme = versions.scheme(_family(pinned[0]))
    pinned.sort(key=lambda one: (one.version or "",) if scheme is None else scheme.key(one.version or ""))
    return pinned + [component for component in components if component.version is None]


def _step(before: Component, after: Component) -> Step:
    if before.version is None or after.version is None:
        return Step.REQUIRED
    try:
        order = versions.compare(_family(after), before.version, after.version)
    except versions.UncomparableError:
        return Step.REPLACED
    return Step.UPDATED if order < 0 else Step.DOWNGRADED if order > 0 else Step.REPLACED


def _family(component: Component) -> str:
    who = None if component.purl is None else identity(component.purl)
    return "" if who is None else who.ecosystem
