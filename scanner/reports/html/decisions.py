"""What people decided beforehand: which policy was obeyed, which VEX documents were read, and what came of both."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.model.report import PolicyEntry, PolicyState, Report, VexState
from scanner.reports import telling
from scanner.reports.html.markup import NOTHING, Markup, code, facts, items, join, table, tag

_ROWS = 500


def tell(report: Report) -> Markup:
    """A part of the ledger; nothing where nobody decided anything."""
    return join([NOTHING if report.policy is None else _policy(report.policy), *map(_vex, report.vex)])


def _policy(policy: PolicyState) -> Markup:
    obeyed = [join([code(file), tag("small", f" sha256 {digest[:16]}…")]) for file, digest in policy.obeyed]
    alone = [join([code(file), f" was not obeyed: whoever wrote the target wrote it. --policy {file} obeys it."])
             for file in policy.left_alone]  # fmt: skip
    rows = [*_rows("ended", policy.expired), *_rows("about nothing here", policy.unused)]
    return tag(
        "div",
        tag("h3", "Policy"),
        facts((
            ("Obeyed", items(obeyed) or "none"),
            ("Suppressed by it", telling.number(policy.suppressed, "finding", "findings") if obeyed else None),
            ("Lies in the target", items(alone) or None),
        )),
        table("Suppressions that do nothing", ("Where", "What of it", "Means", "Reason", "Until", "By"), rows)
        if rows else NOTHING,
        class_="group",
    )  # fmt: skip


def _rows(what: str, entries: Sequence[PolicyEntry]) -> list[tuple[str, ...]]:
    return [
        (code(one.where), what, one.means, one.reason, one.expires, one.by or "–") for one in entries[:_ROWS]
    ] + ([("…", f"{len(entries) - _ROWS:,} more", "", "", "", "")] if len(entries) > _ROWS else [])  # fmt: skip


def _vex(document: VexState) -> Markup:
    notes = [join([code(one.where), ": ", tag("span", one.what)]) for one in document.notes[:_ROWS]]
    if len(document.notes) > _ROWS:
        notes.append(join([f"and {len(document.notes) - _ROWS:,} more (--format json has all)"]))
    return tag(
        "div",
        tag("h3", "VEX: ", code(document.path)),
        facts((
            ("Format", document.format),
            ("Digest", code(document.digest)),
            ("Statements", f"{document.statements:,}, of which {document.used:,} set a finding aside"),
            ("Notes", items(notes) or None),
        )),
        class_="group",
    )  # fmt: skip
