"""Which targets somebody means: by number, `label:…`, `owner:…`, `listing:…`, `gone:…`, or a part of the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.values import Target

_PAGE = 1000


def every(
    store: Store, *, label: str | None = None, owner: str | None = None, address: str | None = None
) -> Iterator[Target]:
    """All targets that fit, by number."""
    after = 0
    while page := store.targets(label=label, owner=owner, address=address, after=after, limit=_PAGE):
        yield from page
        after = page[-1].id


def chosen(store: Store, selectors: Sequence[str]) -> list[Target]:
    """Those that any selector means, by number. Raises `UsageError` for one that means none."""
    found: dict[int, Target] = {}
    for selector in selectors:
        meant = list(_meant(store, selector))
        if not meant:
            raise UsageError(f"no target is meant by {selector!r}", where=store.where, hint="pratique fleet list")
        found |= {target.id: target for target in meant}
    return [found[id_] for id_ in sorted(found)]


def one(store: Store, selector: str) -> Target:
    """The target that is meant. Raises `UsageError` where there are several, or none."""
    found = chosen(store, (selector,))
    exact = [target for target in found if target.address == selector]
    if len(exact or found) > 1:
        raise UsageError(
            f"{len(found)} targets are meant by {selector!r}", where=store.where, hint="pratique fleet list"
        )
    return (exact or found)[0]


def _meant(store: Store, selector: str) -> Iterator[Target]:
    word, colon, value = selector.partition(":")
    if colon and word == "label":
        yield from every(store, label=value)
    elif colon and word == "owner":
        yield from every(store, owner=value)
    elif colon and word in ("listing", "gone"):
        for member in store.members():
            if member.listing == value and (word == "listing" or member.gone is not None):
                yield store.target(member.target)
    elif selector.isascii() and selector.isdigit():
        yield store.target(int(selector))
    else:
        yield from every(store, address=selector)
