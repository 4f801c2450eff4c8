"""Indicator lists as people publish them: bytes → indicators, and an account of every line.

What a list is, its content says; the file's name and the options of the user settle only what content leaves open. One
module a kind, in the order in which they are asked; each has `recognise(document)` and `read(document, into)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple, Protocol

from scanner.errors import InputError
from scanner.feeds.lists.collector import Collector
from scanner.feeds.lists.document import Document
from scanner.model.listing import ListReading

__all__ = ["KINDS", "ListReading", "read"]


class Kind(NamedTuple):
    """A line of the table."""

    module: str
    title: str

    def load(self) -> Reader:
        reader: Reader = import_module(f"scanner.feeds.lists.{self.module}")
        return reader


class Reader(Protocol):
    """What a module of this table offers."""

    def recognise(self, document: Document) -> bool: ...

    def read(self, document: Document, into: Collector) -> None: ...


KINDS: tuple[Kind, ...] = (
    Kind("campaign_file", "campaign file of pratique"),
    Kind("stix", "STIX 2 bundle"),
    Kind("misp", "MISP event or feed manifest"),
    Kind("osv_record", "OSV record"),
    Kind("catalogue", "JSON catalogue of packages or indicators"),
    Kind("delimited", "table: CSV, TSV or Markdown"),
    Kind("plain", "one indicator a line"),
)


def read(data: bytes, *, name: str, columns: Mapping[str, str] = {}, ecosystem: str | None = None) -> ListReading:
    """Read one list. `columns` (`--as column=type`) settles what a column means, `ecosystem` whose packages they are.

    Raises `InputError` where the whole is nothing that could be read; a line that makes no sense is a problem of the
    reading.
    """
    document = Document(data, name, columns=columns, ecosystem=ecosystem)
    for kind in KINDS:
        reader = kind.load()
        if reader.recognise(document):
            into = Collector(document)
            reader.read(document, into)
            return into.finish(kind.module.replace("_", "-"))
    raise InputError("neither text nor JSON that holds a list", where=name)
