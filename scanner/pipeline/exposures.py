"""From "which commit holds which bad thing" to "from which commit to which were we exposed".

Pure algebra on the graph of commits. What a commit holds is one integer, a bit for each exposure, so that ten thousand
commits with a hundred exposures are ten thousand steps. A commit introduces what none of its parents holds, and removes
what one of them holds and it does not: branches, merges, criss-cross merges and reverts need no case of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from scanner.model.history import EventKind
from scanner.targets.git_objects import Commit


class Step(NamedTuple):
    """One event, before it is told in words."""

    kind: EventKind
    commit: Commit


class Trace(NamedTuple):
    """What became of one exposure."""

    steps: list[Step]
    first: Commit
    last: Commit
    commits: int
    still_in: list[str]
    reached: list[str]


def select(
    commits: Sequence[Commit], tips: Mapping[str, str], *, since: datetime | None, after: str | None
) -> list[Commit]:
    """The part of a history to look at, in the same order (parents first).

    Since a time: every commit from then on, the state of each ref, and the commits that were in force when the time
    began. After a commit: everything that it does not have behind it, and likewise. A commit is never older than its
    parents here, whatever it claims: one that is dated back in order to be overlooked is not.
    """
    if after is not None:
        chosen, states = _not_behind(commits, after), frozenset((after,))
    else:
        chosen, states = _since(commits, since), frozenset(tips.values())
    in_force = {parent for commit in commits if commit.id in chosen for parent in commit.parents}
    wanted = chosen | states | in_force
    return [commit for commit in commits if commit.id in wanted]


def _since(commits: Sequence[Commit], since: datetime | None) -> frozenset[str]:
    if since is None:
        return frozenset(commit.id for commit in commits)
    times: dict[str, datetime] = {}
    for commit in commits:
        times[commit.id] = max((commit.time, *(times[parent] for parent in commit.parents if parent in times)))
    return frozenset(id_ for id_, time in times.items() if time >= since)


def _not_behind(commits: Sequence[Commit], after: str) -> frozenset[str]:
    behind = {after}
    for commit in reversed(commits):  # children first
        if commit.id in behind:
            behind.update(commit.parents)
    return frozenset(commit.id for commit in commits if commit.id not in behind)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def trace(
    commits: Sequence[Commit], masks: Mapping[str, int], tips: Mapping[str, str], *, cut: frozenset[str]
) -> dict[int, Trace]:
    """Exposure number → its trace. `commits` parents first; `cut`: commits whose parents this copy does not hold."""
    known = {commit.id for commit in commits}
    steps: dict[int, list[Step]] = {}
    first: dict[int, Commit] = {}
    last: dict[int, Commit] = {}
    counts: dict[int, int] = {}
    behind: dict[str, int] = {}
    """Everything that a commit or one before it holds."""
    for commit in commits:
        here = masks[commit.id]
        before = past = 0
        for parent in commit.parents:
            before |= masks.get(parent, 0)
            past |= behind.get(parent, 0)
        behind[commit.id] = past | here
        if not here and not before:
            continue
        torn = commit.id in cut or any(parent not in known for parent in commit.parents)
        for number in bits(here & ~before):
            steps.setdefault(number, []).append(Step(EventKind.PRESENT if torn else EventKind.INTRODUCED, commit))
        if len(commit.parents) > 1:
            for number in bits(here & before & ~masks.get(commit.parents[0], here)):
                steps[number].append(Step(EventKind.MERGED, commit))
        for number in bits(before & ~here):
            steps[number].append(Step(EventKind.REMOVED, commit))
        for number in bits(here):
            counts[number] = counts.get(number, 0) + 1
            if number not in first or commit.time < first[number].time:
                first[number] = commit
            if number not in last or commit.time >= last[number].time:
                last[number] = commit
    return {
        number: Trace(
            steps=sorted(found, key=lambda step: step.commit.time),  # stable: the order of the graph where times agree
            first=first[number],
            last=last[number],
            commits=counts[number],
            still_in=[name for name, tip in tips.items() if masks.get(tip, 0) >> number & 1],
            reached=[name for name, tip in tips.items() if behind.get(tip, 0) >> number & 1],
        )
        for number, found in sorted(steps.items())
    }
