"""What can it do that it could not do before? Rules over what is new, with what stood there before as measure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from scanner.codescan import languages
from scanner.codescan.context import Context
from scanner.codescan.engine import Answer, Hit, Staged
from scanner.codescan.pairing import Change, Kind
from scanner.codescan.rules import CodeRule
from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.signal import Signal
from scanner.shape import encoding

_PARSED = 2 * 1024 * 1024
"""A larger file is not parsed: rules over text, and the structural checks, still see it."""
_MOST_OLD = 2_000
"""Unchanged files that are looked through, at most, for whether a rule is new to the package."""

RunEngine = Callable[[Sequence[Staged], Sequence[CodeRule]], Answer]
"""The engine, with everything but files and rules decided."""


def signals(context: Context, rules: Sequence[CodeRule], run: RunEngine) -> Iterator[Signal]:
    """Yield a signal for each rule that matches on a new line.

    Raises `EngineError` as `run` does.
    """
    changed = [change for change in context.changes(Kind.ADDED, Kind.CHANGED) if context.is_text(change)]
    wanted = {change.path: _possible(context.data(change), rules) for change in changed}
    candidates = [change for change in changed if wanted[change.path] and context.fresh(change)]
    files: list[Staged] = []
    for change in candidates:
        files.append(_staged("new", change.path, context.data(change)))
        before = context.old_data(change)
        if before is not None:
            files.append(_staged("old", change.path, before))
    used = {rule.id: rule for change in candidates for rule in wanted[change.path]}
    answer = run(files, list(used.values()))
    context.problems.extend(_told(answer.problems))
    by_path = {change.path: change for change in candidates}
    hits = [hit for hit in answer.hits if hit.key.startswith("new:") and _is_fresh(context, by_path, hit)]
    in_file = {(hit.key.partition(":")[2], hit.rule) for hit in answer.hits if hit.key.startswith("old:")}
    elsewhere = _elsewhere(context, {hit.rule for hit in hits}, used, run)
    for hit in hits:
        path = hit.key.partition(":")[2]
        rule, change = used[hit.rule], by_path[path]
        line = _first_fresh(context, change, hit)
        yield Signal(
            rule=rule.id,
            says=rule.says,
            trigger=context.trigger(path),
            confidence=rule.confidence,
            novelty=context.novelty(in_file=(path, rule.id) in in_file, in_package=rule.id in elsewhere),
            path=path,
            line=line,
            excerpt=context.fresh(change)[line].strip()[:300],
            message=rule.message,
            old_path=change.old_path,
        )


def _staged(side: str, path: str, data: bytes) -> Staged:
    ending = ".txt" if len(data) > _PARSED else languages.ending(path, data)
    return Staged(f"{side}:{path}", _utf8(data), ending)


def _utf8(data: bytes) -> bytes:
    """The engine matches nothing in UTF-16."""
    try:
        return encoding.utf8(data, where="")
    except InputError:
        return data


def _possible(data: bytes, rules: Sequence[CodeRule]) -> list[CodeRule]:
    """The rules of which some literal stands in the file: most files have none, and cost one pass."""
    if not _any_literal(rules).search(data):
        return []
    return [rule for rule in rules if any(literal in data for literal in rule.literals)]


def _any_literal(rules: Sequence[CodeRule]) -> re.Pattern[bytes]:
    return _alternatives(tuple(sorted({literal for rule in rules for literal in rule.literals}, key=len, reverse=True)))


@lru_cache(maxsize=8)
def _alternatives(literals: tuple[bytes, ...]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(map(re.escape, literals)) or rb"(?!)")


def _is_fresh(context: Context, by_path: Mapping[str, Change], hit: Hit) -> bool:
    fresh = context.fresh(by_path[hit.key.partition(":")[2]])
    return any(line in fresh for line in range(hit.line, hit.end_line + 1))


def _first_fresh(context: Context, change: Change, hit: Hit) -> int:
    fresh = context.fresh(change)
    return next(line for line in range(hit.line, hit.end_line + 1) if line in fresh)


def _elsewhere(context: Context, hit: set[str], used: Mapping[str, CodeRule], run: RunEngine) -> frozenset[str]:
    """Rules that matched somewhere in the old side: what they say is not new to the package."""
    if context.old is None or not hit:
        return frozenset()
    chosen = [used[id_] for id_ in sorted(hit)]
    files: list[Staged] = []
    for path, entry in context.old.entries.items():
        if entry.link is not None or entry.size > _PARSED or len(files) >= _MOST_OLD:
            continue
        try:
            data = context.old.read(path)
        except InputError:
            continue
        if _possible(data, chosen):
            files.append(_staged("old", path, data))
    return frozenset(found.rule for found in run(files, chosen).hits)


def _told(problems: Sequence[Problem]) -> Iterator[Problem]:
    for problem in problems:
        side, _, path = problem.where.partition(":")
        if side == "new":
            yield Problem(where=path, what=problem.what, hint=problem.hint, harmless=problem.harmless)
