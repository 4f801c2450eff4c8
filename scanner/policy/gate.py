"""Which findings fail a scan."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from scanner.errors import UsageError
from scanner.model.finding import Finding, FindingClass, Severity, State

KNOWN_EXPLOITED = "known-exploited"
_STATES = (State.NEAR_MISS, State.POSSIBLE, State.CERTAIN)


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold for each class; a class without one never fails."""

    compromise: State = State.POSSIBLE
    """The lowest state at which a compromise fails."""
    severities: Mapping[FindingClass, Severity]
    known_exploited: bool = False
    """Whether a vulnerability of whatever severity fails that is known to be exploited."""

    def closes_on(self, finding: Finding) -> bool:
        """Whether this finding fails the scan."""
        if not finding.weighed:
            return False
        if finding.class_ is FindingClass.COMPROMISE:
            return _STATES.index(finding.state) >= _STATES.index(self.compromise)
        if finding.state is State.NEAR_MISS:
            return False
        if self.known_exploited and finding.exploitation is not None and finding.exploitation.known_exploited:
            return True
        least = self.severities.get(finding.class_)
        return least is not None and finding.severity >= least


DEFAULT = Gate(
    severities={FindingClass.SUSPICIOUS_CHANGE: Severity.HIGH, FindingClass.INTEGRITY: Severity.HIGH},
)


def parse(text: str | None) -> Gate:
    """Read `--fail-on`: `vulnerability:critical,suspicious-change:medium,compromise:near-miss,known-exploited`.

    What is not named keeps its default. Raises `UsageError`.
    """
    if not text:
        return DEFAULT
    compromise = DEFAULT.compromise
    severities = dict(DEFAULT.severities)
    known_exploited = False
    for part in text.split(","):
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
        if class_ is FindingClass.COMPROMISE:
            try:
                compromise = State(level or State.POSSIBLE)
            except ValueError:
                raise UsageError(
                    f"{level!r} is no state of a compromise", where="--fail-on", hint="one of " + ", ".join(State)
                ) from None
        else:
            words = {severity.word: severity for severity in Severity} | {"any": Severity.NONE}
            if colon and level not in words:
                raise UsageError(f"{level!r} is no severity", where="--fail-on", hint="one of " + ", ".join(words))
            severities[class_] = words[level] if colon else Severity.NONE
    return Gate(compromise=compromise, severities=severities, known_exploited=known_exploited)
