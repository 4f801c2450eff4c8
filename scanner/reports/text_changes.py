"""What a change brings, for a person: which revisions, which packages came, went or became others, what is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scanner.display import address, line
from scanner.model.comparison import Comparison, ComponentChange, Step
from scanner.model.component import Component
from scanner.model.finding import Finding
from scanner.reports.printer import Printer

_SHOWN = 25
_GRAVEST = (Step.REDIGESTED, Step.MOVED, Step.DOWNGRADED, Step.ADDED, Step.REPLACED, Step.UPDATED, Step.REQUIRED,
            Step.REMOVED)  # fmt: skip
_SAID = {
    Step.REDIGESTED: "same version, other digest",
    Step.MOVED: "from another source",
    Step.REQUIRED: "other requirement",
}


def summary(put: Printer, comparison: Comparison) -> None:
    """Between which revisions, and how much."""
    head = f"{line(comparison.head, limit=80)} ({comparison.head_commit[:12]})"
    put.field("Change", f"from {line(comparison.base, limit=80)} ({comparison.begins[:12]}) to {head}", indent=0)
    counts = Counter(change.step for change in comparison.changes)
    words = ", ".join(f"{counts[step]:,} {_SAID.get(step, step)}" for step in _GRAVEST if counts[step])
    put.field("Packages", words or "none is another than before", indent=0)


def tell(put: Printer, comparison: Comparison) -> None:
    """Each package, and what was found before and is no more."""
    if comparison.changes:
        put()
        put("What the change brings:", bold=True)
        ordered = sorted(comparison.changes, key=lambda one: (_GRAVEST.index(one.step), one.path, one.component.name))
        for change in ordered[:_SHOWN]:
            put.entry(f"{_SAID.get(change.step, change.step)}: {_what(change)}", _where(change))
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
    if change.step is Step.MOVED and change.before is not None and change.after is not None:
        return f"{line(change.path)}: {_source(change.before)} -> {_source(change.after)}"
    return line(change.path)


def _source(component: Component) -> str:
    return address(component.source_url) if component.source_url else str(component.origin)
