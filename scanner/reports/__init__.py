"""Report → text: one file a format, and the table of them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TextIO

from scanner.model.report import Report

FORMATS: dict[str, str] = {
    "text": "text",
    "json": "json_v1",
    "stix": "stix",
    "misp": "misp",
    "html": "html",
    "sarif": "sarif",
    "sarif-github": "sarif_github",
    "markdown": "markdown",
    "step-summary": "markdown_summary",
    "github-annotations": "github_annotations",
    "junit": "junit",
    "csv": "csv_table",
    "gitlab-dependency": "gitlab_dependency",
    "gitlab-quality": "gitlab_quality",
    "cyclonedx": "cyclonedx",
    "openvex": "openvex",
    "spdx": "spdx",
    "defectdojo": "defectdojo",
}
"""Name on the command line → module in this package."""

OF_INVENTORY = frozenset(("cyclonedx", "spdx"))
"""Those that list every component: the report has to carry the inventory."""
OF_DIFF = tuple(name for name in FORMATS if name not in OF_INVENTORY)
"""Those that have something to say where two sides are compared, and nothing is listed."""


def writer(name: str) -> Callable[[Report, TextIO], None]:
    """The `write` of one format. Raises `KeyError`."""
    write: Callable[[Report, TextIO], None] = import_module(f"scanner.reports.{FORMATS[name]}").write
    return write
