"""What a change brings, for a person: which revisions, which packages came, went or became others, what is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scanner.display import line
from scanner.model.comparison import Comparison, ComponentChange
from scanner.model.component import Component
from scanner.model.finding import Finding
from scanner.reports import telling
from scanner.reports.printer import Printer

_SHOWN = 25


def summary(put: Printer, comparison: Comparison) -> None:
    """Between which revisions, and how much."""
    head = f"{line(comparison.head, limit=80)} ({comparison.head_commit[:12]})"
    put.field("Change", f"from {line(comparison.base, limit=80)} ({comparison.begins[:12]}) to {head}", indent=0)
    counts = Counter(change.step for change in comparison.changes)
    words = ", ".join(f"{counts[step]:,} {telling.STEPS.get(step, step)}" for step in telling.CHANGES if counts[step])
    put.field("Packages", words or "none is another than before", indent=0)


def tell(put: Printer, comparison: Comparison) -> None:
    """Each package, and what was found before and is no more."""
    if comparison.changes:
        put()
        put("What the change brings:", bold=True)
        ordered = telling.ordered(comparison.changes)
        for change in ordered[:_SHOWN]:
            put.entry(f"{telling.step(change)}: {_what(change)}", _where(change))
        if len(ordered) > _SHOWN:
            put.entry(f"and {len(ordered) - _SHOWN:,} more (--format json has all)")
    _gone(put, comparison.gone)


def ledger(put: Printer, comparison: Comparison) -> None:
    """What differs, and what was not read because it does not."""
    files = f"{comparison.files_changed:,} {'file differs' if comparison.files_changed == 1 else 'files differ'}"
    same = comparison.sources_unchanged
    unread = f"; {same:,} SBOMs, lockfiles and manifests do not, and were not read" if same else ""
    put.field("Compared", f"{files}{unread}", indent=0)


def _gone(put: Printer, gone: Sequence[Finding]) -> None:
    if not gone:
        return
    put()
    put(f"Gone with the change: {len(gone):,}", bold=True)
    for finding in gone[:_SHOWN]:
        put.entry(line(finding.title, limit=200))
    if len(gone) > _SHOWN:
        put.entry(f"and {len(gone) - _SHOWN:,} more (--format json has all)")


def _what(change: ComponentChange) -> str:
    name = line(change.component.name, limit=120)
    before, after = _version(change.before), _version(change.after)
    if before and after and before != after:
        return f"{name} {before} -> {after}"
    return f"{name} {after or before}".strip()


def _version(component: Component | None) -> str:
    return "" if component is None else line(component.version or component.constraint or "", limit=60)


def _where(change: ComponentChange) -> str:
    moved = telling.whence(change)
    return f"{line(change.path)}: {moved}" if moved else line(change.path)
