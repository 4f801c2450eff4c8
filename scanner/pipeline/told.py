"""What the judgement of vendored code says to a scan: apart, so that a scan without such code imports nothing of it."""

from __future__ import annotations

import msgspec

from scanner.model.component import Problem
from scanner.model.finding import Finding
from scanner.model.report import CodeState


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Findings and ledger."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    state: CodeState | None = None
