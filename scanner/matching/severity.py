"""How bad a vulnerability is, from what its record says. A compromise has no score."""

from __future__ import annotations

from scanner.model import cvss
from scanner.model.advisory import Advisory
from scanner.model.finding import Severity

_WORDS = {
    "none": Severity.NONE,
    "low": Severity.LOW,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "important": Severity.HIGH,
    "critical": Severity.CRITICAL,
}


def of(advisory: Advisory) -> Severity | None:
    """The highest that its vectors or its database's word give; `None` where it says nothing."""
    score = advisory.score
    if score is None and advisory.severity:  # stored by an older pratique
        score = cvss.highest(vector for _, vector in advisory.severity)
    if score is not None:
        return _band(score)
    return _WORDS.get((advisory.severity_word or "").lower())


def _band(score: float) -> Severity:
    """FIRST's qualitative scale, https://www.first.org/cvss/v3-1/specification-document, section 5."""
    if score >= 9.0:
        return Severity.CRITICAL
    if score >= 7.0:
        return Severity.HIGH
    if score >= 4.0:
        return Severity.MEDIUM
    return Severity.LOW if score > 0 else Severity.NONE
