"""A pool of processes that outlives its members: who dies costs the one job that it had.

`concurrent.futures` gives up the whole pool then; a hostile repository could so stop all others.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Generic, NamedTuple, Protocol, TypeVar

_PATIENCE = 10.0
"""Seconds to leave in, once asked."""
_WORN = 1000
"""Jobs after which a process makes room for a new one: whatever it gathered goes with it."""
J = TypeVar("J")
N = TypeVar("N")
R = TypeVar("R")
Work = Callable[[], AbstractContextManager[Callable[[J, Callable[[N], None]], R]]]
"""Opens what a process needs once, and gives what does a job; that may tell notes while it is at it."""


class Closable(Protocol):
    def close(self) -> None: ...


class Died(NamedTuple):
    """A process ended in the middle of a job."""

    status: int | None


class _Member:
    """A process, and the job that it is at."""

    def __init__(self, process: BaseProcess, jobs: Connection, answers: Connection) -> None:
        self.process, self.jobs, self.answers = process, jobs, answers
        self.given = 0
        self.since = 0.0

    def close(self) -> None:
        self.jobs.close()
        self.answers.close()


class Pool(Generic[J, N, R]):
    """At most `count` processes, forked when they are needed. Whoever owns it has no threads, and no store open."""

    def __init__(self, work: Work[J, N, R], *, count: int, others: Callable[[], Sequence[Closable]] = tuple) -> None:
        """`others`: ends of further pipes of this process, which its members must not keep open."""
        self._work, self._count, self._others = work, count, others
        self._busy: dict[J, _Member] = {}
        self._idle: list[_Member] = []
        self.notes: dict[J, N] = {}
        """The last that each job told of itself."""

    @property
    def free(self) -> int:
        """How many further jobs it can do now."""
        return self._count - len(self._busy)

    def ends(self) -> list[Connection]:
        """Its ends of the pipes to its members: another process that had them would keep those alive."""
        return [end for one in (*self._busy.values(), *self._idle) for end in (one.jobs, one.answers)]

    def busy(self) -> dict[J, float]:
        """Each job that is being done → its seconds until now."""
        now = time.monotonic()
        return {job: now - member.since for job, member in self._busy.items()}

    def give(self, job: J) -> None:
        """Have a job done, where one is `free`. No two jobs that are equal at the same time."""
        member = self._idle.pop() if self._idle else self._start()
        member.given += 1
        member.since = time.monotonic()
        self._busy[job] = member
        with suppress(BrokenPipeError):  # it died idle: `wait` tells
            member.jobs.send(job)

    def wait(self, seconds: float | None, also: Iterable[Connection] = ()) -> list[tuple[J, R | Died]]:
        """Jobs that are done by now; waits for one so long, or until `also` can be read."""
        by_answers = {member.answers: (job, member) for job, member in self._busy.items()}
        done: list[tuple[J, R | Died]] = []
        for answers in wait([*by_answers, *also], seconds):
            if answers not in by_answers:
                continue
            job, member = by_answers[answers]
            try:
                last, told = member.answers.recv()
            except (EOFError, OSError):
                member.process.join()
                member.close()
                done.append((job, Died(member.process.exitcode)))
            else:
                if not last:
                    self.notes[job] = told
                    continue
                if member.given < _WORN:
                    self._idle.append(member)
                else:
                    member.close()
                    member.process.join(_PATIENCE)
                done.append((job, told))
            del self._busy[job]
            self.notes.pop(job, None)
        return done

    def kill(self, job: J) -> None:
        """End a job's process, which may not listen to anything any more; `wait` tells that it died."""
        self._busy[job].process.kill()

    def close(self) -> None:
        """End its processes: those that are in the middle of a job are asked to leave."""
        for member in self._busy.values():
            member.process.terminate()
        for member in self._idle:
            member.close()
        end = time.monotonic() + _PATIENCE
        for member in (*self._busy.values(), *self._idle):
            member.process.join(max(0.0, end - time.monotonic()))
            member.process.kill()
            member.close()
        self._busy, self._idle = {}, []

    def _start(self) -> _Member:
        # Forked: what `work` closes over needs not be picklable, and everything is imported already. One-way pipes:
        # the other kind is a socket, and a scan of what lies on this disk opens none.
        context = multiprocessing.get_context("fork")
        take, jobs = context.Pipe(duplex=False)
        answers, put = context.Pipe(duplex=False)
        ends: list[Closable] = [*self.ends(), *self._others(), jobs, answers]
        process = context.Process(target=_serve, args=(take, put, ends, self._work))
        process.start()
        take.close()
        put.close()
        return _Member(process, jobs, answers)


def _serve(take: Connection, put: Connection, ends: Sequence[Closable], work: Work[J, N, R]) -> None:
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
            try:
                result = do(job, lambda note: put.send((False, note)))
                put.send((True, result))
            except BrokenPipeError:
                return


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # signal's signature
    sys.exit(143)  # through every `finally`: leases are given back, what we started is ended
