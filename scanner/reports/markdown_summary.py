"""Markdown for `$GITHUB_STEP_SUMMARY`: as for a comment, with room for more."""

from __future__ import annotations

from typing import TextIO

from scanner.model.report import Report
from scanner.reports import markdown

SUMMARY = 1_000_000
"""GitHub drops a step's summary of more than 1 MiB; other commands of the step may write into it too."""


def write(report: Report, out: TextIO) -> None:
    """Write `report` for the summary of a step."""
    markdown.fit(report, out, SUMMARY)
