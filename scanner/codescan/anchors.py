"""Which rules can match a file at all: those of which some literal stands in it.

Most files hold no literal of most rules, and the engine's time is what is spent on the rest. All literals are looked
for in one pass (Aho and Corasick, 1975, https://doi.org/10.1145/360825.360855).
"""

from __future__ import annotations

from collections.abc import Sequence

from ahocorasick_rs import BytesAhoCorasick

from scanner.codescan.rules import CodeRule


class Anchors:
    """The literals of some rules, compiled."""

    def __init__(self, rules: Sequence[CodeRule]) -> None:
        owners: dict[bytes, list[int]] = {}
        for number, rule in enumerate(rules):
            for literal in rule.literals:
                owners.setdefault(literal, []).append(number)
        self._rules = rules
        self._owners = list(owners.values())
        self._automaton = BytesAhoCorasick(list(owners)) if owners else None

    def of(self, data: bytes) -> list[CodeRule]:
        """The rules that can match these bytes, in their order."""
        if self._automaton is None:
            return []
        found = {match[0] for match in self._automaton.find_matches_as_indexes(data, overlapping=True)}
        return [self._rules[number] for number in sorted({owner for one in found for owner in self._owners[one]})]
