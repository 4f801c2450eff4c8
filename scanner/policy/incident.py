"""What counts when the question is an incident: a host or a history holds thousands of old vulnerable versions."""

from __future__ import annotations

from scanner.model.finding import Finding, FindingClass, State
from scanner.policy.gate import Gate


def concerns(finding: Finding, gate: Gate) -> bool:
    """Whether a finding belongs in the answer: compromises, and whatever `--fail-on` names beside them.

    Near misses only where the gate asks for them: every other version of a package ever taken over is one.
    """
    if finding.class_ is FindingClass.COMPROMISE:
        return finding.state is not State.NEAR_MISS or wants_near_misses(gate)
    return finding.class_ in gate.severities and finding.state is State.CERTAIN


def wants_near_misses(gate: Gate) -> bool:
    """Whether `--fail-on compromise:near-miss` asks for the other versions of what was taken over."""
    return gate.compromise is State.NEAR_MISS
