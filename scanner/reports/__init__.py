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
}
"""Name on the command line → module in this package."""


def writer(name: str) -> Callable[[Report, TextIO], None]:
    """The `write` of one format. Raises `KeyError`."""
    write: Callable[[Report, TextIO], None] = import_module(f"scanner.reports.{FORMATS[name]}").write
    return write
