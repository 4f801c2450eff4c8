"""Attacks that nobody who wrote or mended a rule has seen, and honest updates that look near to them.

They were written from public reports and from what is plausible, without reading the rules, and are never mended
after a result: a miss is a miss. Who mends a rule after one of them says so in docs/code-scanning-measured.md, since
the figure then measures less. A right answer is at least high, and names when the code runs and what it can.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.model.finding import Finding
from tests.codescan.variations import (
    cases,
    unseen_around,
    unseen_compiled,
    unseen_honest,
    unseen_npm,
    unseen_python,
)
from tests.codescan.variations.update import Update


def attacks() -> Iterator[Update]:
    """Updates that should be told as high, for the right reasons."""
    yield from (*unseen_npm.UPDATES, *unseen_python.UPDATES, *unseen_compiled.UPDATES, *unseen_around.UPDATES)


def honest() -> Iterator[Update]:
    """Updates that should not be told as high."""
    yield from unseen_honest.UPDATES


def missed(update: Update, findings: Sequence[Finding]) -> str:
    """Why what was found of an attack does not do: "" where it does."""
    return cases.lacking(findings, update.when, update.can)
