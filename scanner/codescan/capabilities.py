"""What can it do that it could not do before? Rules over what is new, with what stood there before as measure."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from scanner.codescan import languages, plain, rounds
from scanner.codescan.allowance import Allowance
from scanner.codescan.anchors import Anchors
from scanner.codescan.context import Context
from scanner.codescan.engine import Answer, Hit, Staged
from scanner.codescan.literals import fold
from scanner.codescan.pairing import Change, Kind
from scanner.codescan.rules import CodeRule
from scanner.codescan.worth import Worth
from scanner.errors import InputError
from scanner.model.signal import Capability, Concealment, Confidence, Signal
from scanner.shape import encoding

_PARSED = 2 * 1024 * 1024
"""A larger file is not parsed: rules over text, and the structural checks, still see it."""
_LARGE = 64 * 1024
_NEAR = 20
"""In a file of more bytes than this a rule's literals are looked for so many lines around what is fresh."""
_MOST_OLD = 2_000
"""Files of the old side that the engine looks through, at most, for whether a rule is new to the package."""

_DECODED = "\0decoded"
"""After the path: the same file with its literals decoded."""
_NOT_OF_PROSE = frozenset(Capability) - {Capability.AGENT_INSTRUCTION}

Question = tuple[Sequence[Staged], Sequence[CodeRule]]
Asking = Generator[Question, Answer, list[Signal]]
"""A change that asks the engine, and is told its signals in the end: `rounds` lets many ask at once."""


def signals(context: Context, rules: Sequence[CodeRule], run: rounds.RunEngine) -> list[Signal]:
    """The signals of one change by itself. Raises `EngineError` as `run` does."""
    return rounds.together([ask(context, rules, Anchors(rules))], run)[0]


def ask(context: Context, rules: Sequence[CodeRule], anchors: Anchors) -> Asking:
    """Ask for what matches on new lines; a signal for each. `anchors` are those of the rules."""
    files, by_path = _candidates(context, anchors)
    by_id = {rule.id: rule for rule in rules}
    files = [file for file in (_met(file, by_id) for file in files) if file.rules]
    wanted = frozenset().union(*(file.rules or () for file in files))
    used = {rule.id: rule for rule in rules if rule.id in wanted}
    context.forget()
    answer = yield files, list(used.values())
    del files
    hits, decoded = _hits(context, by_path, answer)
    # What matched in the same file before is not looked for in the rest of the package: most hits end there.
    asked = _asked(hits, by_path)
    before = yield from _matched(context, asked, used)
    left = {hit.rule for hit in hits if (by_path[hit.key].old_path, hit.rule) not in before}
    elsewhere = yield from _matched(context, _everywhere(context, left, asked), used)
    somewhere = {rule for _, rule in before | elsewhere}
    told = [_signal(context, by_path[hit.key], used[hit.rule], hit, before, somewhere) for hit in hits]
    return told + [_hidden(signal) for hit, signal in zip(hits, told, strict=True) if hit in decoded]


def ask_whole(
    context: Context,
    rules: Sequence[CodeRule],
    anchors: Anchors,
    worth: Worth,
    present: Sequence[Signal],
    allowance: Allowance,
) -> Asking:
    """Ask about a package that has nothing to compare with, and only for what some story could be made of.

    Rules that are mere text are asked first: they cost little, and what they say leaves less to be asked. `present` are
    the signals of the package that are known already; `allowance` is what may be parsed of all packages together.
    """
    files, by_path = _candidates(context, anchors)
    by_id = {rule.id: rule for rule in rules}
    cheap = frozenset(rule.id for rule in rules if rule.is_cheap)
    chosen = worth.of(_possible(files, by_id), context.trigger, present)
    first = [_with(file, chosen, cheap) for file in files]
    later = [_with(file, chosen, by_id.keys() - cheap) for file in files]
    later = [file for file in later if file.rules]
    del files
    context.forget()
    answer = yield [file for file in first if file.rules], [rule for rule in rules if rule.is_cheap]
    del first
    told = _told_whole(context, by_path, by_id, answer)
    # What rules need is looked for where it matters: expressions cost more than literals, and less than a parser.
    later = _worthy(later, worth.of(_possible(later, by_id), context.trigger, [*present, *told]))
    later = [_met(file, by_id) for file in later]
    later = _worthy(later, worth.of(_possible(later, by_id), context.trigger, [*present, *told]))
    later = [file for file in later if allowance.admits(context, _bare_path(file.key), len(file.data))]
    context.forget()
    answer = yield later, [rule for rule in rules if not rule.is_cheap]
    del later
    return told + _told_whole(context, by_path, by_id, answer)


def _candidates(context: Context, anchors: Anchors) -> tuple[list[Staged], dict[str, Change]]:
    """The readings of fresh files that some rule can match, with those rules, and the changes by path."""
    by_path: dict[str, Change] = {}
    files: list[Staged] = []
    for change in context.changes(Kind.ADDED, Kind.CHANGED):
        if context.is_text(change) and context.fresh(change):
            for key, data in _readings(change.path, _around(context, change), context.data(change)):
                file = _staged(change.path, data.shown, anchors.of(data.looked_in), key=key)
                if file.rules:
                    files.append(file)
                    by_path[change.path] = change
    return files, by_path


def _possible(files: Sequence[Staged], by_id: Mapping[str, CodeRule]) -> dict[str, list[CodeRule]]:
    possible: dict[str, set[str]] = {}
    for file in files:
        possible.setdefault(_bare_path(file.key), set()).update(file.rules or ())
    return {path: [by_id[id_] for id_ in sorted(ids)] for path, ids in possible.items()}


def _with(file: Staged, chosen: Mapping[str, frozenset[str]], some: Collection[str]) -> Staged:
    """A file with those of some rules that are chosen for its path."""
    wanted = chosen.get(_bare_path(file.key), frozenset()).intersection(some)
    return msgspec.structs.replace(file, rules=(file.rules or frozenset()) & wanted)


def _worthy(files: Sequence[Staged], chosen: Mapping[str, frozenset[str]]) -> list[Staged]:
    narrowed = (_with(file, chosen, file.rules or frozenset()) for file in files)
    return [file for file in narrowed if file.rules]


def _met(file: Staged, by_id: Mapping[str, CodeRule]) -> Staged:
    """A file with those of its rules that find all that they need in it."""
    rules = file.rules or frozenset()
    if not any(by_id[id_].needs for id_ in rules):
        return file
    text = encoding.lenient_text(file.data)
    folded = fold(text)
    readings = (file.data,) if folded == text else (file.data, _bytes(_parts(text, folded)))
    return msgspec.structs.replace(file, rules=frozenset(id_ for id_ in rules if by_id[id_].is_met(readings)))


def _hits(context: Context, by_path: Mapping[str, Change], answer: Answer) -> tuple[list[Hit], set[Hit]]:
    """The hits on fresh lines, and those of them that only a decoded reading shows."""
    context.problems.extend(problem for problem in answer.problems if not problem.where.endswith(_DECODED))
    bare = {hit for hit in answer.hits if not hit.key.endswith(_DECODED)}
    decoded = {msgspec.structs.replace(hit, key=_bare_path(hit.key)) for hit in answer.hits} - bare
    return [hit for hit in sorted(bare | decoded) if _is_fresh(context, by_path, hit)], decoded


def _told_whole(
    context: Context, by_path: Mapping[str, Change], by_id: Mapping[str, CodeRule], answer: Answer
) -> list[Signal]:
    hits, decoded = _hits(context, by_path, answer)
    told = [_signal(context, by_path[hit.key], by_id[hit.rule], hit, frozenset(), ()) for hit in hits]
    return told + [_hidden(signal) for hit, signal in zip(hits, told, strict=True) if hit in decoded]


def _signal(
    context: Context,
    change: Change,
    rule: CodeRule,
    hit: Hit,
    before: frozenset[tuple[str, str]],
    somewhere: Collection[str],
) -> Signal:
    line = _first_fresh(context, change, hit)
    return Signal(
        rule=rule.id,
        says=rule.says,
        trigger=context.trigger(change.path, line),
        confidence=rule.confidence,
        novelty=context.novelty(in_file=(change.old_path, rule.id) in before, in_package=rule.id in somewhere),
        path=change.path,
        line=line,
        excerpt=context.fresh(change)[line].strip()[:300],
        message=rule.message,
        old_path=change.old_path,
    )


def _hidden(signal: Signal) -> Signal:
    """That a rule matches only what a literal decodes to is a concealment of its own."""
    return msgspec.structs.replace(
        signal,
        rule="decoded-literal",
        says=Concealment.ENCODED,
        confidence=Confidence.HIGH,
        message=f"encoded, so that it does not show that it {signal.message}",
    )


class _Reading(NamedTuple):
    """One way to read a file."""

    looked_in: bytes
    """Where the literals of rules are looked for."""
    shown: bytes


def _readings(path: str, around: bytes, data: bytes) -> Iterator[tuple[str, _Reading]]:
    """A file as it stands, and as it reads once what is encoded in it is decoded, where that is something else."""
    text = encoding.lenient_text(around)
    folded = fold(text)
    yield path, _Reading(around if folded == text else around + _bytes(folded), data)
    near = plain.reading(text)
    if near is not None and (whole := plain.reading(encoding.lenient_text(data))) is not None:
        yield (
            path + _DECODED,
            _Reading(_bytes(fold(near if len(text) <= _LARGE else _parts(text, near))), _bytes(whole)),
        )


def _parts(text: str, other: str) -> str:
    """Of another reading of a text, the lines around those that differ: the rest says what it said before."""
    before, after = text.split("\n"), other.split("\n")
    if len(before) != len(after):
        return other
    return "\n".join(_near(after, (number for number, line in enumerate(after, 1) if line != before[number - 1])))


def _near(lines: Sequence[str], numbers: Iterable[int]) -> list[str]:
    near: set[int] = set()
    for number in numbers:
        near.update(range(max(0, number - 1 - _NEAR), min(len(lines), number + _NEAR)))
    return [lines[index] for index in sorted(near)]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _bare_path(key: str) -> str:
    return key.removesuffix(_DECODED)


def _staged(path: str, data: bytes, possible: Sequence[CodeRule], *, key: str | None = None) -> Staged:
    """A file with those of the possible rules that are run on its kind; without any it is not worth staging."""
    ending = languages.ending(path, data)
    prose, large = languages.is_prose(path), len(data) > _PARSED
    ids = frozenset(
        rule.id
        for rule in possible
        if (rule.any_language or not large)
        and languages.speaks(ending, rule.languages)
        and (not rule.endings or ending in rule.endings)
        and not (prose and rule.says in _NOT_OF_PROSE)
    )
    return Staged(key or path, _utf8(data), ending, ids)


def _around(context: Context, change: Change) -> bytes:
    """Where a rule's literal must stand: anywhere in a file, but near its fresh lines in a large one.

    What matches lies on a fresh line, and in a bundle of a megabyte nearly every rule has a literal somewhere.
    """
    data = context.data(change)
    if len(data) <= _LARGE:
        return _utf8(data)
    lines = encoding.lenient_text(data).splitlines()
    return _bytes("\n".join(_near(lines, context.fresh(change))))


def _utf8(data: bytes) -> bytes:
    """The engine matches nothing in UTF-16."""
    try:
        return encoding.utf8(data, where="")
    except InputError:
        return data


def _is_fresh(context: Context, by_path: Mapping[str, Change], hit: Hit) -> bool:
    fresh = context.fresh(by_path[hit.key])
    return any(line in fresh for line in range(hit.line, hit.end_line + 1))


def _first_fresh(context: Context, change: Change, hit: Hit) -> int:
    fresh = context.fresh(change)
    return next(line for line in range(hit.line, hit.end_line + 1) if line in fresh)


def _asked(hits: Sequence[Hit], by_path: Mapping[str, Change]) -> dict[str, set[str]]:
    """Old path of each file with hits → the rules that hit."""
    asked: dict[str, set[str]] = {}
    for hit in hits:
        if (old_path := by_path[hit.key].old_path) is not None:
            asked.setdefault(old_path, set()).add(hit.rule)
    return asked


def _everywhere(context: Context, rules: set[str], asked: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The same rules for every file of the old side that is not too large, but for what was asked."""
    if context.old is None or not rules:
        return {}
    paths = (path for path, entry in context.old.entries.items() if entry.link is None and entry.size <= _PARSED)
    return {path: rules - asked.get(path, set()) for path in paths}


def _matched(
    context: Context, asked: Mapping[str, set[str]], used: Mapping[str, CodeRule]
) -> Generator[Question, Answer, frozenset[tuple[str, str]]]:
    """(old path, rule) of what of it matched in the old side."""
    rules = [used[id_] for id_ in sorted(set().union(*asked.values()))]
    anchors = Anchors(rules)
    files: list[Staged] = []
    for path, ids in asked.items():
        try:
            data = b"" if context.old is None else context.old.read(path)
        except InputError:
            continue
        file = _staged(path, data, [rule for rule in anchors.of(_utf8(data)) if rule.id in ids])
        if file.rules and len(files) < _MOST_OLD:
            files.append(file)
    # Asked even of nothing: who asks together keeps step.
    answer = yield files, rules
    return frozenset((hit.key, hit.rule) for hit in answer.hits)
