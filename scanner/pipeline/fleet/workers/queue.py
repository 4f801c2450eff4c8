"""The queue of many workers: Procrastinate, on the store's own PostgreSQL.

The store alone says what is due. Every few seconds one of the workers asks it, and puts what is due and not leased into
the queue, up to a bound. A job that the queue loses is put in again; one that it gives twice finds the target leased,
or unchanged. So that nothing of Procrastinate's own book-keeping has to be right:

- no job is retried by it (with `queueing_lock` its retry may raise, and leave the job `doing`: upstream #1446);
- jobs of dead workers are dropped, not revived, also those whose worker's row is gone (#1518);
- no job has a `lock`: that of a dead worker would hold back all later ones of the target. The lease is the lock;
- whoever asks the store has a worker for itself, so that long looks do not hold it up, and no `lock` either (#1408).

https://procrastinate.readthedocs.io/en/stable/howto/production/retry_stalled_jobs.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

EVERY = 10
"""Seconds from one question to the store to the next."""
_HEARTBEAT = 5.0
_STALLED = 20.0
"""Seconds without a heartbeat, after which a worker is dead."""
_POLL = 2.0
_LEAVING = 5.0
"""Seconds that a look's job is waited for when the queue ends: the look itself goes on."""
_SEEN = 60
"""Seconds after which a worker's intelligence is forgotten."""
_LOOKS, _HOUSE = "looks", "house"

_PUBLISH = """
insert into pratique_intelligence as known (name, since)
 values (%(name)s, case when %(newer)s then now() else 'epoch' end)
 on conflict (name) do update set seen = now(), since = case when %(newer)s then now() else known.since end
 returning name"""
_NEWEST = """
select name from pratique_intelligence where seen > now() - make_interval(secs => %(seen)s)
 order by since desc, name limit 1"""
_WAITING = "select count(*) as count from procrastinate_jobs where queue_name = %(queue)s and status = 'todo'"


class Ways(NamedTuple):
    """What the queue needs of the worker that it serves."""

    look: Callable[[int], Awaitable[None]]
    """Have a target looked at."""
    due: Callable[[int], tuple[int, ...]]
    """Ask the store for so many that are due. In a thread."""
    swept: Callable[[int], None]
    """Hears how many jobs of dead workers were dropped."""


class Queue:
    """One worker's part in the queue, while its connection lasts."""

    def __init__(self, address: str, ways: Ways, *, jobs: int, backlog: int) -> None:
        """`address`: what `queue_schema.made` gives. `backlog`: no more than so many jobs wait in the queue."""
        self._ways, self._jobs, self._backlog = ways, jobs, backlog
        connector = PsycopgConnector(conninfo=address, min_size=1, max_size=2, timeout=10.0)
        self._looks = App(connector=connector)
        self._house = App(connector=connector)
        self._look = self._looks.task(name="look", queue=_LOOKS)(self._looked)
        self._reconcile = self._house.task(name="reconcile", queue=_HOUSE, queueing_lock="reconcile")(self._reconciled)
        # Procrastinate's sixth field is seconds, and stands last.
        self._house.periodic(cron=f"* * * * * */{EVERY}")(self._reconcile)
        self._name = ""
        self._newest, self._behind = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled. Raises `ConnectorException` where the database is gone, and may be run again."""
        async with self._looks.open_async():
            running = [
                asyncio.create_task(self._run_looks()),
                asyncio.create_task(self._run(self._house, _HOUSE, 1, listen=False)),
            ]
            try:
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for one in done:
                    one.result()
            finally:
                for one in running:
                    one.cancel()
                await asyncio.gather(*running, return_exceptions=True)
        raise ConnectorException("the queue's worker gave up")

    async def publish(self, name: str) -> bool:
        """Say which intelligence this worker has; whether it is the newest of all workers.

        One that is behind takes no jobs: it would match a target with less than another has, and the other would see
        it due again, for ever. Newest is what a running worker was last seen to change to: one that has just been
        started may have an old copy, and does not overrule those that run.
        """
        ask = self._looks.connector.execute_query_one_async
        newer = self._name not in ("", name)
        await ask(_PUBLISH, name=name, newer=newer)
        self._name = name
        newest = bool((await ask(_NEWEST, seen=_SEEN))["name"] == name)
        for event, holds in ((self._newest, newest), (self._behind, not newest)):
            event.set() if holds else event.clear()
        return newest

    async def waiting(self) -> int:
        """How many jobs wait in the queue."""
        return int((await self._looks.connector.execute_query_one_async(_WAITING, queue=_LOOKS))["count"])

    async def _run_looks(self) -> None:
        while True:
            await self._newest.wait()
            running = asyncio.create_task(self._run(self._looks, _LOOKS, self._jobs, listen=True))
            behind = asyncio.create_task(self._behind.wait())
            try:
                await asyncio.wait([running, behind], return_when=asyncio.FIRST_COMPLETED)
            finally:
                behind.cancel()
                gave_up = running.done()
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
            if gave_up:
                return

    async def _run(self, app: App, queue: str, concurrency: int, *, listen: bool) -> None:
        await app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=concurrency,
            listen_notify=listen,
            fetch_job_polling_interval=_POLL,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_STALLED,
            shutdown_graceful_timeout=_LEAVING,
        )

    async def _looked(self, target: int) -> None:
        await self._ways.look(target)

    async def _reconciled(self, timestamp: int) -> None:  # noqa: ARG002  # Procrastinate's signature
        """Drop what dead workers had, and put what is due into the queue."""
        jobs = self._looks.job_manager
        swept = 0
        for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=_STALLED):
            with suppress(ConnectorException):  # it has just ended by itself
                await jobs.finish_job(job, Status.FAILED, delete_job=True)
                swept += 1
        self._ways.swept(swept)
        if not self._newest.is_set():
            return
        there = {job.task_kwargs.get("target") for job in await jobs.list_jobs_async(queue=_LOOKS, status="todo")}
        room = self._backlog - len(there)
        if 2 * room < self._backlog:
            await self._again()
            return
        due = await asyncio.to_thread(self._ways.due, self._backlog)
        wanted = [id_ for id_ in due if id_ not in there][:room]
        await self._put(wanted)
        if len(due) == self._backlog:
            await self._again()

    async def _put(self, targets: list[int]) -> None:
        new = [self._look.configure(queueing_lock=f"target:{id_}", task_kwargs={"target": id_}).job for id_ in targets]
        if not new:
            return
        try:
            await self._looks.job_manager.batch_defer_jobs_async(new)
        except AlreadyEnqueued:  # another worker is at it, too: one that is there refuses the whole batch
            for job in new:
                with suppress(AlreadyEnqueued):
                    await self._looks.job_manager.defer_job_async(job)

    async def _again(self) -> None:
        """More is due than may wait: look again soon."""
        with suppress(AlreadyEnqueued):
            await self._reconcile.configure(schedule_in={"seconds": 1}).defer_async(timestamp=0)
