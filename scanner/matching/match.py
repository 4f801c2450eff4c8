"""What one question about one component answered; `merge` makes findings of these."""

from __future__ import annotations

import msgspec

from scanner.model.component import Component
from scanner.model.finding import Claim, FindingClass, State


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One component matched by one fact."""

    component: Component
    class_: FindingClass
    state: State
    reason: str
    """How the match was made and why its state is not higher."""
    claim: Claim
    campaign: str | None
    value: str
    """What was matched, as the source writes it."""
