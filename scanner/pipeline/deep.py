"""--deep: each dependency that a change or a delivery adds or updates, its old release beside the new one.

From caches and `--pristine` folders where a digest of the lockfile or SBOM confirms them, else from the user's own
registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import msgspec

from scanner.errors import PratiqueError
from scanner.model.comparison import ComponentChange, Step
from scanner.model.component import Component, Origin, Problem
from scanner.model.ecosystem import full_name
from scanner.model.finding import Finding
from scanner.model.internal import is_internal
from scanner.pipeline import base_facts, cache_folder
from scanner.pipeline.diff import Pair
from scanner.pipeline.releases import Pristine, ReleaseFacts, Releases, asked_as
from scanner.pipeline.scan import Settings
from scanner.targets.parts import Mounted

STEPS = frozenset((Step.ADDED, Step.UPDATED, Step.DOWNGRADED, Step.REPLACED, Step.MOVED, Step.REDIGESTED))
"""What brings code."""
_MOST = 500
"""Releases of one change; who updates more is told that the rest was not compared."""


class Deep(msgspec.Struct, frozen=True, kw_only=True):
    """The wish to compare the releases of dependencies."""

    online: bool = True
    """They may be fetched from the registry that the user's own client is configured for."""
    internal: tuple[str, ...] = ()
    """Patterns of names that are never sent anywhere."""


def pairs(
    changes: Sequence[ComponentChange],
    deep: Deep,
    settings: Settings,
    problems: list[Problem],
    findings: list[Finding],
    *,
    cool_down: timedelta,
) -> Iterator[Pair]:
    """Yield old and new release of each; what cannot be had is a problem. What the registry says is a finding."""
    wanted = list(_wanted(changes))
    if len(wanted) > _MOST:
        what = f"{len(wanted)} dependencies change: the releases of the first {_MOST} were compared"
        problems.append(Problem(where="--deep", what=what))
    with Releases(
        folders=settings.pristine,
        cache=cache_folder.default(settings.environ),
        online=deep.online,
        environ=settings.environ,
        home=settings.home,
    ) as releases:
        for number, (before, after) in enumerate(wanted[:_MOST], 1):
            settings.progress(f"release {number} of {min(len(wanted), _MOST)}")
            new = _release(after, releases, deep, problems)
            if new is None:
                continue
            old = None if before is None else _release(before, releases, deep, problems)
            name = str(after.purl)
            told = _facts(after, releases, deep, problems)
            findings += base_facts.findings(after, told, settings.now(), cool_down)
            lost = base_facts.signals(_facts(before, releases, deep, problems), told, name)
            yield Pair(
                old=None if old is None else Mounted(old.tree, name),
                new=Mounted(new.tree, name),
                root=name,
                signals=tuple(lost),
            )


def _facts(component: Component | None, releases: Releases, deep: Deep, problems: list[Problem]) -> ReleaseFacts:
    if component is None or not deep.online or is_internal(deep.internal, (component.name,), component.purl):
        return ReleaseFacts()
    return base_facts.facts(component, releases, problems)


def _wanted(changes: Iterable[ComponentChange]) -> Iterator[tuple[Component | None, Component]]:
    """Each pair of releases once, however many lockfiles change so."""
    seen: set[tuple[str, str]] = set()
    for change in changes:
        after, before = change.after, change.before
        if change.step not in STEPS or after is None or after.purl is None or after.version is None:
            continue
        if after.origin is not Origin.REGISTRY:
            continue
        if before is not None and (before.origin is not Origin.REGISTRY or before.purl == after.purl):
            before = None
        key = ("" if before is None else str(before.purl), str(after.purl))
        if key not in seen:
            seen.add(key)
            yield before, after


def _release(component: Component, releases: Releases, deep: Deep, problems: list[Problem]) -> Pristine | None:
    purl = asked_as(component)
    assert purl is not None
    known = releases.known(component, problems)
    if known is not None:
        return known
    if is_internal(deep.internal, (full_name(purl), component.name), purl):
        problems.append(Problem(where=str(purl), what="of an internal scope: no registry was asked for it"))
        return None
    try:
        return releases.fetched(purl, problems, digests=component.digests)
    except PratiqueError as error:
        at = f" ({error.where})" if error.where else ""
        problems.append(
            Problem(where=str(purl), what=f"its release was not compared: {error.what}{at}", hint=error.hint)
        )
        return None
