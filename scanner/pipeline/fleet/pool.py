"""A pool of processes that outlives its members: who dies costs the one job that it had.

`concurrent.futures` gives up the whole pool then; a hostile repository could so stop all others.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Generic, NamedTuple, TypeVar

R = TypeVar("R")
Work = Callable[[], AbstractContextManager[Callable[[int], R]]]
"""Opens what a process needs once, and gives what does a job."""


class Died(NamedTuple):
    """A process ended in the middle of a job."""

    status: int | None


class _Member(NamedTuple, Generic[R]):
    process: BaseProcess
    pipe: Connection


def run(jobs: Sequence[int], work: Work[R], *, count: int) -> Iterator[tuple[int, R | Died]]:
    """(job, result) as they are done, by at most `count` processes. They end when the iteration does."""
    waiting = list(reversed(jobs))
    busy: dict[Connection, tuple[_Member[R], int]] = {}
    context = multiprocessing.get_context("fork")

    def start() -> _Member[R]:
        ours, theirs = context.Pipe()
        others = [*busy, ours]
        process = context.Process(target=_serve, args=(theirs, others, work), daemon=False)
        process.start()
        theirs.close()
        return _Member(process, ours)

    def give(member: _Member[R]) -> None:
        job = waiting.pop()
        busy[member.pipe] = (member, job)
        member.pipe.send(job)

    try:
        while waiting and len(busy) < count:
            give(start())
        while busy:
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                member, job = busy.pop(pipe)
                try:
                    result: R | Died = pipe.recv()
                except (EOFError, ConnectionResetError):
                    member.process.join()
                    pipe.close()
                    result = Died(member.process.exitcode)
                    if waiting:
                        give(start())
                else:
                    if waiting:
                        give(member)
                    else:
                        pipe.close()
                        member.process.join()
                yield job, result
    finally:
        for member, _ in busy.values():
            member.process.terminate()
        for member, _ in busy.values():
            member.process.join(10)
            member.process.kill()


def _serve(pipe: Connection, others: Sequence[Connection], work: Work[R]) -> None:
    """A member's life: it ends with its pipe, so that none is left when whoever started it was killed."""
    for other in others:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides
    signal.signal(signal.SIGTERM, _leave)
    with work() as do:
        while True:
            try:
                job = pipe.recv()
            except (EOFError, ConnectionResetError):
                return
            result = do(job)
            try:
                pipe.send(result)
            except BrokenPipeError:
                return


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # signal's signature
    sys.exit(143)  # through every `finally`: leases are given back, what we started is ended
