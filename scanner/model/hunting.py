"""What a hunt for the indicators of somebody's lists found, where it looked, and what it could not."""

from __future__ import annotations

import msgspec

from scanner.model.report import Report


class ListState(msgspec.Struct, frozen=True, kw_only=True):
    """One list that was hunted for."""

    id: str
    name: str
    kind: str
    title: str | None
    lines: int
    """Lines or records, without comments and blank ones."""
    understood: int
    not_understood: int
    comments: int
    indicators: dict[str, int]
    """Type → how many."""


class Hunt(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `report` holds findings and coverage in the shape of a scan's."""

    report: Report
    lists: tuple[ListState, ...]
    not_looked_for: dict[str, int]
    """Type → indicators that no question of this hunt was about."""
    nameless: int
    """Components that have no package URL: they were compared by digest and address, not by name."""
    remembered: int
    """Files whose inventory was known from an earlier hunt."""
