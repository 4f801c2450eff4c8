"""Which findings fail a scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from scanner.errors import UsageError
from scanner.model.finding import Finding, FindingClass, Severity, State

KNOWN_EXPLOITED = "known-exploited"
_STATES = (State.NEAR_MISS, State.POSSIBLE, State.CERTAIN)
_SEVERITIES = {severity.word: severity for severity in Severity} | {"any": Severity.NONE}


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold for each class; a class without one never fails."""

    compromise: State = State.POSSIBLE
    """The lowest state at which a compromise fails."""
    severities: Mapping[FindingClass, Severity]
    known_exploited: bool = False
    """Whether a vulnerability of whatever severity fails that is known to be exploited."""
    sections: Callable[[Finding], Gate | None] | None = None
    """Which other gate holds where a finding lies; `None` where this one does."""

    def closes_on(self, finding: Finding) -> bool:
        """Whether this finding fails the scan."""
        if not finding.weighed:
            return False
        if (near := self._nearest(finding)) is not None:
            return near.closes_on(finding)
        if finding.class_ is FindingClass.COMPROMISE:
            return _STATES.index(finding.state) >= _STATES.index(self.compromise)
        if finding.state is State.NEAR_MISS:
            return False
        if self.known_exploited and finding.exploitation is not None and finding.exploitation.known_exploited:
            return True
        least = self.severities.get(finding.class_)
        return least is not None and finding.severity >= least

    def _nearest(self, finding: Finding) -> Gate | None:
        return None if self.sections is None else self.sections(finding)


DEFAULT = Gate(
    severities={FindingClass.SUSPICIOUS_CHANGE: Severity.HIGH, FindingClass.INTEGRITY: Severity.HIGH},
)


def loosened(before: Gate, after: Gate) -> tuple[str, ...]:
    """Where the second lets more through, in words. Both without sections."""
    told = []
    if _STATES.index(after.compromise) > _STATES.index(before.compromise):
        told.append(f"compromise: {before.compromise} → {after.compromise}")
    for class_ in FindingClass:
        least, now = before.severities.get(class_), after.severities.get(class_)
        if least is not None and (now is None or now > least):
            told.append(f"{class_}: {least.word} → {'never' if now is None else now.word}")
    if before.known_exploited and not after.known_exploited:
        told.append(f"{KNOWN_EXPLOITED}: true → false")
    return tuple(told)


def words(class_: FindingClass) -> tuple[str, ...]:
    """The levels that a class of findings has."""
    return tuple(State) if class_ is FindingClass.COMPROMISE else tuple(_SEVERITIES)


def changed(gate: Gate, classes: Mapping[FindingClass, str], known_exploited: bool | None) -> Gate:
    """The gate with these levels, each a word of `words`; what is not named stays."""
    severities = dict(gate.severities)
    compromise = gate.compromise
    for class_, level in classes.items():
        if class_ is FindingClass.COMPROMISE:
            compromise = State(level)
        else:
            severities[class_] = _SEVERITIES[level]
    known = gate.known_exploited if known_exploited is None else known_exploited
    return Gate(compromise=compromise, severities=severities, known_exploited=known)


def parse(text: str | None, gate: Gate = DEFAULT) -> Gate:
    """Read `--fail-on`: `vulnerability:critical,suspicious-change:medium,compromise:near-miss,known-exploited`.

    What is not named stays as in `gate`. Raises `UsageError`.
    """
    classes: dict[FindingClass, str] = {}
    known_exploited = None
    for part in text.split(",") if text else ():
        name, colon, level = part.strip().partition(":")
        if name == KNOWN_EXPLOITED and not colon:
            known_exploited = True
            continue
        try:
            class_ = FindingClass(name)
        except ValueError:
            raise UsageError(
                f"no findings are of class {name!r}",
                where="--fail-on",
                hint="one of " + ", ".join((*FindingClass, KNOWN_EXPLOITED)),
            ) from None
        compromise = class_ is FindingClass.COMPROMISE
        if colon and level not in words(class_):
            kind = "state of a compromise" if compromise else "severity"
            raise UsageError(f"{level!r} is no {kind}", where="--fail-on", hint="one of " + ", ".join(words(class_)))
        classes[class_] = level or (State.POSSIBLE if compromise else "any")
    return changed(gate, classes, known_exploited)
