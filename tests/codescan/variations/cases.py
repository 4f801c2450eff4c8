"""Techniques × variations → cases, and whether what was found says the right things."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.model.finding import Finding, Severity
from tests.codescan.trees import Files
from tests.codescan.variations import designs, javascript, others, places, python
from tests.codescan.variations.technique import CODE, HIDING, Technique
from tests.codescan.variations.transforms import FOR, TRANSFORMS

TECHNIQUES: tuple[Technique, ...] = (
    *javascript.TECHNIQUES,
    *python.TECHNIQUES,
    *others.TECHNIQUES,
    *designs.TECHNIQUES,
)
_MOST = 6
"""Variations of one technique, beside the one that was published."""


class Case(NamedTuple):
    """One attack, written and placed in one way."""

    technique: Technique
    writing: str
    hook: str
    place: str

    @property
    def id(self) -> str:
        return f"{self.technique.id}-{self.writing}-{self.hook}-{self.place}"

    def sides(self) -> tuple[Files, Files]:
        """The package before and after."""
        attack = self.technique
        text = TRANSFORMS[self.writing](attack.payload, attack.language, _chance(self.id))
        old, new = places.put(text.lstrip("\n"), attack.language, self.hook, self.place)
        new.update(attack.beside)
        return Files(old), Files(new)


def all_cases() -> Iterator[Case]:
    """Every technique as published, at every other hook, and in a choice of other writings and places."""
    for technique in TECHNIQUES:
        first = technique.hooks[0]
        yield Case(technique, "plain", first, "inline")
        writings = ("plain",) if technique.fixed else FOR.get(technique.language, ("plain",))
        wanted = [Case(technique, writing, first, "inline") for writing in writings[1:]]
        wanted += [Case(technique, "plain", hook, "inline") for hook in technique.hooks[1:]]
        wanted += [
            Case(technique, "plain", hook, place)
            for hook in technique.hooks[:2]
            for place in places.places(technique.language, hook)[1:]
        ]
        chance = _chance(technique.id)
        # Two steps at once, as attackers take them.
        for hook in technique.hooks:
            ways = places.places(technique.language, hook)[1:]
            if ways and len(writings) > 1:
                wanted.append(Case(technique, chance.choice(writings[1:]), hook, chance.choice(ways)))
        yield from chance.sample(wanted, min(_MOST, len(wanted)))


def missed(case: Case, findings: Sequence[Finding]) -> str:
    """Why what was found does not do: "" where it does."""
    trigger = places.TRIGGERS[case.hook]
    wanted = (CODE, HIDING) if case.writing == "packed" else case.technique.can
    return lacking(findings, frozenset((trigger,)) if trigger else frozenset(), wanted)


def lacking(findings: Sequence[Finding], when: frozenset[str], can: Sequence[frozenset[str]]) -> str:
    """What the high findings lack: one of the times, if any are asked for, and of each set one word."""
    told = [finding for finding in findings if finding.severity >= Severity.HIGH]
    if not told:
        worst = max(findings, key=lambda finding: finding.severity, default=None)
        return "nothing" if worst is None else f"only {worst.severity.word}: {worst.title} ({worst.reason})"
    said = " ; ".join(finding.reason for finding in told)
    signals = [signal for finding in told if finding.brings is not None for signal in finding.brings.signals]
    if when and when.isdisjoint({str(signal.trigger) for signal in signals}):
        return f"says nothing of {'/'.join(sorted(when))} time: {said}"
    says = {str(signal.says) for signal in signals}
    for words in can:
        if says.isdisjoint(words):
            return f"says nothing of {'/'.join(sorted(words))}: {said}"
    return ""


def _chance(seed: str) -> random.Random:
    return random.Random(zlib.crc32(seed.encode()))  # repeatable, not secret
