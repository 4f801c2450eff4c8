"""The `comparison` part of the JSON report: two revisions, and what lies between them.

Schema: docs/schemas/pratique-report-1.schema.json, `$defs/comparison`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.model.comparison import Comparison, ComponentChange
from scanner.model.component import Component
from scanner.model.finding import Finding


def body(comparison: Comparison, finding: Callable[[Finding], dict[str, Any]]) -> dict[str, Any]:
    """The comparison as plain data; `finding` writes one that is gone as the report writes its own."""
    return {
        "base": {"revision": comparison.base, "commit": comparison.base_commit},
        "head": {"revision": comparison.head, "commit": comparison.head_commit},
        "begins": comparison.begins,
        "files_changed": comparison.files_changed,
        "sources_unchanged": comparison.sources_unchanged,
        "components": [change(one) for one in comparison.changes],
        "gone": [finding(one) for one in comparison.gone],
    }


def change(one: ComponentChange) -> dict[str, Any]:
    """One package that is not as it was."""
    return {
        "change": one.step,
        "path": one.path,
        "name": one.component.name,
        "before": _side(one.before),
        "after": _side(one.after),
    }


def _side(component: Component | None) -> dict[str, Any] | None:
    if component is None:
        return None
    return {
        "purl": None if component.purl is None else str(component.purl),
        "version": component.version,
        "constraint": component.constraint,
        "alias": component.alias,
        "scope": component.scope,
        "origin": component.origin,
        "source_url": component.source_url,
        "digests": list(component.digests),
    }
