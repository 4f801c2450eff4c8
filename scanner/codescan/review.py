"""Are the code rules whole? Each can be read, and stands beside a sample that says what it must catch and spare.

A line of a sample after a comment `ruleid: <id>` must be caught, one after `ok: <id>` must not; so semgrep's own rule
tests read them, too: https://semgrep.dev/docs/writing-rules/testing-rules
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from scanner.codescan import engine, languages, rules, stories
from scanner.codescan.anchors import Anchors
from scanner.codescan.engine import Staged
from scanner.codescan.rules import CodeRule
from scanner.errors import InputError
from scanner.model.component import Problem

_MARK = re.compile(r"\b(ruleid|ok): ([a-z0-9][a-z0-9-]*)")


class Marked(msgspec.Struct, frozen=True):
    """The numbers of the lines of a sample that its rule must catch, and of those that it must spare."""

    caught: frozenset[int]
    spared: frozenset[int]


def samples(folder: Path, rule: CodeRule) -> list[Path]:
    """The samples beside a rule. One in YAML is called `.yml`, since `.yaml` is the rule itself."""
    return sorted(path for path in (folder / rule.technique).glob(f"{rule.id}.*") if path.suffix != ".yaml")


def marked(sample: bytes, rule: CodeRule) -> Marked:
    """What a sample says of itself."""
    found: dict[str, set[int]] = {"ruleid": set(), "ok": set()}
    for number, line in enumerate(sample.decode("utf-8", "replace").splitlines(), 1):
        for word, id_ in _MARK.findall(line):
            if id_ == rule.id:
                found[word].add(number + 1)
    return Marked(frozenset(found["ruleid"]), frozenset(found["ok"]))


def read(folder: Path) -> Iterator[CodeRule | Problem]:
    """Every rule of `rules/code`, and what is wrong with it, its samples or the table of stories; nothing is run."""
    try:
        stories.parse((folder / "stories.toml").read_bytes(), where="stories.toml")
    except InputError as error:
        yield Problem(where=error.where or "stories.toml", what=error.what, hint=error.hint)
    seen: set[str] = set()
    for item in rules.load(folder):
        yield item
        if isinstance(item, CodeRule):
            if item.id in seen:
                yield Problem(where=_place(item), what="its id stands twice")
            seen.add(item.id)
            yield from _sampled(folder, item)


def _sampled(folder: Path, rule: CodeRule) -> Iterator[Problem]:
    beside = samples(folder, rule)
    if not beside:
        yield Problem(where=_place(rule), what="it has no sample", hint=f"write {rule.id}.<ending> beside it")
    for sample in beside:
        data, where = sample.read_bytes(), f"{rule.technique}/{sample.name}"
        lines = marked(data, rule)
        if not lines.caught:
            yield Problem(where=where, what="no line that the rule must catch", hint=f"a comment `ruleid: {rule.id}`")
        if not lines.spared:
            yield Problem(where=where, what="no line that the rule must spare", hint=f"a comment `ok: {rule.id}`")
        if not Anchors([rule]).of(data):
            yield Problem(where=where, what="none of the rule's literals stands in it: the filter would lose it")
        elif not rule.is_met((data,)):
            yield Problem(where=where, what="what the rule needs does not stand in it: the filter would lose it")


def _place(rule: CodeRule) -> str:
    return f"{rule.technique}/{rule.id}.yaml"


def matched(folder: Path, chosen: Sequence[CodeRule], semgrep: Path) -> Mapping[tuple[str, str], frozenset[int]]:
    """(name of a sample, id of its rule) → the lines that matched. All samples are shown to the engine in one go.

    Raises `EngineError`, which names a rule that the engine refuses.
    """
    files: list[Staged] = []
    for rule in chosen:
        for sample in samples(folder, rule):
            data = sample.read_bytes()
            files.append(Staged(sample.name, data, languages.ending(sample.name, data), frozenset([rule.id])))
    lines: dict[tuple[str, str], set[int]] = {(file.key, id_): set() for file in files for id_ in file.rules or ()}
    for hit in engine.run(files, chosen, semgrep=semgrep).hits:
        lines[hit.key, hit.rule].add(hit.line)
    return {key: frozenset(numbers) for key, numbers in lines.items()}


def tried(folder: Path, chosen: Sequence[CodeRule], semgrep: Path) -> Iterator[Problem]:
    """Run the rules over their samples; each line that was missed, or caught for nothing, is a problem."""
    found = matched(folder, chosen, semgrep)
    for rule in chosen:
        for sample in samples(folder, rule):
            wanted, lines = marked(sample.read_bytes(), rule).caught, found[sample.name, rule.id]
            where = f"{rule.technique}/{sample.name}"
            for line in sorted(wanted - lines):
                yield Problem(where=where, what="the rule misses a line that it must catch", line=line)
            for line in sorted(lines - wanted):
                yield Problem(where=where, what="the rule catches a line that it must spare", line=line)
