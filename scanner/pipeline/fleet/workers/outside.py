"""The part of a worker that meets the world: the queue, and whoever asks how it is.

A process of its own, because it has threads and connections, and the one that forks the crew must have neither. When
it dies, the other starts it anew; when the other dies, it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from scanner.errors import PratiqueError
from scanner.fleet.store import open_store
from scanner.pipeline.fleet import duty
from scanner.pipeline.fleet.workers.health import Health, serve
from scanner.pipeline.fleet.workers.knowledge import Knowledge
from scanner.pipeline.fleet.workers.log import Handler, Log
from scanner.pipeline.fleet.workers.messages import Chored, Done, Reconciled, State, Stop, Wanted
from scanner.pipeline.fleet.workers.metrics import Metrics
from scanner.pipeline.fleet.workers.plan import Plan

if TYPE_CHECKING:
    from scanner.pipeline.fleet.workers.queue import Queue

_AGAIN = 2.0
"""Seconds after the queue was lost."""
_BEAT = 5.0


def run(plan: Plan, listener: socket.socket | None, take: Connection, put: Connection, log: Log) -> None:
    """Until told to stop, or until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # whoever forked us tells
    root = logging.getLogger()
    root.handlers = [Handler(log)]
    root.setLevel(logging.WARNING)
    asyncio.run(_Outside(plan, take, put, log).run(listener))


class _Outside:
    def __init__(self, plan: Plan, take: Connection, put: Connection, log: Log) -> None:
        self._plan, self._take, self._put, self._log = plan, take, put, log
        self._metrics, self._health = Metrics(), Health()
        self._known = Knowledge(plan.settings)
        self._wanted: dict[int, asyncio.Future[None]] = {}
        self._end = asyncio.Event()

    async def run(self, listener: socket.socket | None) -> None:
        asyncio.get_running_loop().add_reader(self._take.fileno(), self._read)
        if listener is not None:
            serve(listener, self._health, self._metrics.text)
        working = asyncio.create_task(self._queue()) if self._plan.queue else None
        await self._end.wait()
        if working is not None:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working

    def _read(self) -> None:
        """All that the crew's process has said."""
        try:
            while self._take.poll():
                self._hear(self._take.recv())
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(self._take.fileno())
            self._end.set()

    def _hear(self, said: Done | State | Reconciled | Chored | Stop) -> None:
        self._health.lives()
        match said:
            case Done():
                self._metrics.ended(said)
                future = self._wanted.pop(said.target, None)
                if future is not None and not future.done():
                    future.set_result(None)
            case State():
                self._metrics.state(said)
            case Reconciled():
                self._metrics.reconciled(said)
                self._health.reaches()
            case Chored():
                self._metrics.chored(said)
            case Stop():
                self._end.set()

    # The queue

    async def _queue(self) -> None:
        """Work on the queue, and come back to it whenever it was lost."""
        # Imported here: with a store in a file there is no queue.
        import psycopg
        from procrastinate.exceptions import ConnectorException

        from scanner.pipeline.fleet.workers.queue import Queue, Ways
        from scanner.pipeline.fleet.workers.queue_schema import made

        ways = Ways(self._look, self._due, self._swept)
        while True:
            try:
                address = await asyncio.to_thread(made, self._plan.where)
                queue = Queue(address, ways, jobs=self._plan.jobs, backlog=self._plan.backlog)
                beating = asyncio.create_task(self._beat(queue))
                try:
                    await queue.run()
                finally:
                    beating.cancel()
                    await asyncio.gather(beating, return_exceptions=True)
            except (ConnectorException, PratiqueError, psycopg.Error) as error:
                why = error.__cause__ or error
                self._log("queue lost", level="warning", why=" ".join(str(why).split()), again=_AGAIN)
            await asyncio.sleep(_AGAIN)

    async def _beat(self, queue: Queue) -> None:
        from procrastinate.exceptions import AppNotOpen, ConnectorException

        behind = False
        while True:
            try:
                newest = await queue.publish(await asyncio.to_thread(self._known.name))
                self._metrics.queued.set(await queue.waiting())
            except AppNotOpen:
                await asyncio.sleep(0.05)
                continue
            except (ConnectorException, PratiqueError) as error:
                self._log("out of reach", level="warning", why=" ".join(str(error).split()))
            else:
                if behind is newest:
                    behind = not newest
                    self._log("behind" if behind else "in step", level="warning" if behind else "info")
                self._health.reaches(behind=behind)
                self._metrics.behind.set(behind)
                self._metrics.reached()
            await asyncio.sleep(_BEAT)

    async def _look(self, target: int) -> None:
        """Have the crew look, and wait for it. What it said of the target is in the store already."""
        if target in self._wanted:
            return  # twice in the queue: once is enough
        future = asyncio.get_running_loop().create_future()
        self._wanted[target] = future
        try:
            self._put.send(Wanted(target, self._known.name()))
            await future
        finally:
            self._wanted.pop(target, None)

    def _due(self, limit: int) -> tuple[int, ...]:
        now = self._plan.settings.now()
        with open_store(self._plan.where) as store:
            found = duty.find(store, now=now, intelligence=self._known.name(), limit=limit)
        self._log.aside(found)
        self._metrics.reconciled(Reconciled(at=now, due=len(found.due), aside=len(found.aside)))
        return found.due

    def _swept(self, jobs: int) -> None:
        if jobs:
            self._log("recovered", level="warning", jobs=jobs, what="jobs of workers that are gone were dropped")
