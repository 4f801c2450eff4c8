"""What a hunt found and where it looked, put together as its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from scanner.model.campaign import IndicatorType
from scanner.model.component import Problem
from scanner.model.finding import Finding, State
from scanner.model.hunting import Hunt, ListState
from scanner.model.inventory import Inventory, Reading
from scanner.model.listing import ListReading
from scanner.model.moment import rfc3339
from scanner.model.report import Coverage, FileState, Report, Verdict
from scanner.pipeline.files import Searched
from scanner.pipeline.hunt_catch import Catch
from scanner.pipeline.hunt_lists import Lists

_ASKED = frozenset(
    (IndicatorType.PACKAGE, IndicatorType.DIGEST, IndicatorType.DOMAIN, IndicatorType.IP, IndicatorType.URL,
     IndicatorType.REPOSITORY, IndicatorType.COMMIT, IndicatorType.PRODUCT)
)  # fmt: skip
"""Types that are looked for in components."""
SEARCHED = frozenset(
    (IndicatorType.DIGEST, IndicatorType.DOMAIN, IndicatorType.IP, IndicatorType.URL, IndicatorType.EMAIL,
     IndicatorType.ACCOUNT, IndicatorType.REPOSITORY, IndicatorType.COMMIT, IndicatorType.STRING,
     IndicatorType.WALLET, IndicatorType.PATH)
)  # fmt: skip
"""Types that are looked for in all files of a folder."""
HIT = (State.CERTAIN, State.POSSIBLE)


def told(
    lists: Lists,
    targets: Sequence[Path],
    inventory: Inventory,
    searched: Searched,
    findings: tuple[Finding, ...],
    refused: Sequence[Problem],
    catch: Catch,
    *,
    began: datetime,
    ended: datetime,
) -> Hunt:
    """The answer: findings, ledger, and the status with its reasons."""
    types = Counter(one.type.value for reading in lists.readings for one in reading.indicators)
    asked = _ASKED | SEARCHED if searched.files else _ASKED
    not_looked_for = {type_: count for type_, count in sorted(types.items()) if IndicatorType(type_) not in asked}
    of_sources = (
        *_of_targets(inventory, types),
        *(problem for reading in inventory.readings for problem in reading.problems),
    )
    # Whoever walks a tree twice stumbles twice.
    known = {problem.where for problem in of_sources}
    problems = (
        *lists.problems,
        *(problem for reading in lists.readings for problem in reading.problems),
        *refused,
        *of_sources,
        *(problem for problem in searched.problems if problem.where not in known),
    )
    hits = [one for one in findings if one.state in HIT]
    lost = [problem for problem in problems if not problem.harmless]
    named = types.get(IndicatorType.PACKAGE.value, 0) > 0
    code, reasons = 0, []
    if hits:
        code = 1
        reasons.append(f"{len(hits)} of what the lists name {'is' if len(hits) == 1 else 'are'} here")
    if lost:
        reasons.append(f"{len(lost)} problem{'' if len(lost) == 1 else 's'}: not understood, or not read")
    if catch.nameless and named:
        reasons.append(f"{catch.nameless} components without a package URL could not be compared by name")
    if not_looked_for:
        reasons.append(f"{sum(not_looked_for.values())} indicators are of types that are not looked for")
    code = code or (3 if reasons else 0)
    verdict = Verdict.COMPROMISED if hits else Verdict.INCOMPLETE if code else Verdict.CLEAR
    return Hunt(
        report=Report(
            target=", ".join(path.as_posix() for path in targets),
            base=None,
            started=rfc3339(began),
            finished=rfc3339(ended),
            verdict=verdict,
            exit_code=code,
            reasons=tuple(reasons),
            findings=findings,
            coverage=Coverage(
                files=tuple(_file(reading, catch) for reading in inventory.readings),
                components_read=catch.components,
                components_checked=catch.components - (catch.nameless if named else 0),
                unmatchable=(),
                feeds=(),
                problems=problems,
                files_searched=searched.files,
                bytes_searched=searched.bytes,
            ),
        ),
        lists=tuple(state(reading) for reading in lists.readings),
        not_looked_for=not_looked_for,
        nameless=catch.nameless if named else 0,
        remembered=catch.remembered,
    )


def _of_targets(inventory: Inventory, types: Mapping[str, int]) -> Iterator[Problem]:
    """Problems of the targets as a whole. A folder without lockfiles is no loss where nothing is looked for in any."""
    components = any(types.get(type_) for type_ in (IndicatorType.PACKAGE, IndicatorType.PRODUCT))
    for problem in inventory.problems:
        empty = not components and problem.what.startswith("no SBOM, lockfile")
        yield msgspec.structs.replace(problem, harmless=True) if empty else problem


def state(reading: ListReading) -> ListState:
    """What reports say about a list."""
    return ListState(
        id=reading.id,
        name=reading.name,
        kind=reading.kind,
        title=reading.title,
        lines=reading.total,
        understood=reading.understood,
        not_understood=reading.not_understood,
        comments=reading.comments,
        indicators=dict(Counter(one.type.value for one in reading.indicators).most_common()),
    )


def _file(reading: Reading, catch: Catch) -> FileState:
    return FileState(
        path=reading.path,
        reader=reading.reader,
        status=reading.status,
        components=catch.counts.get(reading.path, 0),
        reason=reading.reason,
    )
