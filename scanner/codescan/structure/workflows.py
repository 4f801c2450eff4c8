"""Does a workflow trust something that it did not, or trust it less firmly than before? `codescan.workflows` knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.codescan.workflows import actions, document, elsewhere, secrets, strangers
from scanner.codescan.workflows.facts import Fact
from scanner.codescan.workflows.known import Known
from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.signal import Confidence, Novelty, Signal, Trigger
from scanner.shape import encoding

_ORDER = tuple(Confidence)
Read = TypeVar("Read")

_MOST_FILES = 2_000
"""Workflows of the old side that are read, at most, for what was trusted before."""
_MOST_FACTS = 200
"""Of one file: nobody reads more."""


def check(context: Context) -> Iterator[Signal]:
    """New actions, pins that moved, strangers let in, secrets handed on."""
    if context.old is None:
        return  # of a whole package none of this is told: its workflows do not run where it is used
    github = [change for change in _changes(context) if document.is_github(change.path)]
    others = [change for change in _changes(context) if document.is_other(change.path)]
    if github:
        yield from _github(context, github)
    if others:
        known = frozenset(
            item for each in _old(context, document.is_other, document.read) for item in elsewhere.trusted(each)
        )
        for change in others:
            found = _read(context, change, document.read)
            if found is not None:
                yield from _signals(context, change, elsewhere.facts(found, known))


def _changes(context: Context) -> Iterator[Change]:
    """What was added or changed. A file that moves brings something only where it lay asleep before."""
    for change in context.changes(Kind.ADDED, Kind.CHANGED, Kind.MOVED):
        was = change.old_path or ""
        if change.kind is not Kind.MOVED or not (document.is_github(was) or document.is_other(was)):
            yield change


def _github(context: Context, changes: list[Change]) -> Iterator[Signal]:
    before = {each.path: each for each in _old(context, document.is_github, document.parse)}
    known = Known(before.values())
    gone = [before[each.path] for each in context.pairing.changes if each.kind is Kind.REMOVED and each.path in before]
    own_runners = any(
        fact.rule == "own-runner-for-strangers" for each in before.values() for fact in strangers.facts(each)
    )
    for change in changes:
        workflow = _read(context, change, document.parse)
        if workflow is None:
            continue
        # A workflow that is renamed and edited at once has lost its old path.
        earlier = [before[change.old_path]] if change.old_path in before else gone
        told = {fact.key for each in earlier for fact in strangers.facts(each)}
        new = [fact for fact in strangers.facts(workflow) if fact.key not in told]
        if own_runners:  # who does so already has decided it
            new = [_quieter(fact) if fact.rule == "own-runner-for-strangers" else fact for fact in new]
        old_path = change.old_path if change.old_path in before else None
        rest = (*actions.facts(workflow, old_path, known), *secrets.facts(workflow, known))
        yield from _signals(context, change, (*new, *rest))


def _quieter(fact: Fact) -> Fact:
    return fact._replace(confidence=Confidence.LOW)


def _old(context: Context, wanted: Callable[[str], bool], read: Callable[[bytes, str], Read]) -> Iterator[Read]:
    """Files of the old side. What cannot be read there is no trust."""
    assert context.old is not None
    paths = [path for path, entry in context.old.entries.items() if wanted(path) and entry.link is None]
    for path in sorted(paths)[:_MOST_FILES]:
        try:
            yield read(context.old.read(path), path)
        except InputError:
            continue


def _read(context: Context, change: Change, read: Callable[[bytes, str], Read]) -> Read | None:
    try:
        return read(context.data(change), change.path)
    except InputError as error:
        # Below the top nobody runs it: templates of projects are no YAML.
        asleep = "/" in change.path.removeprefix(".github/workflows/").removeprefix(".circleci/")
        hint = error.hint or "what it newly trusts was not told: read it"
        context.problems.append(Problem(where=change.path, what=error.what, hint=hint, harmless=asleep))
        return None


def _signals(context: Context, change: Change, facts: Iterable[Fact]) -> Iterator[Signal]:
    text = encoding.lenient_text(context.data(change)).splitlines()
    gravest = sorted(dict.fromkeys(facts), key=lambda fact: _ORDER.index(fact.confidence), reverse=True)
    if len(gravest) > _MOST_FACTS:
        what = f"{len(gravest)} things to tell of this workflow: the gravest {_MOST_FACTS} are"
        context.problems.append(Problem(where=change.path, what=what, hint="read the file"))
    for fact in gravest[:_MOST_FACTS]:
        line = _line(fact.needle, context.fresh(change), dict(enumerate(text, 1)))
        yield Signal(
            rule=fact.rule,
            says=fact.says,
            trigger=Trigger.CI,
            confidence=fact.confidence,
            novelty=Novelty.FILE,
            path=change.path,
            line=line,
            excerpt="" if line is None else text[line - 1].strip()[:300],
            message=fact.message,
            old_path=change.old_path,
        )


def _line(needle: str, *where: dict[int, str]) -> int | None:
    """The line of a thing: a new one, if it stands on one. What is spelled with escapes stands on none."""
    first = needle.split("\n", 1)[0]
    return next((number for lines in where for number, line in lines.items() if first and first in line), None)
