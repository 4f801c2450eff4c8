"""`RECORD` of an installed Python distribution: its files and their digests, as the installer wrote them down.

Spec: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple

from scanner.shape import encoding


class Recorded(NamedTuple):
    """One line."""

    path: str
    """From the folder of the installation, and inside it."""
    digest: str
    """`sha256=<base64 without padding>`, or "" where none is given."""


def rows(data: bytes) -> Iterator[Recorded]:
    """The lines that name a file inside the folder of the installation; what makes no sense ends the reading."""
    try:
        for row in csv.reader(encoding.lenient_text(data).splitlines()):
            if len(row) >= 2 and row[0] and not row[0].startswith("/") and ".." not in row[0].split("/"):
                yield Recorded(row[0], row[1])
    except csv.Error:
        return
