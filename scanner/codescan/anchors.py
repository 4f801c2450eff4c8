"""Which rules can match a file at all: those of which some literal stands in it.

Most files hold no literal of most rules, and the engine's time is what is spent on the rest. All literals are looked
for in one pass (Aho and Corasick, 1975, https://doi.org/10.1145/360825.360855).
"""

from __future__ import annotations

from collections.abc import Sequence

from ahocorasick_rs import BytesAhoCorasick

from scanner.codescan.rules import CodeRule

_IN_WORDS = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")


class Anchors:
    """The literals of some rules, compiled."""

    def __init__(self, rules: Sequence[CodeRule]) -> None:
        self._rules = rules
        numbered = list(enumerate(rules))
        self._exact = _Automaton([(number, rule) for number, rule in numbered if not rule.any_case])
        self._any_case = _Automaton([(number, rule) for number, rule in numbered if rule.any_case])

    def of(self, data: bytes) -> list[CodeRule]:
        """The rules that can match these bytes, in their order."""
        return [self._rules[number] for number in sorted(self._exact.of(data) | self._any_case.of(data.lower()))]


class _Automaton:
    def __init__(self, rules: Sequence[tuple[int, CodeRule]]) -> None:
        one_of: dict[bytes, list[int]] = {}
        words: dict[bytes, list[int]] = {}
        beside: dict[bytes, list[int]] = {}
        for number, rule in rules:
            for owners, literals in ((one_of, rule.literals), (words, rule.words), (beside, rule.beside)):
                for literal in literals:
                    owners.setdefault(literal, []).append(number)
        patterns = list(dict.fromkeys((*one_of, *words, *beside)))
        self._owners = [one_of.get(pattern, []) for pattern in patterns]
        self._words = {index: words[pattern] for index, pattern in enumerate(patterns) if pattern in words}
        self._beside = [beside.get(pattern, []) for pattern in patterns]
        self._choosy = frozenset(number for number, rule in rules if rule.beside)
        self._automaton = BytesAhoCorasick(patterns) if patterns else None

    def of(self, data: bytes) -> set[int]:
        """The numbers of the rules that can match these bytes."""
        if self._automaton is None:
            return set()
        matches = self._automaton.find_matches_as_indexes(data, overlapping=True)
        found = {match[0] for match in matches}
        able = {owner for one in found for owner in self._owners[one]}
        if not found.isdisjoint(self._words):
            for one in {one for one, start, end in matches if one in self._words and _stands_alone(data, start, end)}:
                able.update(self._words[one])
        if not able.isdisjoint(self._choosy):
            able -= self._choosy - {owner for one in found for owner in self._beside[one]}
        return able


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    before = start > 0 and data[start - 1] in _IN_WORDS
    return not before and not (end < len(data) and data[end] in _IN_WORDS)
