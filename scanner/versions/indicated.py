"""Whether a package indicator means a version, or a requirement that may lead to one."""

from __future__ import annotations

import re

from scanner import versions
from scanner.model.campaign import Indicator
from scanner.versions import ranges
from scanner.versions.constraints.value import Constraint, holds

_COMMIT = r"[0-9a-f]{40}\Z"


def among(ecosystem: str, indicator: Indicator, version: str) -> bool:
    """Whether an indicator names this version, one by one or by its range."""
    if any(versions.equal(ecosystem, version, one) for one in indicator.versions or ()):
        return True
    if indicator.excluded:
        return not any(
            version.startswith(one[:-1]) if one.endswith("*") else versions.equal(ecosystem, version, one)
            for one in indicator.excluded
        )
    if indicator.range is None or re.match(_COMMIT, version):
        return False
    scheme = versions.scheme(ecosystem)
    return scheme is not None and holds(scheme.key, ranges.span(indicator.range), scheme.key(version))


def admits_one_of(indicator: Indicator, wanted: Constraint) -> bool:
    """Whether a requirement admits a version that an indicator names. In doubt, it does."""
    if any(wanted.admits(version) for version in indicator.versions or ()):
        return True
    if indicator.excluded:
        return True  # all but a few are bad: hardly a requirement admits those alone
    window = ranges.span(indicator.range or "")
    return indicator.range is not None and wanted.overlaps(
        window.low, window.low_inclusive, window.high, window.high_inclusive
    )
