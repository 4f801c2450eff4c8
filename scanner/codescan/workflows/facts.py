"""What is told of one workflow: a fact with a key, by which it is known again in the same file before the change."""

from __future__ import annotations

from typing import NamedTuple

from scanner.model.signal import Capability, Confidence, Provenance

LONGEST = 100
"""Characters of a name or ref in a message."""


class Fact(NamedTuple):
    """One thing that a workflow does."""

    rule: str
    says: Capability | Provenance
    confidence: Confidence
    message: str
    needle: str
    """What stands on its line."""

    @property
    def key(self) -> tuple[str, Confidence, str]:
        """The same in another version of the file. What has become graver is not the same."""
        return self.rule, self.confidence, self.message


def short(text: str) -> str:
    """A name or ref as a message shows it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
