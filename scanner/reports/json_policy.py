"""Policy and VEX documents in the JSON report: where they came from, by digest, and what in them does nothing."""

from __future__ import annotations

from typing import Any

from scanner.model.report import PolicyEntry, PolicyState, VexState


def policy(state: PolicyState) -> dict[str, Any]:
    """Which policy was obeyed, and which was not."""
    return {
        "obeyed": [{"file": file, "sha256": digest} for file, digest in state.obeyed],
        "left_alone": list(state.left_alone),
        "suppressed": state.suppressed,
        "expired": [_entry(entry) for entry in state.expired],
        "unused": [_entry(entry) for entry in state.unused],
    }


def _entry(entry: PolicyEntry) -> dict[str, Any]:
    return {
        "where": entry.where,
        "means": entry.means,
        "reason": entry.reason,
        "expires": entry.expires,
        "by": entry.by,
    }


def vex(state: VexState) -> dict[str, Any]:
    """One document."""
    return {
        "file": state.path,
        "format": state.format,
        "sha256": state.digest,
        "statements": state.statements,
        "used": state.used,
        "notes": [{"where": note.where, "what": note.what} for note in state.notes],
    }
