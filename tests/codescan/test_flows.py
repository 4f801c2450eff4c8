"""What is taken and sent at once, what comes in by a side door, and the honest updates near to both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scanner.model.finding import Finding, Severity
from scanner.pipeline.diff import Pair, Settings, changes
from tests.codescan.test_reenacted import semgrep
from tests.codescan.trees import Files
from tests.codescan.variations import cases, flows
from tests.codescan.variations.update import Update

__all__ = ["semgrep"]


def test_attacks_are_told_for_the_right_reasons(semgrep: Path) -> None:
    found = _found(flows.ATTACKS, semgrep)
    missed = {one.id: cases.lacking(found[one.id], one.when, one.can) for one in flows.ATTACKS}
    assert {id_: why for id_, why in missed.items() if why} == {}


def test_honest_updates_near_to_them_are_not_high(semgrep: Path) -> None:
    high = {
        id_: [f"{finding.title}: {finding.reason}" for finding in findings if finding.severity >= Severity.HIGH]
        for id_, findings in _found(flows.HONEST, semgrep).items()
    }
    assert {id_: why for id_, why in high.items() if why} == {}


def _found(updates: Sequence[Update], engine: Path) -> dict[str, Sequence[Finding]]:
    pairs = [Pair(old=Files(update.old), new=Files(update.new)) for update in updates]
    judged = changes(pairs, Settings(environ={"PRATIQUE_SEMGREP": str(engine)}))
    return {update.id: one.findings for update, one in zip(updates, judged, strict=True)}
