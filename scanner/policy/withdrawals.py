"""Local withdrawals: findings that rest on nothing but records which this machine's owner holds for false.

A finding is set aside only where each of its claims is withdrawn: what a second source says stands by itself. Records
that call each other aliases are one report under several names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from scanner.model.component import Component, Problem
from scanner.model.finding import Claim, Finding, Suppression
from scanner.model.withdrawal import Withdrawal


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The findings, and what is to be said on withdrawals that ran out."""

    findings: tuple[Finding, ...]
    expired: tuple[Problem, ...]


def judge(findings: Sequence[Finding], withdrawals: Sequence[Withdrawal], *, today: date, where: str) -> Judged:
    """Set aside what is withdrawn, and say where a withdrawal ran out or covers a part only."""
    if not withdrawals:
        return Judged(findings=tuple(findings), expired=())
    expired: dict[Withdrawal, int] = {}
    judged = tuple(_judge(finding, withdrawals, today, where, expired) for finding in findings)
    notes = tuple(
        Problem(
            where=where,
            what=f"the withdrawal of {withdrawal.id} ({withdrawal.reason}) ended on {withdrawal.expires}: "
            + ("a finding counts" if count == 1 else f"{count} findings count") + " again",
            hint=f"pratique intel withdraw {withdrawal.id} with a new date, or --undo {withdrawal.id}",
            harmless=True,
        )
        for withdrawal, count in expired.items()
    )  # fmt: skip
    return Judged(findings=judged, expired=notes)


def _judge(
    finding: Finding, withdrawals: Sequence[Withdrawal], today: date, where: str, expired: dict[Withdrawal, int]
) -> Finding:
    if finding.suppressed is not None:
        return finding
    covered: set[int] = set()
    standing: list[Withdrawal] = []
    over: list[Withdrawal] = []
    for withdrawal in withdrawals:
        numbers = _meant(withdrawal, finding.component, finding.claims)
        if not numbers:
            continue
        if withdrawal.expires < today:
            over.append(withdrawal)
        else:
            standing.append(withdrawal)
            covered |= numbers
    if standing and len(covered) == len(finding.claims):
        return msgspec.structs.replace(finding, suppressed=_suppression(standing, where))
    said = [f"the withdrawal of {one.id} ended on {one.expires}" for one in over]
    said += [f"{one.id} is withdrawn here, but not everything that says so" for one in standing]
    for withdrawal in over:
        expired[withdrawal] = expired.get(withdrawal, 0) + 1
    return msgspec.structs.replace(finding, reason="; ".join((finding.reason, *said))) if said else finding


def _suppression(standing: Sequence[Withdrawal], where: str) -> Suppression:
    """Of several that are needed together, the first that ends decides how long."""
    return Suppression(
        reason="; ".join(dict.fromkeys(f"{one.id} withdrawn: {one.reason}" for one in standing)),
        expires=min(one.expires for one in standing).isoformat(),
        by=", ".join(dict.fromkeys(one.by for one in standing if one.by)) or None,
        where=where,
    )


def _meant(withdrawal: Withdrawal, component: Component | None, claims: Sequence[Claim]) -> set[int]:
    """Positions of the claims that are the withdrawn report, under whichever name."""
    if withdrawal.package is not None and withdrawal.package.casefold() not in _names(component):
        return set()
    known = {withdrawal.id.casefold()}
    found: set[int] = set()
    while True:
        fresh = {number for number, claim in enumerate(claims) if number not in found and known & set(_called(claim))}
        if not fresh:
            return found
        found |= fresh
        known.update(name for number in fresh for name in _called(claims[number]))


def _called(claim: Claim) -> Iterable[str]:
    yield claim.record.casefold()
    if claim.advisory is not None:
        yield from (alias.casefold() for alias in claim.advisory.aliases)


def _names(component: Component | None) -> set[str]:
    if component is None:
        return set()
    names = {component.name.casefold()}
    if component.purl is not None:
        names.add(str(component.purl.without_version()).casefold())
    return names
