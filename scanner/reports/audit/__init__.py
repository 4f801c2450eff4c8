"""The dossier of an audit → text, JSON, HTML, CSV: one file a format, and the table of them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TextIO

from scanner.model.audit import AuditReport

FORMATS = ("text", "json", "html", "csv", "openvex")
"""Name on the command line; the module has the same, `_v1` and `_table` behind some."""
_MODULES = {"text": "text", "json": "json_v1", "html": "page", "csv": "csv_table", "openvex": "openvex"}


def writer(name: str) -> Callable[[AuditReport, TextIO], None]:
    """The `write` of one format. Raises `KeyError`."""
    write: Callable[[AuditReport, TextIO], None] = import_module(f"scanner.reports.audit.{_MODULES[name]}").write
    return write
