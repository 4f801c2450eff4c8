"""How a target stands by what the store has of it: the verdict of its last look, without looking again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from scanner.fleet.store import Store
from scanner.fleet.store.summaries import Stand
from scanner.fleet.store.values import Covered, Question, Stored, Target
from scanner.model.component import Problem
from scanner.model.finding import Finding, State, Suppression
from scanner.model.report import Coverage, Verdict
from scanner.policy import gate as gates
from scanner.policy import verdict as verdicts
from scanner.policy.gate import Gate

_PAGE = 1000


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A target's verdict, and the exit status of a scan of it."""

    verdict: Verdict
    status: int
    open: int
    """Findings that are there now and count, near misses left out."""
    components: int
    lacks: str = ""
    """Why the last look did not see everything, in a few words; "" where it did."""
    silenced: int = 0
    """Findings that are there now and that somebody set aside."""
    by: tuple[str, ...] = ()
    """Who did."""
    expired: int = 0
    """Findings that count again, because the time of what was decided on them is over."""


def of(store: Store, target: Target, *, now: datetime, gate: Gate = gates.DEFAULT) -> Standing | None:
    """`None` before the first look. `gate`: what the status hangs on."""
    kept = store.snapshots(target.id, limit=1)
    if not kept:
        return None
    covered = kept[0].coverage
    stored = list(findings_of(store, Question(target=target.id)))
    findings = [one.at(now) for one in stored]
    coverage = ledger(covered)
    silent = [one.suppressed for one in findings if one.suppressed is not None]
    return Standing(
        verdict=verdicts.verdict(findings, coverage),
        status=verdicts.exit_status(findings, coverage, gate)[0],
        open=len(told(findings)),
        components=covered.read,
        lacks=lacking(covered),
        silenced=len(silent),
        by=tuple(sorted({who(one) for one in silent})),
        expired=sum(
            one.expired(now) and finding.suppressed is None for one, finding in zip(stored, findings, strict=True)
        ),
    )


def many(store: Store, *, now: datetime, targets: Sequence[int] | None = None) -> dict[int, Standing]:
    """The same of many targets at once, by number, from what the store counts: `None` means all that it has.

    Who silenced what, and what expired, is told of one target only.
    """
    return {one.target: counted(one) for one in store.stands(now=now, targets=targets)}


def counted(stand: Stand) -> Standing:
    """How one of them stands."""
    # One finding stands for all that a verdict does not tell apart from it.
    counting = [kind for kind in stand.kinds if not kind.silenced]
    findings = [
        Finding(
            id="", class_=kind.class_, state=kind.state, severity=kind.severity, title="", reason="", component=None,
            claims=(),
        )
        for kind in counting
    ]  # fmt: skip
    coverage = ledger(stand.coverage)
    return Standing(
        verdict=verdicts.verdict(findings, coverage),
        status=verdicts.exit_status(findings, coverage, gates.DEFAULT)[0],
        open=sum(kind.count for kind in counting),
        components=stand.coverage.read,
        lacks=lacking(stand.coverage),
        silenced=sum(kind.count for kind in stand.kinds if kind.silenced),
    )


def lacking(covered: Covered) -> str:
    """Why a look did not see everything, by the first problem that it had; "" where it did."""
    if covered.complete:
        return ""
    problems = [problem for problem in covered.problems if not problem.harmless]
    if problems:
        more = f" (and {len(problems) - 1:,} more)" if problems[1:] else ""
        return f"{problems[0].where}: {problems[0].what}{more}"
    if not covered.read:
        return "nothing that is read was found in it"
    if covered.checked < covered.read:
        return f"nothing can be said of {covered.read - covered.checked:,} of {covered.read:,} packages"
    return "a feed was stale, missing or broken"


def silenced(store: Store, target: Target, findings: Iterable[Finding], *, now: datetime) -> tuple[Finding, ...]:
    """Findings of a look at a target, with what was decided on them in the store."""
    known = {one.finding.id: one for one in findings_of(store, Question(target=target.id, decided=True, now=now))}
    return tuple(
        finding
        if finding.suppressed is not None or (stored := known.get(finding.id)) is None
        else msgspec.structs.replace(stored, finding=finding).at(now)
        for finding in findings
    )


def who(suppression: Suppression) -> str:
    """Who set a finding aside: a person, else where it is written."""
    return suppression.by or suppression.where or "nobody named"


def decision(one: Stored, now: datetime) -> str:
    """What stands decided on a finding, by whom, until when, in words; `-` where nothing does."""
    suppressed = one.at(now).suppressed
    if suppressed is not None:
        until = f" until {suppressed.expires}" if suppressed.expires else ""
        return f"silenced by {who(suppressed)}{until}: {suppressed.reason}"
    if one.decided(now):
        return f"{one.decision} by {one.decided_by}: {one.reason}"
    over = one.decision is not None and one.expires is not None and one.expires <= now
    return f"over since {one.expires:%Y-%m-%d}: {one.decision}" if over else "-"


def told(findings: Iterable[Finding]) -> list[Finding]:
    """Those that people are told of in a list: a near miss is another version, and what is set aside is no news."""
    return [one for one in findings if one.state is not State.NEAR_MISS and one.suppressed is None]


def findings_of(store: Store, question: Question) -> Iterator[Stored]:
    """All findings that a question asks for."""
    after: tuple[int, str] | None = None
    while page := store.findings(question, after=after, limit=_PAGE):
        yield from page
        after = (page[-1].target, page[-1].finding.id)


def ledger(covered: Covered) -> Coverage:
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
