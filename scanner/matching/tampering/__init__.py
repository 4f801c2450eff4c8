"""Was a lockfile or manifest tampered with? One file a question; each looks at one changed component at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scanner.matching.merge import Located, fingerprint
from scanner.matching.tampering import addresses, digests, names, unexplained
from scanner.matching.tampering.sign import Change, Sign, World
from scanner.model.component import Component, Location
from scanner.model.finding import Evidence, Finding, Standing, State

__all__ = ["CHECKS", "Change", "World", "findings"]

Check = Callable[[Change, World], Iterator[Sign]]
CHECKS: tuple[Check, ...] = (addresses.check, digests.check, names.check, unexplained.check)
"""Every check; a test compares the table with the folder."""


def findings(changes: Iterable[Change], world: World, located: Located) -> Iterator[Finding]:
    """Yield what each check finds odd: one finding a component and check, be it that it moved and changed as well."""
    lines: dict[int, dict[int, Location]] = {}
    told: set[str] = set()
    for change in changes:
        now = change.now
        if now is None:
            continue
        for check in CHECKS:
            for sign in check(change, world):
                finding = _finding(change, now, sign, _place(change, now, lines, located))
                if finding.id not in told:
                    told.add(finding.id)
                    yield finding


def _place(change: Change, now: Component, lines: dict[int, dict[int, Location]], located: Located) -> Location:
    reading = change.after
    if reading is None or now.location.line is not None:
        return now.location
    if id(reading) not in lines:
        found = located(reading)
        lines[id(reading)] = {id(one): place for one, place in zip(reading.components, found, strict=True)}
    return lines[id(reading)].get(id(now), now.location)


def _finding(change: Change, now: Component, sign: Sign, place: Location) -> Finding:
    version = f" {now.version}" if now.version else ""
    return Finding(
        id=fingerprint((sign.rule, change.of.path, now.name, now.alias or "")),
        class_=sign.class_,
        state=State.CERTAIN,
        severity=sign.severity,
        title=f"{now.name}{version} {sign.title}",
        reason=sign.reason,
        component=now,
        claims=(),
        evidence=(Evidence(location=place, value=now.source_url or f"{now.name}{version}"),),
        what_to_do=sign.what_to_do,
        standing=Standing.INTRODUCED,
    )
