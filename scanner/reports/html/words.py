"""What signals of code are called: one short piece of a sentence each."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from scanner.model.report import Verdict
from scanner.model.signal import Brought, Capability, Concealment, Provenance, Trigger
from scanner.model.signal_words import WORDS

WHAT_TO_DO = {
    Verdict.COMPROMISED: "Do not install, merge or ship it. Where it has run already, treat the machine as lost; begin "
    "with the first finding.",
    Verdict.SUSPICIOUS: "Nobody is known to call it an attack. Do not merge or install it before somebody has read the "
    "lines below and can say why they are there.",
    Verdict.VULNERABLE: "Nothing here attacks you. Update what is listed, the gravest first.",
    Verdict.INCOMPLETE: "That is no clean bill of health. Read what was missed, close the gaps, scan again.",
    Verdict.CLEAR: "Nothing to do. What was looked at, and with how fresh a knowledge, stands in the ledger below.",
}
ASPECTS: tuple[tuple[str, type[StrEnum]], ...] = (
    ("When it runs", Trigger),
    ("What it can do", Capability),
    ("How it hides", Concealment),
    ("Where it comes from", Provenance),
)


def aspects(brought: Brought) -> list[tuple[str, list[str]]]:
    """When it runs, what it can, how it hides, where it comes from: each in words, without those that say nothing."""
    said = dict.fromkeys(signal.says for signal in brought.signals)
    triggers = dict.fromkeys(signal.trigger for signal in brought.signals)
    unasked = [one for one in triggers if one is not Trigger.RUN]
    told: list[tuple[str, list[str]]] = []
    for label, kind in ASPECTS:
        found: Iterable[StrEnum] = [one for one in said if isinstance(one, kind)]
        if kind is Trigger:
            found = unasked or list(triggers)
        words = [WORDS[one] for one in found]
        if words:
            told.append((label, words))
    return told
