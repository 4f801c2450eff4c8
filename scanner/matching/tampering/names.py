"""Names that are meant to be taken for others: an alias, an address that serves another package, a letter beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from scanner.matching.tampering.sign import Change, Sign, World
from scanner.model.comparison import Step
from scanner.model.component import Component, Origin
from scanner.model.ecosystem import identity
from scanner.model.finding import FindingClass, Severity

_SHORTEST = 5
"""Names of fewer letters lie a letter from each other by chance."""


def check(change: Change, world: World) -> Iterator[Sign]:
    """Look at one component that was added or changed."""
    now = change.now
    if now is None:
        return
    yield from _alias(change, now)
    if change.of.step is Step.ADDED and now.origin is Origin.REGISTRY:
        yield from _beside(now, world)


def _alias(change: Change, now: Component) -> Iterator[Sign]:
    was = change.of.before
    if now.alias is None or now.alias == now.name or (was is not None and was.alias == now.alias):
        return
    pretended = [one for one in change.neighbours() if one.name == now.alias and one.source_url == now.source_url]
    if pretended and now.source_url is not None:
        yield Sign(
            "other-package", Severity.HIGH, f"is what lies at the address that the file gives for {now.alias}",
            "a client installs what lies at the address, whatever the entry is called",
            "Do not merge it. Let the client write the lockfile anew, and ask who edited it by hand.",
        )  # fmt: skip
        return
    yield Sign(
        "alias", Severity.MEDIUM, f"is installed under the name {now.alias}",
        "code that asks for the one gets the other",
        "Is the alias wanted? Whoever reads the code will take it for the package whose name it bears.",
    )  # fmt: skip


def _beside(now: Component, world: World) -> Iterator[Sign]:
    who = None if now.purl is None else identity(now.purl)
    names = frozenset() if who is None else world.popular.get(who.family, frozenset())
    name = now.name.lower()
    if len(name) < _SHORTEST or name in names:
        return
    near = _near(name, names)
    if near is not None:
        yield Sign(
            "near-a-popular-name", Severity.MEDIUM, f"is called almost like {near}, which very many people use",
            "names a letter apart are how most impostors find their victims",
            f"Is {near} meant? Look at who publishes {now.name}, since when, and from which repository.",
            FindingClass.SUSPICIOUS_CHANGE,
        )  # fmt: skip


def _near(name: str, names: frozenset[str]) -> str | None:
    """A popular name from which one slip leads to this one: a letter more, less, other or swapped, or other joints."""
    slips = _slips(names)
    found = {other for key in _keys(name) for other in slips.get(key, ())}
    bare = _bare(name)
    close = sorted(other for other in found if _one_slip(name, other) or _bare(other) == bare)
    return close[0] if close else None


@cache
def _slips(names: frozenset[str]) -> dict[str, list[str]]:
    """Each popular name under itself with any one letter left out: two names a slip apart share such a key."""
    found: dict[str, list[str]] = {}
    for name in names:
        if len(name) >= _SHORTEST:
            for key in _keys(name):
                found.setdefault(key, []).append(name)
    return found


def _keys(name: str) -> Iterable[str]:
    return {name, _bare(name), *(name[:at] + name[at + 1 :] for at in range(len(name)))}


def _bare(name: str) -> str:
    """Without joints: `lodash.merge`, `lodash-merge` and `lodash_merge` are one."""
    return name.translate({ord(joint): None for joint in "-_."})


def _one_slip(one: str, other: str) -> bool:
    """Optimal string alignment distance of at most 1."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    at = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(map(len, (one, other)))
    )
    left, right = one[at:], other[at:]
    swapped = len(left) > 1 and len(right) > 1 and left[0] == right[1] and left[1] == right[0] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
