"""How bad a vulnerability is, from what its record says. A compromise has no score."""

from __future__ import annotations

from functools import lru_cache

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
    scores = [score for _, vector in advisory.severity if (score := _score(vector)) is not None]
    if scores:
        return _band(max(scores))
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


@lru_cache(maxsize=4096)
def _score(vector: str) -> float | None:
    # Imported for hits only: 20 ms.
    from cvss import CVSS2, CVSS3, CVSS4
    from cvss.exceptions import CVSSError

    try:
        if vector.startswith("CVSS:4"):
            return float(CVSS4(vector).base_score)
        if vector.startswith("CVSS:3"):
            return float(CVSS3(vector).scores()[0])
        if vector.startswith("AV:"):
            return float(CVSS2(vector).scores()[0])
        return float(vector)
    except (CVSSError, ValueError, KeyError):
        return None
