"""What a change brings: packages that come and go, what the code of each can now and could not, what is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from scanner.display import line
from scanner.model.comparison import Comparison, ComponentChange
from scanner.model.finding import Finding
from scanner.model.report import Report
from scanner.model.signal import Brought, Capability, Concealment, Novelty, Signal
from scanner.model.signal_words import WORDS
from scanner.reports import telling
from scanner.reports.html.markup import NOTHING, Markup, badge, code, items, join, section, table, tag

_ROWS = 2_000
_PACKAGES = 100


def packages(report: Report) -> Markup:
    """Each component that is not as it was."""
    comparison = report.comparison
    if comparison is None:
        return NOTHING
    ordered = telling.ordered(comparison.changes)
    rows = [_package(change) for change in ordered[:_ROWS]]
    shown = table("Packages that are not as they were", ("Package", "What", "Before", "Now", "File"), rows)
    more = tag("p", f"and {len(ordered) - _ROWS:,} more (--format json has all)") if len(ordered) > _ROWS else NOTHING
    counts = Counter(map(telling.step, ordered))
    note = ", ".join(f"{count:,} {what}" for what, count in counts.items()) or "No package is another than before."
    return section(
        "What the change brings", tag("p", note, class_="lead"), shown if rows else NOTHING, more, gone(comparison),
        id_="changes",
    )  # fmt: skip


def gone(comparison: Comparison) -> Markup:
    """What was found where the change begins, and is no more."""
    found = comparison.gone
    if not found:
        return NOTHING
    shown: list[str] = [tag("bdi", one.title) for one in found[:_ROWS]]
    if len(found) > _ROWS:
        shown.append(f"and {len(found) - _ROWS:,} more (--format json has all)")
    return tag("details", tag("summary", f"Gone with the change: {len(found):,}"), items(shown), class_="more")


def _package(change: ComponentChange) -> tuple[Markup, ...]:
    moved = telling.whence(change)
    before, _, after = moved.partition(" -> ")
    return (
        code(change.component.name),
        badge(telling.step(change), f"step-{change.step.value}"),
        join([code(telling.version(change.before)) if change.before else "–", _source(before)]),
        join([code(telling.version(change.after)) if change.after else "–", _source(after)]),
        code(change.path),
    )


def _source(where: str) -> Markup | None:
    return join([tag("br"), tag("small", code(where))]) if where else None


def capabilities(findings: Iterable[Finding]) -> Markup:
    """By package: what its code could before, and what it can now, as far as the findings say."""
    brought: dict[str, list[Brought]] = {}
    for finding in findings:
        if finding.brings is not None:
            brought.setdefault(finding.brings.place, []).append(finding.brings)
    seen = {signal.says for group in brought.values() for one in group for signal in one.signals}
    columns: list[StrEnum] = [one for kind in (Capability, Concealment) for one in kind if one in seen]
    if not columns:
        return NOTHING
    bodies = [_rows(place, group, columns) for place, group in list(brought.items())[:_PACKAGES]]
    caption = "What code can do, before and now, by package"
    head = tag("tr", tag("th", "Package", scope="col"), tag("th", "When", scope="col"),
               *(tag("th", tag("span", WORDS[one]), scope="col", class_="turned") for one in columns))  # fmt: skip
    whole = tag("table", tag("caption", caption), tag("thead", head), *bodies, class_="matrix")
    rest = f" {len(brought) - _PACKAGES:,} more packages are left out here." if len(brought) > _PACKAGES else ""
    return section(
        "What the code can do now",
        tag("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0"),
        items((
            join([tag("span", "●", class_="cell-new"), " new: nothing of the kind stood there before"]),
            join([tag("span", "●", class_="cell-had"), " had the like"]),
            "– not seen",
            "? nothing to compare with",
        ), "legend"),
        id_="capabilities",
        note=f"From the signals of the findings above, not from all of the code.{rest}",
    )  # fmt: skip


def _rows(place: str, group: Sequence[Brought], columns: Sequence[StrEnum]) -> Markup:
    whole = all(one.whole for one in group)
    before: list[Markup] = []
    after: list[Markup] = []
    for column in columns:
        signals = [signal for one in group for signal in one.signals if signal.says is column]
        then, now = _cells(signals, whole=whole)
        before.append(then)
        after.append(now)
    name = tag("th", code(place) if place else "the whole", scope="rowgroup", rowspan="2")
    return tag(
        "tbody",
        tag("tr", name, tag("th", "before", scope="row"), *before),
        tag("tr", tag("th", "now", scope="row"), *after),
    )


def _cells(signals: Sequence[Signal], *, whole: bool) -> tuple[Markup, Markup]:
    none = tag("td", _mark("–", "no"), class_="cell-none")
    unknown = tag("td", _mark("?", "not known"), class_="cell-none")
    if not signals:
        return unknown if whole else none, none
    if whole:
        return unknown, tag("td", _mark("●", "yes"), class_="cell-had")
    if all(signal.novelty is Novelty.PACKAGE for signal in signals):
        return none, tag("td", _mark("●", "yes, new"), class_="cell-new")
    had = tag("td", _mark("●", "yes"), class_="cell-had")
    return had, had


def _mark(sign: str, said: str) -> Markup:
    return join([tag("span", sign, aria_hidden="true"), tag("span", said, class_="unseen")])


def revisions(comparison: Comparison) -> Markup:
    """From where to where."""
    return join([
        code(line(comparison.base, limit=80)), " (", code(comparison.begins[:12]), ") to ",
        code(line(comparison.head, limit=80)), " (", code(comparison.head_commit[:12]), ")",
    ])  # fmt: skip
