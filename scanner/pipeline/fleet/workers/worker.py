"""A worker: a crew of processes that looks at what is due, until it is asked to stop.

This process forks the crew, so it has no threads and keeps no connection. With PostgreSQL what to look at comes from
the queue, through the process beside it; with a store in a file this process asks the store itself.
"""

from __future__ import annotations

import multiprocessing
import signal
import socket
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import FrameType

from scanner.errors import PratiqueError
from scanner.fleet.store import open_store
from scanner.pipeline.fleet import duty, remotes
from scanner.pipeline.fleet.crew import Crew, Job
from scanner.pipeline.fleet.looking import Did, Looked
from scanner.pipeline.fleet.pool import Closable
from scanner.pipeline.fleet.workers.chores import Chores
from scanner.pipeline.fleet.workers.knowledge import Knowledge
from scanner.pipeline.fleet.workers.log import Log
from scanner.pipeline.fleet.workers.messages import Chored, Done, Reconciled, State, Stop, Wanted
from scanner.pipeline.fleet.workers.plan import Plan

_TICK = 1.0
_EVERY = 10.0
"""Seconds from one question to the store to the next, where there is no queue."""
_TIDIED = 300.0
"""Seconds from one look at the size of the copies to the next: a few repositories can fill a disk in an hour."""
_LEAVING = 8.0
"""Seconds for the process beside this one to leave in."""
_ANEW = 2.0
"""Seconds after which it is started again."""


def run(plan: Plan, listener: socket.socket | None, log: Log, *, grace: float, cache_bytes: int) -> None:
    """Work until SIGTERM or SIGINT; looks that have not ended `grace` seconds later are given back."""
    _Worker(plan, listener, log, cache_bytes).run(grace)


class _Worker:
    def __init__(self, plan: Plan, listener: socket.socket | None, log: Log, cache_bytes: int) -> None:
        self._plan, self._log, self._cache_bytes, self._listener = plan, log, cache_bytes, listener
        self._crew = Crew(plan.where, plan.settings, jobs=plan.jobs, others=self._not_the_crews)
        self._chores = Chores(plan, log, others=self._not_the_chores)
        self._beside = _Beside(plan, listener, log, self._pools) if plan.queue or listener else None
        self._known = Knowledge(plan.settings)
        self._waiting: list[Job] = []
        """Those to be looked at first stand last."""
        self._more = False
        self._died = 0
        self._stopping = False
        self._asked = self._told = self._tidied = float("-inf")

    def run(self, grace: float) -> None:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self._stop)
        health = "" if self._listener is None else "{}:{}".format(*self._listener.getsockname()[:2])
        self._log("started", jobs=self._plan.jobs, store=self._plan.shown, health=health)
        try:
            while not self._stopping:
                self._step()
            self._log("stopping", looking=len(self._crew.looking()), grace=grace)
            self._leave(time.monotonic() + grace)
        finally:
            self._crew.close()
            self._chores.close()
            if self._beside is not None:
                self._beside.close()
        self._log("stopped")

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  # signal's signature
        self._stopping = True

    def _step(self) -> None:
        now = time.monotonic()
        if now > self._tidied + _TIDIED:
            self._tidied = now
            remotes.prune(self._plan.settings.copies, most_bytes=self._cache_bytes)
        if not self._plan.queue:
            self._ask(now)
        looking = self._crew.looking()
        while self._waiting and self._crew.free:
            job = self._waiting.pop()
            if job.target in looking:
                self._say(Done(job.target, None))
            else:
                self._crew.give(job)
        self._chores.begin()
        self._hear(_TICK)

    def _hear(self, seconds: float) -> None:
        """What the crew has done, and what the queue wants."""
        for looked in self._crew.wait(seconds, () if self._beside is None else self._beside.told()):
            self._ended(looked)
        for did in self._chores.ended():
            self._say(did)
        if self._beside is None:
            return
        for wanted in self._beside.heard():
            self._waiting.insert(0, Job(wanted.target, wanted.intelligence))
        if time.monotonic() > self._told + _TICK:
            self._told = time.monotonic()
            self._say(State(looking=len(self._crew.looking()), waiting=len(self._waiting), died=self._died))

    def _ask(self, now: float) -> None:
        """Ask the store what is due: now and then, and at once where more is due than may wait."""
        if now < self._asked + _EVERY and not (self._more and not self._waiting):
            return
        self._asked, self._more = now, False
        settings = self._plan.settings
        try:
            name = self._known.name()
            with open_store(self._plan.where) as store:
                found = duty.find(store, now=settings.now(), intelligence=name, limit=self._plan.backlog)
        except PratiqueError as error:
            self._log("out of reach", level="warning", why=str(error))
            return
        self._log.aside(found)
        looking = self._crew.looking()
        self._waiting = [Job(id_, name) for id_ in reversed(found.due) if id_ not in looking]
        self._more = len(found.due) == self._plan.backlog
        self._say(Reconciled(at=settings.now(), due=len(found.due), aside=len(found.aside)))

    def _ended(self, looked: Looked) -> None:
        failed = looked.did is Did.FAILED
        more: dict[str, str | int] = {"why": looked.why} if failed else {"verdict": looked.verdict.value}
        changes = {"new": looked.introduced, "gone": looked.gone, "again": looked.reopened}
        more |= {word: count for word, count in changes.items() if count}
        self._died += looked.died
        self._log(
            looked.did.value, level="warning" if failed else "info", target=looked.target, seconds=looked.seconds,
            address=looked.address, **more,
        )  # fmt: skip
        self._say(Done(looked.target, looked))

    def _leave(self, end: float) -> None:
        """Let what is going on end, for a time; nothing new begins."""
        if self._beside is not None:
            self._beside.stop()
        self._waiting = []
        while (self._crew.looking() or self._chores.pool.busy()) and (left := end - time.monotonic()) > 0:
            for looked in self._crew.wait(min(left, _TICK)):
                self._ended(looked)
            self._chores.ended()
        for id_ in self._crew.looking():
            self._log("given back", target=id_)

    def _say(self, what: Done | State | Reconciled | Chored) -> None:
        if self._beside is not None:
            self._beside.say(what)

    def _not_the_crews(self) -> Sequence[Closable]:
        return [*self._chores.pool.ends(), *self._besides()]

    def _not_the_chores(self) -> Sequence[Closable]:
        return [*self._crew.pool.ends(), *self._besides()]

    def _pools(self) -> Sequence[Closable]:
        return [*self._crew.pool.ends(), *self._chores.pool.ends()]

    def _besides(self) -> Sequence[Closable]:
        return () if self._beside is None else self._beside.ends()


class _Beside:
    """The process that meets the world, started anew when it dies."""

    def __init__(
        self, plan: Plan, listener: socket.socket | None, log: Log, crew: Callable[[], Sequence[Closable]]
    ) -> None:
        self._plan, self._listener, self._log, self._crew = plan, listener, log, crew
        self._process: BaseProcess | None = None
        self._again = float("-inf")

    def told(self) -> list[Connection]:
        """What can be read when it says something; starts it where it is not there."""
        self._alive()
        return [] if self._process is None else [self._answers]

    def heard(self) -> list[Wanted]:
        """What it wants by now."""
        wanted = []
        try:
            while self._process is not None and self._answers.poll():
                wanted.append(self._answers.recv())
        except (EOFError, OSError):
            self._lost()
        return wanted

    def say(self, what: Done | State | Reconciled | Chored | Stop) -> None:
        self._alive()
        if self._process is not None:
            try:
                self._words.send(what)
            except BrokenPipeError:
                self._lost()

    def stop(self) -> None:
        """It may end from now on."""
        self.say(Stop())
        self._again = float("inf")

    def ends(self) -> list[Closable]:
        """What other children of this process must not keep open."""
        found: list[Closable] = [] if self._listener is None else [self._listener]
        return found if self._process is None else [*found, self._words, self._answers]

    def close(self) -> None:
        if self._process is not None:
            self._words.close()
            self._process.join(_LEAVING)
            self._process.kill()
            self._process.join()
            self._answers.close()

    def _alive(self) -> None:
        if self._process is not None or time.monotonic() < self._again:
            return
        context = multiprocessing.get_context("fork")
        take, self._words = context.Pipe(duplex=False)
        self._answers, put = context.Pipe(duplex=False)
        ends = [*self._crew(), self._words, self._answers]

        def life() -> None:
            # Imported here: with a store in a file, and nobody who asks, none of it is needed.
            from scanner.pipeline.fleet.workers import outside

            for end in ends:
                end.close()
            outside.run(self._plan, self._listener, take, put, self._log)

        self._process = context.Process(target=life)
        self._process.start()
        take.close()
        put.close()

    def _lost(self) -> None:
        assert self._process is not None
        self._process.join(_LEAVING)
        self._words.close()
        self._answers.close()
        self._process = None
        if self._again < float("inf"):
            self._log("restarting", level="error", what="the process beside the crew ended")
            self._again = time.monotonic() + _ANEW
