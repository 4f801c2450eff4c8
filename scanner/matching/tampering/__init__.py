"""Was a lockfile or manifest tampered with? One file a question; each looks at one changed component at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scanner.matching.merge import Located, fingerprint
from scanner.matching.tampering import addresses, digests, names, unexplained
from scanner.matching.tampering.sign import Change, Sign, World
from scanner.model.component import Component, Location
from scanner.model.finding import Evidence, Finding, Standing, State

__all__ = ["CHECKS", "Change", "Places", "World", "findings"]

Check = Callable[[Change, World], Iterator[Sign]]
CHECKS: tuple[Check, ...] = (addresses.check, digests.check, names.check, unexplained.check)
"""Every check; a test compares the table with the folder."""


def findings(changes: Iterable[Change], world: World, located: Located) -> Iterator[Finding]:
    """Yield what each check finds odd: one finding a component and check, be it that it moved and changed as well."""
    places = Places(located)
    told: set[str] = set()
    for change in changes:
        now = change.now
        if now is None:
            continue
        for check in CHECKS:
            for sign in check(change, world):
                finding = _finding(change, now, sign, places.of(change))
                if finding.id not in told:
                    told.add(finding.id)
                    yield finding


class Places:
    """Where changed components stand, with lines: each reading is looked into once."""

    def __init__(self, located: Located) -> None:
        self._located = located
        self._lines: dict[int, dict[int, Location]] = {}

    def of(self, change: Change) -> Location:
        """The place of what the change leaves."""
        now, reading = change.of.component, change.after
        if reading is None or now.location.line is not None:
            return now.location
        if id(reading) not in self._lines:
            found = self._located(reading)
            self._lines[id(reading)] = {id(one): place for one, place in zip(reading.components, found, strict=True)}
        return self._lines[id(reading)].get(id(now), now.location)


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
