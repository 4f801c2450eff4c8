"""What somebody decides on one finding of the fleet.

The words of VEX, where it has one, written as the classes of findings are:
https://www.cisa.gov/resources-tools/resources/minimum-requirements-vulnerability-exploitability-exchange-vex
"""

from __future__ import annotations

from enum import StrEnum


class Ruling(StrEnum):
    ACCEPTED = "accepted"
    """It is so, and lived with until a day."""
    FALSE_POSITIVE = "false-positive"
    """It is not so."""
    NOT_AFFECTED = "not-affected"
    """Of a vulnerability: it does no harm in this product, for a reason that VEX has a word for."""
    AFFECTED = "affected"
    """It is so, and matters."""
    FIXING = "fixing"
    """Somebody is at it."""
    INVESTIGATING = "under-investigation"
    WITHDRAWN = "withdrawn"
    """What was decided before holds no more."""

    @property
    def silences(self) -> bool:
        """Whether the finding does not count while it stands; only with a day on which it ends."""
        return self in SILENCING


SILENCING = frozenset((Ruling.ACCEPTED, Ruling.FALSE_POSITIVE, Ruling.NOT_AFFECTED))
