"""What is known to be bad, opened for one scan: advisories, and the indicators of campaigns and lists."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from scanner.intel.indicators import IndicatorStore
from scanner.intel.store import Store
from scanner.model.campaign import Campaign, Indicator, IndicatorType
from scanner.model.ecosystem import Identity


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """Two kinds of store, asked with one voice."""

    advisories: Store
    indicators: tuple[tuple[str, IndicatorStore], ...]
    """(feed name, store)."""

    def packages(self, identities: Collection[Identity]) -> dict[Identity, tuple[tuple[str, Indicator], ...]]:
        """(feed, package indicator) by identity."""
        found: dict[Identity, list[tuple[str, Indicator]]] = {}
        for feed, store in self.indicators:
            for who, indicators in store.packages(identities).items():
                found.setdefault(who, []).extend((feed, indicator) for indicator in indicators)
        return {who: tuple(pairs) for who, pairs in found.items()}

    def exact(self, type_: IndicatorType, keys: Collection[str]) -> dict[str, tuple[tuple[str, Indicator], ...]]:
        """(feed, indicator) of one type by normalised value."""
        found: dict[str, list[tuple[str, Indicator]]] = {}
        for feed, store in self.indicators:
            for key, indicators in store.exact(type_, keys).items():
                found.setdefault(key, []).extend((feed, indicator) for indicator in indicators)
        return {key: tuple(pairs) for key, pairs in found.items()}

    def keys(self, type_: IndicatorType) -> frozenset[str]:
        """Every normalised value of one type."""
        return frozenset().union(*(store.keys(type_) for _, store in self.indicators))

    def campaign(self, id_: str) -> Campaign | None:
        """A campaign by id, from whichever store has it."""
        return next((found for _, store in self.indicators if (found := store.campaign(id_)) is not None), None)
