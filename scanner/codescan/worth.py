"""Of a package that is judged whole: the rules of which some story could be made, file by file.

Most rules see powers that no story counts there. A story that wants two things, in one file or in one package, is asked
for only where both can be; what is known already, from the structure or from rules that were asked, counts as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from scanner.codescan.rules import CodeRule
from scanner.codescan.stories import Story, is_sure, is_told
from scanner.model.signal import Capability, Concealment, Signal, Trigger

_CAN = frozenset(Capability)


class _Line(NamedTuple):
    """One of the things that a story wants."""

    story: int
    number: int


class Worth:
    """Answers by the table of stories."""

    def __init__(self, stories: Iterable[Story]) -> None:
        self._stories = [story for story in stories if is_told(story, whole=True)]
        self._lines = [_wanted(story) for story in self._stories]
        self._by_rule: dict[str, list[_Line]] = {}

    def of(
        self,
        possible: Mapping[str, Sequence[CodeRule]],
        trigger: Callable[[str], Trigger],
        present: Iterable[Signal],
    ) -> dict[str, frozenset[str]]:
        """Path of each file with the rules that can match it → ids of those that are worth asking, if there are any."""
        known: dict[str, list[Signal]] = {}
        for signal in present:
            known.setdefault(signal.path, []).append(signal)
        met: dict[int, dict[str, list[set[str]]]] = {}
        there: dict[int, dict[str, set[int]]] = {}
        for path in {**possible, **known}:
            when = trigger(path)
            for rule in possible.get(path, ()):
                for story, number in self._wanting(rule):
                    if self._in_time(story, rule.says, when):
                        lines = met.setdefault(story, {}).setdefault(path, [set() for _ in self._lines[story]])
                        lines[number].add(rule.id)
            for signal in known.get(path, ()):
                for story, number in self._counting(signal):
                    there.setdefault(story, {}).setdefault(path, set()).add(number)
        worth: dict[str, set[str]] = {}
        for story, files in met.items():
            wanted, had = set(range(len(self._lines[story]))), there.get(story, {})
            apart = self._stories[story].near == "file"
            somewhere = {n for numbers in had.values() for n in numbers} | {
                n for lines in files.values() for n, ids in enumerate(lines) if ids
            }
            for path, lines in files.items():
                here = had.get(path, set()) | {n for n, ids in enumerate(lines) if ids} if apart else somewhere
                if here == wanted:
                    worth.setdefault(path, set()).update(*lines)
        return {path: frozenset(ids) for path, ids in worth.items()}

    def _wanting(self, rule: CodeRule) -> list[_Line]:
        """The lines of stories that a hit of this rule would meet, whenever its code runs."""
        if rule.id not in self._by_rule:
            self._by_rule[rule.id] = [
                _Line(index, number)
                for index, story in enumerate(self._stories)
                if is_sure(rule.confidence, story)
                for number, words in enumerate(self._lines[index])
                if rule.says in words
            ]
        return self._by_rule[rule.id]

    def _counting(self, signal: Signal) -> Iterable[_Line]:
        for index, story in enumerate(self._stories):
            if is_sure(signal.confidence, story):
                for number, words in enumerate(self._lines[index]):
                    if signal.says in words and self._in_time(index, signal.says, signal.trigger):
                        yield _Line(index, number)

    def _in_time(self, story: int, says: object, when: Trigger) -> bool:
        wanted = self._stories[story].trigger
        return says not in _CAN or not wanted or when in wanted


def _wanted(story: Story) -> list[frozenset[object]]:
    lines: list[frozenset[object]] = [frozenset(group) for group in story.can]
    if story.hides:
        lines.append(frozenset(Concealment) if story.hides == "any" else frozenset(story.hides))
    return lines
