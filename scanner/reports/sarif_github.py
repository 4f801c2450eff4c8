"""SARIF for an upload to GitHub's code scanning: only what is there and counts.

GitHub looks at neither `suppressions` nor `baselineState`: it would open an alert for what somebody has decided on, and
for what a change has removed. Left out, it closes the alert.
"""

from __future__ import annotations

from typing import TextIO

from scanner.model.report import Report
from scanner.reports import sarif


def write(report: Report, out: TextIO) -> None:
    """Write `report` as one run."""
    sarif.dump(report, [finding for finding in report.findings if finding.suppressed is None], out)
