"""Signals that need no rule engine: what a change does to the shape of a package. One file a question."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanner.codescan.context import Context
from scanner.codescan.structure import (
    binaries,
    blinding,
    encoded,
    flow,
    hooks,
    manifests,
    metadata,
    planted,
    text,
    workflows,
)
from scanner.model.signal import Signal

Check = Callable[[Context], Iterator[Signal]]

CHECKS: tuple[Check, ...] = (
    hooks.check,
    manifests.check,
    binaries.check,
    blinding.check,
    text.check,
    encoded.check,
    flow.check,
    planted.check,
    metadata.check,
    workflows.check,
)
"""Every check; a test compares the table with the folder."""


def signals(context: Context) -> Iterator[Signal]:
    """Ask every question of a change."""
    for check in CHECKS:
        yield from check(context)
