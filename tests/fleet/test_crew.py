"""The crew that scans and workers share: leases, deaths, and targets that are let alone; on both databases."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.fleet.store import Store, open_store
from scanner.fleet.store.values import Lease, Target
from scanner.pipeline.fleet import crew as crews
from scanner.pipeline.fleet import duty, leasing
from scanner.pipeline.fleet.crew import Crew, Job
from scanner.pipeline.fleet.looking import Did, Looked, Settings
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def settings(folder: Path, *, seconds: float = 600) -> Settings:
    return Settings(
        intel_directory=folder, intelligence="monday", copies=folder, seconds=seconds,
        now=lambda: datetime.now(UTC), environ={}, home=folder,
    )  # fmt: skip


@pytest.fixture
def target(where: str) -> Target:
    with open_store(where) as store:
        return store.add("/nowhere", kind="folder", now=NOW, every=3600)


def ended(crew: Crew, job: Job, *, seconds: float = 20) -> Looked:
    crew.give(job)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for looked in crew.wait(0.1):
            return looked
    raise AssertionError("it did not end")


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.02)


def while_leased(body: Callable[[], None]) -> Callable[..., Looked]:
    """A look that leases its target and then does something."""

    def look(store: Store, id_: int, how: Settings, tell: Callable[[Lease], None]) -> Looked:
        target = store.target(id_)
        held = leasing.take(store, target, now=how.now())
        assert held is not None
        tell(held)
        body()
        store.release(held)
        return Looked(target=id_, address=target.address, did=Did.UNCHANGED)

    return look


def test_a_target_that_kills_who_looks_has_to_wait_longer_and_longer(
    where: str, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crews, "look", while_leased(lambda: os.kill(os.getpid(), signal.SIGKILL)))
    crew = Crew(where, settings(tmp_path), jobs=1)
    waits = []
    try:
        for number in range(4):
            looked = ended(crew, Job(target.id, "monday"))
            assert (looked.did, looked.died, "signal 9" in looked.why) == (Did.FAILED, True, True)
            with open_store(where) as store:
                kept = store.target(target.id)
            assert (kept.failures, kept.leased, kept.failure) == (number + 1, None, looked.why)
            assert kept.not_before is not None
            waits.append(round((kept.not_before - datetime.now(UTC)) / MINUTE))
    finally:
        crew.close()
    assert waits == [0, 1, 15, 30]


def test_a_lease_is_renewed_while_somebody_looks_and_then_given_back(
    where: str, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "RENEWED", timedelta(seconds=0.2))
    enough = tmp_path / "enough"
    monkeypatch.setattr(crews, "look", while_leased(lambda: until(enough.exists)))
    crew = Crew(where, settings(tmp_path), jobs=1)

    def leased() -> datetime | None:
        assert not crew.wait(0.1)
        with open_store(where) as store:
            return store.target(target.id).leased

    try:
        crew.give(Job(target.id, "monday"))
        until(lambda: leased() is not None)
        first = leased()
        assert first is not None
        until(lambda: (now := leased()) is not None and now > first + timedelta(seconds=0.3))
        enough.touch()
        until(lambda: bool(crew.wait(0.1)))
    finally:
        crew.close()
    with open_store(where) as store:
        assert store.target(target.id).leased is None


def test_a_process_that_does_not_listen_is_ended(
    where: str, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "RENEWED", timedelta(seconds=0.1))
    monkeypatch.setattr(crews, "_GRACE", 0.2)
    # As a long regular expression: neither a signal nor another thread gets a word in.
    monkeypatch.setattr(crews, "look", while_leased(lambda: ctypes.PyDLL(None).sleep(60)))
    crew = Crew(where, settings(tmp_path, seconds=0.2), jobs=1)
    try:
        looked = ended(crew, Job(target.id, "monday"))
    finally:
        crew.close()
    assert (looked.did, looked.died, "did not listen" in looked.why) == (Did.FAILED, True, True)


def test_who_never_came_back_is_replaced_at_once_then_after_a_minute_then_later(store: Store, target: Target) -> None:
    def found(now: datetime) -> duty.Duty:
        return duty.find(store, now=now, intelligence="monday", limit=10)

    now = NOW
    for number, wait in enumerate((timedelta(), MINUTE, 15 * MINUTE, 30 * MINUTE)):
        assert store.lease(target.id, f"gone:{number}", until=now + leasing.LENGTH, now=now) is not None
        assert found(now + leasing.LENGTH / 2) == ((), ())  # somebody looks
        now += leasing.LENGTH
        told = found(now)
        assert told.due == ((target.id,) if not wait else ())
        assert [one.wait for one in told.aside] == ([wait] if wait else [])
        assert store.target(target.id).failure == f"gone:{number} was gone in the middle of it"
        if wait:
            assert found(now + wait - timedelta(seconds=1)) == ((), ())
            now += wait
            assert found(now).due == (target.id,)


def test_no_wait_is_longer_than_a_day(store: Store, target: Target) -> None:
    now = NOW
    for _ in range(20):
        held = store.lease(target.id, "me", until=now + MINUTE, now=now)
        assert held is not None
        wait = leasing.failed(store, store.target(target.id), held, "no", now=now)
        assert wait is not None
        now += wait
    assert wait == timedelta(hours=24)


def test_a_store_out_of_reach_is_no_fault_of_a_target(tmp_path: Path) -> None:
    crew = Crew("postgresql://nobody@127.0.0.1:1/nothing", settings(tmp_path), jobs=1)
    try:
        looked = ended(crew, Job(7, "monday"))
    finally:
        crew.close()
    assert (looked.did, looked.died) == (Did.FAILED, False)
    assert "cannot be reached" in looked.why


def test_a_whole_machine_is_replaced_within_a_minute() -> None:
    from scanner.pipeline.fleet.workers import queue

    pytest.importorskip("procrastinate")
    assert leasing.LENGTH.total_seconds() + queue.EVERY + queue._POLL + 1 < 60
    assert leasing.RENEWED < leasing.LENGTH / 3
