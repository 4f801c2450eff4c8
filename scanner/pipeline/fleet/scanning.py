"""A night's work: many targets by a crew of processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.pipeline.fleet.crew import Crew, Job
from scanner.pipeline.fleet.looking import Looked, Settings

_TICK = 5.0
"""Seconds after which the crew is seen to, also when no look ends."""


def scan(ids: Sequence[int], where: str, settings: Settings, *, jobs: int) -> Iterator[Looked]:
    """Look at every target; results come as they are done. Open no store in this process meanwhile: it would be shared.

    A target that kills the process that looks at it is told, and noted as failed; the others are looked at by another.
    """
    waiting = list(reversed(ids))
    crew = Crew(where, settings, jobs=jobs)
    try:
        while waiting or crew.looking():
            while waiting and crew.free:
                crew.give(Job(waiting.pop(), settings.intelligence))
            yield from crew.wait(_TICK)
    finally:
        crew.close()


def status(looked: Sequence[Looked]) -> int:
    """As of one scan: 1 where the gate closes on any target, else 3 where something could not be looked at."""
    found = {one.status for one in looked}
    return 1 if 1 in found else 3 if 3 in found else 0
