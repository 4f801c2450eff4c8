"""What the text report says of the policy and of VEX documents: which were obeyed, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.display import line
from scanner.model.report import PolicyEntry, PolicyState, Report, VexState
from scanner.reports.printer import Printer

_SHOWN = 10


def ledger(put: Printer, report: Report) -> None:
    """A field for the policy and one for each document; entries that do nothing one by one."""
    if report.policy is not None:
        _policy(put, report.policy)
    for document in report.vex:
        _vex(put, document)


def _policy(put: Printer, policy: PolicyState) -> None:
    if policy.obeyed:
        obeyed = ", ".join(f"{line(file)} (sha256 {line(digest[:12])}…)" for file, digest in policy.obeyed)
        put.field("Policy", f"{obeyed}: {_number(policy.suppressed, 'finding')} suppressed by it", indent=0)
        _entries(put, "ended", policy.expired)
        _entries(put, "about nothing here", policy.unused)
    if policy.left_alone:
        files = ", ".join(map(line, policy.left_alone))
        put.field(
            "Policy" if not policy.obeyed else "",
            f"{files} lies in the target and was not obeyed: --policy {line(policy.left_alone[0])} obeys it",
            indent=0,
        )


def _entries(put: Printer, what: str, entries: Sequence[PolicyEntry]) -> None:
    for entry in entries[:_SHOWN]:
        until = f" on {line(entry.expires)}" if what == "ended" else ""
        put.entry(f"{line(entry.where)}: {what}{until}: {line(entry.means, limit=200)}", line(entry.reason), hang=2)
    if len(entries) > _SHOWN:
        put.entry(f"and {len(entries) - _SHOWN:,} more (--format json has all)", hang=2)


def _vex(put: Printer, document: VexState) -> None:
    count = f"{_number(document.statements, 'statement')}, {document.used:,} about what was found"
    put.field("VEX", f"{line(document.path)} ({line(document.format)}): {count}", indent=0)
    for note in document.notes[:_SHOWN]:
        put.entry(f"{line(note.where)}: {line(note.what)}", hang=2)
    if len(document.notes) > _SHOWN:
        put.entry(f"and {len(document.notes) - _SHOWN:,} more (--format json has all)", hang=2)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"
