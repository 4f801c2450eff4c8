"""Pairs of what was and what is → what all of them are found to bring, for a report and its ledger."""

from __future__ import annotations

from collections.abc import Collection

from scanner.model.component import Problem
from scanner.model.finding import Finding
from scanner.model.report import CodeState
from scanner.pipeline import diff
from scanner.pipeline.diff import Pair
from scanner.pipeline.told import Told


def judge(judging: diff.Settings, found: Collection[Pair]) -> Told:
    """What all of them are found to bring."""
    findings: list[Finding] = []
    problems: list[Problem] = []
    for one, judged in zip(found, diff.changes(list(found), judging) if found else (), strict=True):
        findings += judged.findings
        problems += judged.problems
        if one.old is None:
            what = "judged whole: there is nothing to compare it with"
            problems.append(Problem(where=one.root, what=what, harmless=True))
    changed = sum(len(one.pairing.changes) if one.pairing else len(one.new.entries) for one in found)
    state = CodeState(
        packages=len(found),
        compared=sum(one.old is not None for one in found),
        whole=tuple(one.root for one in found if one.old is None),
        files=sum(len(one.new.entries) for one in found),
        judged=changed,
    )
    return Told(
        findings=tuple(sorted(findings, key=lambda one: (-one.severity, one.title, one.id))),
        problems=tuple(dict.fromkeys(problems)),
        state=state if found else None,
    )
