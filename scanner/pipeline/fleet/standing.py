"""How a target stands by what the store has of it: the verdict of its last look, without looking again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from scanner.fleet.store import Store
from scanner.fleet.store.values import Covered, Question, Stored, Target
from scanner.model.component import Problem
from scanner.model.finding import Finding, State
from scanner.model.report import Coverage, Verdict
from scanner.policy import gate
from scanner.policy import verdict as verdicts

_PAGE = 1000


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A target's verdict, and the exit status of a scan of it."""

    verdict: Verdict
    status: int
    open: int
    """Findings that are there now, near misses left out."""
    components: int


def of(store: Store, target: Target) -> Standing | None:
    """`None` before the first look."""
    kept = store.snapshots(target.id, limit=1)
    if not kept:
        return None
    covered = kept[0].coverage
    findings = [one.finding for one in findings_of(store, Question(target=target.id))]
    coverage = _coverage(covered)
    return Standing(
        verdict=verdicts.verdict(findings, coverage),
        status=verdicts.exit_status(findings, coverage, gate.DEFAULT)[0],
        open=len(told(findings)),
        components=covered.read,
    )


def told(findings: Iterable[Finding]) -> list[Finding]:
    """Those that people are told of in a list: a near miss is another version, and no news."""
    return [one for one in findings if one.state is not State.NEAR_MISS]


def findings_of(store: Store, question: Question) -> Iterator[Stored]:
    """All findings that a question asks for."""
    after: tuple[int, str] | None = None
    while page := store.findings(question, after=after, limit=_PAGE):
        yield from page
        after = (page[-1].target, page[-1].finding.id)


def _coverage(covered: Covered) -> Coverage:
    """The ledger as far as the store keeps it. Feeds are not kept: what they lacked then makes it incomplete still."""
    problems = covered.problems
    if not covered.complete and all(problem.harmless for problem in problems):
        problems = (*problems, Problem(where="", what="something could not be checked"))
    return Coverage(
        files=(),
        components_read=covered.read,
        components_checked=covered.checked,
        unmatchable=(),
        feeds=(),
        problems=problems,
    )
