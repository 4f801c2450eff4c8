"""What somebody decided on a delivery, and what has become of it since."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from scanner.model.finding import Finding, FindingClass, State
from scanner.model.report import Verdict


class Answer(StrEnum):
    ACCEPT = "accept"
    ACCEPT_UNTIL = "accept-until"
    REFUSE = "refuse"


class OpenFinding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"class_": "class"}):
    """A finding that was open when somebody decided."""

    finding: str
    """Its id, which goes by the name of the file too."""
    class_: FindingClass
    state: State
    package: str = ""
    """Package URL; "" where there is none."""
    records: tuple[str, ...] = ()
    title: str = ""


class NotAffected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vulnerability that does no harm in this product."""

    vulnerability: str
    justification: str
    """In OpenVEX's word."""


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One decision on one delivery, as it stands in the file: fields are the keys."""

    decide: Answer
    until: date | None = None
    """The last day on which it counts."""
    because: str
    by: str
    conditions: tuple[str, ...] = ()
    made: datetime
    sha256: str
    """Of the SBOM, in hexadecimal."""
    sbom: str = ""
    """What the file was called."""
    product: str = ""
    """Without its version."""
    version: str = ""
    vendor: str = ""
    verdict: Verdict
    not_affected: tuple[NotAffected, ...] = ()
    open: tuple[OpenFinding, ...] = ()

    def expired(self, today: date) -> bool:
        """Whether its time is over."""
        return self.until is not None and self.until < today


class Recalled(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, seen from the delivery that is being audited."""

    decision: Decision
    where: str
    """File and line."""
    same: bool
    """It is on exactly this SBOM, by digest; otherwise on the last delivery of the product that was decided."""
    expired: bool
    fresh: bool = False
    """It was made just now."""
    new: tuple[Finding, ...] = ()
    """Open now, and not then, or not as sure."""
    gone: tuple[OpenFinding, ...] = ()
    """Open then, and not now."""

    @property
    def stands(self) -> bool:
        """Whether the delivery that is being audited is accepted by it today."""
        return self.same and not self.expired and self.decision.decide is not Answer.REFUSE
