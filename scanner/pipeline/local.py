"""What this machine adds to findings: how exploited a vulnerability is, and what its owner holds for false."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scanner.errors import IntelError
from scanner.intel import exploited, withdrawals
from scanner.model.component import Problem
from scanner.model.exploitation import Exploitation
from scanner.model.finding import Finding, FindingClass
from scanner.model.report import FeedState
from scanner.policy import withdrawals as policy


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The findings as they are reported, and what there is to say on how they became so."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    feeds: tuple[FeedState, ...]


def judge(
    findings: Sequence[Finding], directory: Path, *, now: datetime, max_age: float, kev_needed: bool = False
) -> Judged:
    """Add what lies in the intelligence directory beside advisories and indicators.

    Neither KEV nor EPSS is missed where it was never fetched, but for a gate that rests on it (`kev_needed`).
    """
    told = _with_exploitation(findings, directory)
    feeds = exploited.states(directory, now=now, max_age=max_age)
    if kev_needed and not any(feed.name == exploited.KEV for feed in feeds):
        feeds = (*feeds, exploited.missing(exploited.KEV))
    try:
        known = withdrawals.load(directory)
    except IntelError as error:
        # Nothing is set aside by a file that nobody can read.
        problem = Problem(where=error.where or "", what=error.what, hint=error.hint)
        return Judged(findings=told, problems=(problem,), feeds=feeds)
    where = str(directory / withdrawals.FILE)
    judged = policy.judge(told, known, today=now.astimezone(UTC).date(), where=where)
    return Judged(findings=judged.findings, problems=judged.expired, feeds=feeds)


def _with_exploitation(findings: Sequence[Finding], directory: Path) -> tuple[Finding, ...]:
    """What is said on any of a vulnerability's CVEs; of several, what is worst."""
    named = {finding.id: _cves(finding) for finding in findings if finding.class_ is FindingClass.VULNERABILITY}
    every = set().union(*named.values())
    known = exploited.known_exploited(directory, every)
    likely = exploited.likelihood(directory, every)
    if not known and not likely:
        return tuple(findings)
    told: list[Finding] = []
    for finding in findings:
        cves = sorted(named.get(finding.id, ()))
        since = min((known[cve] for cve in cves if cve in known), key=lambda one: one.since, default=None)
        score = max((likely[cve] for cve in cves if cve in likely), key=lambda one: one.probability, default=None)
        if since is not None or score is not None:
            what = Exploitation(known_exploited=since, likelihood=score)
            told.append(msgspec.structs.replace(finding, exploitation=what))
        else:
            told.append(finding)
    return tuple(told)


def _cves(finding: Finding) -> set[str]:
    names = {
        name for claim in finding.claims for name in (claim.record, *(claim.advisory.aliases if claim.advisory else ()))
    }
    return {name.upper() for name in names if name[:4].upper() == "CVE-"}
