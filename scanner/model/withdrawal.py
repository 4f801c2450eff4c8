"""Somebody's decision, on this machine, that a report is false."""

from __future__ import annotations

from datetime import date

import msgspec


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record, or a campaign, that is not believed for a time."""

    id: str
    """Of the record, under any of its names, or of the campaign."""
    reason: str
    expires: date
    """The last day on which it counts."""
    package: str | None = None
    """Only of this package: its name, or its purl without version."""
    by: str | None = None
    made: date

    def same(self, id_: str, package: str | None) -> bool:
        """Whether it is on that record and package."""
        return self.id.casefold() == id_.casefold() and self.package == package
