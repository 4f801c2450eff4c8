"""Signals → stories: severity comes from what stands together, by a table that a person can read and change.

The table is `rules/code/stories.toml`; its head says what the lines mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from scanner.errors import InputError
from scanner.model.finding import Severity
from scanner.model.signal import Capability, Concealment, Confidence, Novelty, Provenance, Signal, Trigger
from scanner.shape import toml_text

_NOVELTY = (Novelty.LINE, Novelty.FILE, Novelty.PACKAGE)
_CONFIDENCE = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the table."""

    id: str
    severity: Literal["low", "medium", "high", "critical"]
    title: str
    trigger: tuple[Trigger, ...] = ()
    can: tuple[tuple[Capability, ...], ...] = ()
    hides: tuple[Concealment, ...] | Literal["any"] = ()
    from_: tuple[Provenance, ...] = msgspec.field(name="from", default=())
    novelty: Novelty = Novelty.LINE
    confidence: Confidence = Confidence.LOW
    near: Literal["package", "file"] = "package"
    whole: Literal["no", "too", "only"] = "no"
    """Whether it is told of a package that is judged whole, where everything counts as new."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A story with the signals that it is made of."""

    story: Story
    severity: Severity
    signals: tuple[Signal, ...]
    """Those that the story counts first, then the rest of the same files."""


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    story: tuple[Story, ...]


def parse(data: bytes, *, where: str) -> tuple[Story, ...]:
    """Read the table. Raises `InputError` that says which row is wrong."""
    raw: Any = toml_text.value(data, where=where)
    try:
        table = msgspec.convert(raw, _Table)
    except msgspec.ValidationError as error:
        raise InputError(str(error), where=where) from error
    if len({story.id for story in table.story}) != len(table.story):
        raise InputError("a story's id stands twice", where=where)
    for story in table.story:
        if not (story.trigger or story.can or story.hides or story.from_):
            raise InputError("it is met by everything", where=f"{where}: {story.id}")
    return table.story


def tell(signals: Iterable[Signal], stories: Sequence[Story], *, whole: bool = False) -> Iterator[Told]:
    """The stories of one package: the worst first, each signal in one story only.

    One more signal never makes the worst story milder.
    """
    left = list(signals)
    for story in stories:
        if not is_told(story, whole=whole):
            continue
        while left:
            counted = _counted(story, left)
            if not counted:
                break
            files = {signal.path for signal in counted}
            # The hook that makes it run belongs to the story, wherever it stands.
            rest = [one for one in left if one not in counted and (one.path in files or one.says in story.trigger)]
            yield Told(story=story, severity=Severity[story.severity.upper()], signals=(*counted, *rest))
            left = [signal for signal in left if signal not in counted and signal not in rest]


def is_told(story: Story, *, whole: bool) -> bool:
    """Whether a story is told of a change, or of a package that is judged whole."""
    return story.whole != "no" if whole else story.whole != "only"


def is_sure(confidence: Confidence, story: Story) -> bool:
    """Whether signals of this confidence count in a story."""
    return _CONFIDENCE.index(confidence) >= _CONFIDENCE.index(story.confidence)


def _counted(story: Story, signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """The signals that meet every line of a story; empty where some line is not met."""
    if story.near == "package":
        return _met(story, signals)
    by_file: dict[str, list[Signal]] = {}
    for signal in signals:
        by_file.setdefault(signal.path, []).append(signal)
    return next((met for group in by_file.values() if (met := _met(story, group))), ())


def _met(story: Story, signals: Sequence[Signal]) -> tuple[Signal, ...]:
    sure = [signal for signal in signals if is_sure(signal.confidence, story)]
    groups: list[list[Signal]] = [
        [signal for signal in sure if signal.says in capabilities and _in_time(signal, story)]
        for capabilities in story.can
    ]
    if story.hides:
        wanted = frozenset(Concealment) if story.hides == "any" else frozenset(story.hides)
        groups.append([signal for signal in sure if signal.says in wanted])
    if story.from_:
        groups.append([signal for signal in sure if signal.says in story.from_])
    if story.trigger and not story.can:
        groups.append([signal for signal in sure if signal.says in story.trigger or signal.trigger in story.trigger])
    if not groups or not all(groups):
        return ()
    met = tuple(dict.fromkeys(signal for group in groups for signal in group))
    newest = max(_NOVELTY.index(signal.novelty) for signal in met)
    return met if newest >= _NOVELTY.index(story.novelty) else ()


def _in_time(signal: Signal, story: Story) -> bool:
    return not story.trigger or signal.trigger in story.trigger
