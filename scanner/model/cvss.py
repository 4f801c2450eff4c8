"""Vectors of the Common Vulnerability Scoring System as the numbers that they stand for.

https://www.first.org/cvss/, versions 2 to 4. The formulas are the library's.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


def highest(vectors: Iterable[str]) -> float | None:
    """The highest base score, 0 to 10; `None` where none of them can be understood."""
    return max((score for vector in vectors if (score := _score(vector)) is not None), default=None)


@lru_cache(maxsize=4096)
def _score(vector: str) -> float | None:
    # Imported where there is a vector: 10 ms.
    from cvss import CVSS2, CVSS3, CVSS4
    from cvss.exceptions import CVSSError

    try:
        if vector.startswith("CVSS:4"):
            return float(CVSS4(vector).base_score)
        if vector.startswith("CVSS:3"):
            return float(CVSS3(vector).scores()[0])
        if vector.startswith("AV:"):
            return float(CVSS2(vector).scores()[0])
        number = float(vector)
    except (CVSSError, ValueError, KeyError):
        return None
    return number if 0 <= number <= 10 else None
