"""Two sides of code → what the change between them brings, judged; many such pairs at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from scanner.codescan import capabilities, engine, excuses, judge, rounds, rules, source, stories, structure
from scanner.codescan.allowance import Allowance
from scanner.codescan.anchors import Anchors
from scanner.codescan.capabilities import Asking
from scanner.codescan.context import Context
from scanner.codescan.engine import Answer, Staged
from scanner.codescan.pairing import Kind, Pairing, pair
from scanner.codescan.rules import CodeRule
from scanner.codescan.stories import Story
from scanner.codescan.worth import Worth
from scanner.errors import EngineError, InputError
from scanner.model.component import Problem
from scanner.model.finding import Finding
from scanner.model.inventory import ReadStatus
from scanner.model.report import FileState
from scanner.model.signal import Signal
from scanner.model.tree import Tree
from scanner.pipeline import rulebook
from scanner.pipeline.judged_cache import Cache


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How code is judged."""

    progress: Callable[[str], None] = lambda _: None
    environ: Mapping[str, str] = os.environ
    whole_limit: int = 8_000_000
    """Bytes that are parsed, at most, of all sides together that have nothing to compare with."""
    kept: Cache | None = None
    """Where what such sides show is kept between runs."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a change brings, and what could not be told of it."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    files: tuple[FileState, ...]
    unchanged: int


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One package before and after."""

    old: Tree | None
    """`None` where there is nothing to compare with: it is judged whole."""
    new: Tree
    root: str = ""
    """How people call it in titles, where no manifest lies in it."""
    pairing: Pairing | None = None
    """What differs, where that is known already."""
    signals: tuple[Signal, ...] = ()
    """What is known of it beside what the sides say."""
    source: Tree | None = None
    """What the new side is said to be made of."""
    keep: Callable[[Signal], bool] = lambda _: True
    """Which signals count."""


def change(old: Tree | None, new: Tree, settings: Settings) -> Judged:
    """Judge what `new` brings that `old` had not; without an old side, the whole."""
    (judged,) = changes([Pair(old=old, new=new)], settings)
    return judged


def changes(pairs: Sequence[Pair], settings: Settings) -> list[Judged]:
    """Judge each pair by itself, with all of them in the same runs of the engine."""
    contexts: list[Context] = []
    signals: list[list[Signal]] = []
    keys: dict[int, str | None] = {}
    """Of those that are not known already: what they are to be kept as."""
    for number, one in enumerate(pairs):
        settings.progress(f"comparing {one.new.name}" if len(pairs) == 1 else f"code {number + 1} of {len(pairs)}")
        context = Context(one.old, one.new, one.pairing or pair(one.old, one.new))
        contexts.append(context)
        alone = one.old is None and one.source is None and not one.signals
        key = settings.kept.key(one.new, one.root) if settings.kept is not None and alone else None
        known = None if settings.kept is None else settings.kept.find(key)
        if known is not None:
            signals.append(known[0])
            context.problems = known[1]
            continue
        keys[number] = key
        told = [] if one.source is None else source.signals(context, one.source)
        signals.append([*one.signals, *told, *structure.signals(context)])
        context.forget()
    settings.progress("rules")
    table = stories.parse((rulebook.directory() / "code" / "stories.toml").read_bytes(), where="stories.toml")
    _ask(keys, contexts, signals, table, settings)
    signals = [excuses.milder(context, said) for context, said in zip(contexts, signals, strict=True)]
    return [_judged(*each, table) for each in zip(pairs, contexts, signals, strict=True)]


def _ask(
    keys: Mapping[int, str | None],
    contexts: Sequence[Context],
    signals: Sequence[list[Signal]],
    table: Sequence[Story],
    settings: Settings,
) -> None:
    """Add what the rules say of some of the packages, and keep what was judged completely."""
    rules_, anchors = _rules(rulebook.directory() / "code") if keys else ((), Anchors(()))
    worth, allowance = Worth(table), Allowance(settings.whole_limit)
    asking = [
        capabilities.ask(contexts[number], rules_, anchors)
        if contexts[number].old is not None
        else capabilities.ask_whole(contexts[number], rules_, anchors, worth, signals[number], allowance)
        for number in keys
    ]
    by_rules = _by_rules([contexts[number] for number in keys], asking, settings)
    for number, said in zip(keys, by_rules or (), strict=by_rules is not None):
        signals[number].extend(said)
        if settings.kept is not None and not allowance.refused(contexts[number]):
            settings.kept.keep(keys[number], signals[number], contexts[number].problems)
    if allowance.problem is not None:
        contexts[next(iter(keys))].problems.append(allowance.problem)
    if settings.kept is not None:
        settings.kept.prune()


def _judged(one: Pair, context: Context, signals: Sequence[Signal], table: Sequence[Story]) -> Judged:
    found = sorted(
        judge.findings(filter(one.keep, signals), table, one.new.entries.keys(), root=one.root, whole=one.old is None),
        key=lambda finding: (-finding.severity, finding.evidence[0].location.path, finding.id),
    )
    lost = {problem.where for problem in context.problems if not problem.harmless}
    return Judged(
        findings=tuple(found),
        problems=tuple(dict.fromkeys(context.problems)),
        files=tuple(
            FileState(
                path=one.path,
                reader=str(one.kind),
                status=ReadStatus.PARTIAL if one.path in lost else ReadStatus.READ,
                components=0,
            )
            for one in context.pairing.changes
            if one.kind is not Kind.REMOVED
        ),
        unchanged=context.pairing.unchanged,
    )


@lru_cache(maxsize=1)
def _rules(folder: Path) -> tuple[tuple[CodeRule, ...], Anchors]:
    usable: list[CodeRule] = []
    for item in rules.load(folder):
        if isinstance(item, Problem):
            raise InputError(item.what, where=item.where, hint="pratique rules check")
        usable.append(item)
    return tuple(usable), Anchors(usable)


def _by_rules(contexts: Sequence[Context], asking: Sequence[Asking], settings: Settings) -> list[list[Signal]] | None:
    """What the rules say; without the engine, or when it fails, nothing, and that is a loss in the ledger."""

    def run(files: Sequence[Staged], chosen: Sequence[CodeRule]) -> Answer:
        # Looked for when there is something to ask: most changes hold no literal of any rule.
        return engine.run(files, chosen, semgrep=engine.find(settings.environ))

    try:
        return rounds.together(asking, run)
    except EngineError as error:
        contexts[0].problems.append(Problem(where="code rules", what=error.what, hint=error.hint))
        return None
