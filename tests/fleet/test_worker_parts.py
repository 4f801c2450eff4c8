"""Parts of a worker: the queue beside the store, the bound on what waits, who has the newest intelligence, the log."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psycopg
import pytest

from scanner.fleet.store import StoreError, open_store
from scanner.pipeline.fleet import crew as crews
from scanner.pipeline.fleet import listing
from scanner.pipeline.fleet.workers import worker
from scanner.pipeline.fleet.workers.health import Health
from scanner.pipeline.fleet.workers.log import Log
from scanner.pipeline.fleet.workers.plan import Plan
from tests.factories import NOW
from tests.fleet import postgres
from tests.fleet.test_crew import settings, while_leased

if TYPE_CHECKING:
    from scanner.pipeline.fleet.workers.queue import Queue

pytest.importorskip("procrastinate", reason="procrastinate is not installed: pip install 'pratique[fleet]'")
T = TypeVar("T")


def planned(where: str, intel: Path) -> Plan:
    """A worker's, that takes from no queue and tells nobody."""
    return Plan(
        where=where, shown="", settings=settings(intel), jobs=1, backlog=5, queue=False, notices=None,
        listings=listing.Settings(environ={}, now=lambda: datetime.now(UTC)),
    )  # fmt: skip


@pytest.fixture
def database(server: postgres.Server) -> str:
    return server.database()


def used(database: str, body: Callable[[list[Queue]], Awaitable[T]], *, backlog: int = 3, due: int = 0) -> T:
    """Two workers' parts in one queue, of a store in which so many targets are due."""
    from scanner.pipeline.fleet.workers.queue import Queue, Ways
    from scanner.pipeline.fleet.workers.queue_schema import made

    async def nothing(target: int) -> None: ...

    async def run() -> T:
        ways = Ways(nothing, lambda limit: tuple(range(1, due + 1))[:limit], lambda jobs: None)
        queues = [Queue(made(database), ways, jobs=1, backlog=backlog) for _ in range(2)]
        async with queues[0]._looks.open_async(), queues[1]._looks.open_async():
            return await body(queues)

    return asyncio.run(run())


def jobs(database: str, queue: str = "looks") -> list[int]:
    with psycopg.connect(queue_of(database), autocommit=True) as connection:
        rows = connection.execute(
            "select args->>'target' from procrastinate_jobs where queue_name = %s and status = 'todo' order by id",
            (queue,),
        )
        return [int(row[0]) if row[0] else 0 for row in rows]


def queue_of(database: str) -> str:
    from scanner.pipeline.fleet.workers.queue_schema import made

    return made(database)


def test_whoever_starts_first_makes_the_queue_and_the_others_find_it(database: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        addresses = set(pool.map(queue_of, [database] * 6))
    assert len(addresses) == 1
    assert jobs(database) == []


def test_an_older_queue_is_made_anew_and_a_newer_or_strange_one_left_alone(database: str) -> None:
    with psycopg.connect(queue_of(database), autocommit=True) as connection:
        schema = connection.execute("select current_schema()").fetchone()
        assert schema is not None
        says = "comment on schema {} is 'pratique, procrastinate {} 0123456789abcdef'"
        connection.execute(says.format(schema[0], "3.0.0"))
        connection.execute("insert into pratique_intelligence values ('old', now(), now())")
        queue_of(database)
        assert connection.execute("select * from pratique_intelligence").fetchall() == []
        connection.execute(says.format(schema[0], "99.0.0"))
        with pytest.raises(StoreError, match="newer Procrastinate"):
            queue_of(database)
        connection.execute(f"comment on schema {schema[0]} is 'mine'")
        with pytest.raises(StoreError, match="not ours"):
            queue_of(database)


def test_no_more_wait_than_may_and_none_waits_twice(database: str) -> None:
    async def body(queues: list[Queue]) -> None:
        for one in queues:
            await one.publish("monday")
        for _ in range(2):
            await asyncio.gather(*(one._reconciled(0) for one in queues))

    used(database, body, backlog=4, due=9)
    assert jobs(database) == [1, 2, 3, 4]
    assert jobs(database, "house") == [0]  # it comes back soon: more is due


def test_jobs_of_the_dead_are_dropped_and_what_is_due_is_there_again(database: str) -> None:
    async def body(queues: list[Queue]) -> None:
        await queues[0].publish("monday")
        await queues[0]._reconciled(0)
        manager = queues[0]._looks.job_manager
        dead, pruned = await manager.register_worker(), await manager.register_worker()
        for one in (dead, pruned):
            assert await manager.fetch_job(["looks"], one) is not None
        await queues[0]._looks.connector.execute_query_async(
            "update procrastinate_workers set last_heartbeat = now() - interval '21 seconds' where id = %(id)s", id=dead
        )
        await manager.unregister_worker(pruned)  # its row is gone: upstream #1518
        await queues[0]._reconciled(0)
        assert not await manager.list_jobs_async(status="doing")

    used(database, body, backlog=10, due=2)
    assert sorted(jobs(database)) == [1, 2]


def test_a_worker_that_is_behind_waits_for_the_newest_intelligence(database: str) -> None:
    async def body(queues: list[Queue]) -> list[bool]:
        one, other = queues
        told = [await one.publish("monday"), await other.publish("monday")]
        told += [await one.publish("tuesday"), await other.publish("monday")]
        await other._reconciled(0)
        assert jobs(database) == []  # it does not even say what is due
        return [*told, await other.publish("tuesday"), await one.publish("tuesday"), await one.publish("monday")]

    assert used(database, body, due=2) == [True, True, True, False, True, True, True]


def test_a_worker_that_has_just_been_started_does_not_overrule_those_that_run(database: str) -> None:
    async def body(queues: list[Queue]) -> list[bool]:
        one, other = queues
        told = [await one.publish("monday"), await one.publish("tuesday"), await other.publish("an older copy")]
        await one._looks.connector.execute_query_async(
            "update pratique_intelligence set seen = now() - interval '61 seconds' where name = 'tuesday'"
        )
        return [*told, await other.publish("an older copy")]  # whoever had a newer one is gone

    assert used(database, body) == [True, True, False, True]


def test_asked_to_stop_it_gives_back_what_does_not_end_in_time(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, campaigns: Path
) -> None:
    monkeypatch.setattr(crews, "look", while_leased(lambda: time.sleep(60)))
    with open_store(where) as store:
        target = store.add("/nowhere", kind="folder", now=NOW, every=3600)
    plan = planned(where, campaigns)

    def leased() -> bool:
        with open_store(where) as store:
            return store.target(target.id).leased is not None

    log = Log("me", machine=True)
    process = multiprocessing.get_context("fork").Process(
        target=worker.run, args=(plan, None, log), kwargs={"grace": 0.2, "cache_bytes": 0}
    )
    process.start()
    assert process.pid is not None
    try:
        end = time.monotonic() + 20
        while not leased() and time.monotonic() < end:
            time.sleep(0.05)
        assert leased()
        os.kill(process.pid, signal.SIGTERM)
        process.join(15)
        assert process.exitcode == 0
    finally:
        process.kill()


def test_what_strangers_wrote_is_one_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    evil = '\x1b[2J\n{"event": "forged"}\u202e' + "A" * 10_000
    Log("me", machine=True)("failed", target=1, address=evil)
    Log("me", machine=False)("failed", target=1, address=evil)
    machine, people = capsys.readouterr().err.splitlines()
    assert json.loads(machine)["event"] == "failed"
    assert "\x1b" not in people
    assert "\u202e" not in people
    assert max(len(machine), len(people)) < 1000


def test_one_that_is_silent_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    health = Health()
    assert (health.healthy(), health.ready()) == ("", "")
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 45)
    assert health.healthy() == "the crew has been silent for 45 s"
    health.lives()
    health.reaches(behind=True)
    assert (health.healthy(), health.ready()) == ("", "others have newer intelligence")
    monkeypatch.setattr(time, "monotonic", lambda: now + 110)
    health.lives()
    assert health.ready() == "the store has been out of reach for 65 s"


def test_times_of_the_log_are_utc(capsys: pytest.CaptureFixture[str]) -> None:
    Log("me", machine=True)("x")
    told = datetime.fromisoformat(json.loads(capsys.readouterr().err)["time"])
    assert abs((datetime.now(UTC) - told).total_seconds()) < 5
