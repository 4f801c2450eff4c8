"""A report for the page: everything of `samples`, with a past, a change, and code that can more than before."""

from __future__ import annotations

from typing import Any

import msgspec

from scanner.model.comparison import Comparison, ComponentChange, Step
from scanner.model.component import Location
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, Standing, State
from scanner.model.history import Event, EventKind, Exposure, History, Moment
from scanner.model.report import Report
from scanner.model.signal import Brought, Capability, Concealment, Novelty, Provenance, Signal, Trigger
from tests.reports.samples import CERTAIN, REPORT, component

DIFFERENCE = (
    '@@ -1,4 +1,5 @@\n "use strict";\n-const one = 1;\n-const two = 2;\n+const { execSync } = '
    'require("child_process");\n'
    "+const one = 1;\n+execSync(FETCHED);\n\n"
)


def _signal(says: Any, novelty: Novelty = Novelty.PACKAGE, **more: Any) -> Signal:
    fields: dict[str, Any] = {"rule": "r", "path": "vendor/tiny/index.js", "line": 2, "message": "does something"}
    return Signal(**(fields | {"says": says, "novelty": novelty} | more))


EDITED = Finding(
    id="e" * 20,
    class_=FindingClass.INTEGRITY,
    state=State.CERTAIN,
    severity=Severity.CRITICAL,
    title="vendor/tiny: runs code that it fetches",
    reason="at import time; process; new to the package",
    component=None,
    claims=(),
    evidence=(
        Evidence(
            location=Location("vendor/tiny/index.js", 2), value="starts a program", excerpt="\texecSync(FETCHED);"
        ),
        Evidence(location=Location("vendor/tiny/index.js", 2), value="is not as released", excerpt=DIFFERENCE),
        Evidence(location=Location("vendor/tiny/new.js", None), value="has no such file", excerpt="+a\n+b"),
    ),
    what_to_do="Do not merge it.",
    standing=Standing.INTRODUCED,
    brings=Brought(
        place="vendor/tiny",
        whole=False,
        signals=(
            _signal(Capability.PROCESS, trigger=Trigger.IMPORT),
            _signal(Capability.NETWORK, Novelty.LINE),
            _signal(Concealment.ENCODED),
            _signal(Provenance.EDITED_IN_PLACE),
        ),
    ),
)
WHOLE = msgspec.structs.replace(
    EDITED,
    id="f" * 20,
    severity=Severity.LOW,
    brings=Brought(place="", whole=True, signals=(_signal(Capability.SHELL),)),
)
STILL = msgspec.structs.replace(EDITED, id="d" * 20, standing=Standing.STILL)


def _moment(day: str, subject: str) -> Moment:
    time = f"2026-{day}T10:00:00Z"
    return Moment(commit=day.replace("-", "") * 10, time=time, author="Ann", authored=time, subject=subject)


_FIRST, _LAST = _moment("03-31", "Update good"), _moment("04-09", "Leave good 1.4.1")
FULL: Report = msgspec.structs.replace(
    REPORT,
    findings=(*REPORT.findings, EDITED, WHOLE, STILL),
    history=History(
        since="2026-01-01", begins="2026-01-02T00:00:00Z", refs=("refs/heads/main", "refs/tags/v1"), commits=12,
        versions=9,
        exposures=(
            Exposure(
                finding=CERTAIN.id, path="package-lock.json", first=_FIRST, last=_FIRST, commits=3,
                events=(
                    Event(kind=EventKind.INTRODUCED, at=_FIRST, moved="old.json"),
                    Event(kind=EventKind.REMOVED, at=_LAST),
                ),
                still_in=("refs/tags/v1",), reached=("refs/heads/main", "refs/tags/v1"),
                window=("2026-03-30", "2026-03-31"), in_window=True,
            ),
        ),
    ),
    comparison=Comparison(
        base="main", base_commit="a" * 40, head="HEAD", head_commit="b" * 40, begins="c" * 40, files_changed=4,
        sources_unchanged=2,
        changes=(
            ComponentChange(step=Step.ADDED, path="package-lock.json", before=None, after=component("pkg:npm/new@1")),
            ComponentChange(
                step=Step.MOVED, path="package-lock.json", before=component("pkg:npm/a@1"),
                after=component("pkg:npm/a@1", source_url="https://u:secret@mirror.invalid/a.tgz"),
            ),
            ComponentChange(step=Step.REMOVED, path="package-lock.json", before=component("pkg:npm/b@1"), after=None),
        ),
        gone=(msgspec.structs.replace(EDITED, standing=Standing.GONE),),
    ),
)  # fmt: skip
