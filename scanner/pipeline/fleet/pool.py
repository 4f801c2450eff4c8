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
from typing import NamedTuple, TypeVar

_PATIENCE = 10.0
"""Seconds to leave in, once asked."""
R = TypeVar("R")
Work = Callable[[], AbstractContextManager[Callable[[int], R]]]
"""Opens what a process needs once, and gives what does a job."""


class Died(NamedTuple):
    """A process ended in the middle of a job."""

    status: int | None


class _Member(NamedTuple):
    process: BaseProcess
    jobs: Connection
    answers: Connection

    def close(self) -> None:
        self.jobs.close()
        self.answers.close()


def run(jobs: Sequence[int], work: Work[R], *, count: int) -> Iterator[tuple[int, R | Died]]:
    """(job, result) as they are done, by at most `count` processes. They end when the iteration does."""
    waiting = list(reversed(jobs))
    busy: dict[Connection, tuple[_Member, int]] = {}

    def give(member: _Member) -> None:
        job = waiting.pop()
        busy[member.answers] = (member, job)
        member.jobs.send(job)

    try:
        while waiting and len(busy) < count:
            give(_start(work, [member for member, _ in busy.values()]))
        while busy:
            for answers in wait(list(busy)):
                assert isinstance(answers, Connection)
                member, job = busy.pop(answers)
                try:
                    result: R | Died = answers.recv()
                except (EOFError, OSError):
                    member.process.join()
                    member.close()
                    result = Died(member.process.exitcode)
                    if waiting:
                        give(_start(work, [other for other, _ in busy.values()]))
                else:
                    if waiting:
                        give(member)
                    else:
                        member.close()
                        member.process.join()
                yield job, result
    finally:
        for member, _ in busy.values():
            member.process.terminate()
        for member, _ in busy.values():
            member.process.join(_PATIENCE)
            member.process.kill()
            member.close()


def _start(work: Work[R], others: Sequence[_Member]) -> _Member:
    # Forked: what `work` closes over needs not be picklable, and everything is imported already. One-way pipes: the
    # other kind is a socket, and a scan of what lies on this disk opens none.
    context = multiprocessing.get_context("fork")
    take, jobs = context.Pipe(duplex=False)
    answers, put = context.Pipe(duplex=False)
    ends = [end for other in others for end in (other.jobs, other.answers)] + [jobs, answers]
    process = context.Process(target=_serve, args=(take, put, ends, work))
    process.start()
    take.close()
    put.close()
    return _Member(process, jobs, answers)


def _serve(take: Connection, put: Connection, ends: Sequence[Connection], work: Work[R]) -> None:
    """A member's life. It ends with its pipe, so that none is left when whoever started it was killed."""
    for end in ends:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides
    signal.signal(signal.SIGTERM, _leave)
    with work() as do:
        while True:
            try:
                job = take.recv()
            except EOFError:
                return
            result = do(job)
            try:
                put.send(result)
            except BrokenPipeError:
                return


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # signal's signature
    sys.exit(143)  # through every `finally`: leases are given back, what we started is ended
