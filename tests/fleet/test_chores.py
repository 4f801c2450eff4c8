"""What one worker does for all, whoever it is: organisations are asked, people are told, and looks go on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from scanner.cli import pratique
from scanner.fleet.store import Store, open_store
from scanner.pipeline.fleet import listing
from scanner.pipeline.fleet.workers import chores
from scanner.pipeline.fleet.workers.chores import Chore, Chores
from scanner.pipeline.fleet.workers.log import Log
from scanner.pipeline.fleet.workers.messages import Chored
from tests.factories import NOW
from tests.fleet import workers
from tests.fleet.notices.fleets import SECRET, hit, hook, settings, targets
from tests.fleet.notices.receivers import Recorder, recording
from tests.fleet.services import GitHub
from tests.fleet.test_listing import TOKEN
from tests.fleet.test_worker_parts import planned
from tests.fleet.workers import Repository, Worker

MINUTE = timedelta(minutes=1)


class Shift:
    """Workers that do chores on one store, by one clock."""

    def __init__(self, where: str, folder: Path) -> None:
        self.now = NOW
        self.plan = planned(where, folder)
        self.of({"GITHUB_TOKEN": TOKEN})

    def of(self, environ: dict[str, str]) -> None:
        self.plan = msgspec.structs.replace(
            self.plan,
            settings=msgspec.structs.replace(self.plan.settings, now=self._clock),
            listings=listing.Settings(environ=environ, now=self._clock),
        )

    def _clock(self) -> datetime:
        return self.now

    def worker(self) -> chores._Doing:
        return chores._Doing(self.plan, Log("me", machine=True))


@pytest.fixture
def where(tmp_path: Path) -> str:
    """On SQLite: what differs between the databases is below `Store`, and tested there."""
    return str(tmp_path / "fleet.sqlite")


@pytest.fixture
def shift(where: str, tmp_path: Path) -> Shift:
    return Shift(where, tmp_path)


@pytest.fixture
def github() -> Iterator[GitHub]:
    hub = GitHub()
    with hub.running():
        hub.items = [hub.repository(1, "shop")]
        yield hub


@pytest.fixture
def soc() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


def remembered(store: Store, github: GitHub) -> None:
    """A listing that was never asked."""
    how = listing.How(kind="github", api=github.url, name="acme")
    store.remember_listing(how.title, how=msgspec.json.encode(how).decode(), every=72_000)


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_listing_is_asked_when_it_is_due_by_one_of_them(
    shift: Shift, store: Store, github: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    remembered(store, github)
    one, other = shift.worker(), shift.worker()
    assert (one.do(Chore.LISTINGS), other.do(Chore.LISTINGS)) == (Chored(listed=1), Chored())
    assert len(github.asked) == 1
    assert [target.address.rpartition("/")[2] for target in store.targets()] == ["shop.git"]
    (told,) = said(capsys)
    assert (told["event"], told["seen"], told["changes"]) == ("listed", 1, "1 added")
    shift.now += timedelta(hours=20)
    assert other.do(Chore.LISTINGS) == Chored(listed=1)


def test_one_that_fails_is_left_alone_for_a_while_and_told_once(
    shift: Shift, store: Store, where: str, github: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    remembered(store, github)
    github.instead = [lambda _: (404, {}, b"{}")] * 2
    one = shift.worker()
    assert one.do(Chore.LISTINGS) == Chored(not_listed=1)
    shift.now += 14 * MINUTE
    assert (one.do(Chore.LISTINGS), len(github.asked)) == (Chored(), 1)
    shift.now += MINUTE
    assert one.do(Chore.LISTINGS) == Chored(not_listed=1)
    assert [(told["event"], told["level"]) for told in said(capsys)] == [("not listed", "warning")]
    shown = CliRunner().invoke(pratique, ["fleet", "status", "--store", where], standalone_mode=False).stdout
    assert "failed: " in shown.partition("listed at")[2]
    shift.now += 15 * MINUTE
    assert one.do(Chore.LISTINGS) == Chored(listed=1)


def test_whoever_has_no_key_leaves_it_to_others(
    shift: Shift, store: Store, github: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would see what is public alone, and call the others gone."""
    remembered(store, github)
    shift.of({})
    assert (shift.worker().do(Chore.LISTINGS), github.asked) == (Chored(), [])
    assert "no key" in said(capsys)[0]["why"]
    shift.of({"GITHUB_TOKEN": TOKEN})
    assert shift.worker().do(Chore.LISTINGS) == Chored(listed=1)


def test_people_are_told_by_one_of_them_and_failures_once(
    shift: Shift, store: Store, soc: Recorder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notices = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    shift.plan = msgspec.structs.replace(shift.plan, notices=notices)
    soc.status = 410
    hit(store, targets(store, 3))
    one, other = shift.worker(), shift.worker()
    assert (one.do(Chore.NOTICES), other.do(Chore.NOTICES)) == (Chored(not_told=1), Chored())
    shift.now += MINUTE
    soc.status = 200
    assert other.do(Chore.NOTICES) == Chored(told=1)
    assert [told["event"] for told in said(capsys)] == ["not told", "told"]
    shift.now += MINUTE
    assert (one.do(Chore.NOTICES), len(soc.asked)) == (Chored(), 2)


def test_one_that_takes_too_long_is_ended(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chores._Doing, "do", lambda *_: time.sleep(60))
    monkeypatch.setattr(chores, "_LONGEST", dict.fromkeys(Chore, timedelta(seconds=0.05)))
    found: list[Chored] = []
    doing = Chores(planned(where, tmp_path), Log("me", machine=True), others=tuple)
    try:
        doing.begin()

        def over() -> bool:
            found.extend(doing.ended())
            return len(found) == 2

        workers.until(over, 10, every=0.02)
    finally:
        doing.close()
    assert found == [Chored(not_listed=1), Chored(not_matched=1)]
    assert {json.loads(line)["event"] for line in capfd.readouterr().err.splitlines()} == {"chore ended early"}


def test_a_worker_lists_looks_and_tells(tmp_path: Path, campaigns: Path, github: GitHub, soc: Recorder) -> None:
    where = str(tmp_path / "fleet.sqlite")
    repository = Repository(tmp_path / "shop", 1, 1)
    repository.round(0)
    with open_store(where) as store:
        remembered(store, github)
        store.add(str(repository.git.root), kind="git", now=NOW, every=3600)
    notices = tmp_path / "notices.toml"
    notices.write_text(f'default = ["soc"]\n{hook("soc", soc.url)}')
    environ = workers.environ(where, campaigns, tmp_path) | {"GITHUB_TOKEN": TOKEN, "HOOK": SECRET}
    worker = Worker(environ, tmp_path / "log", "--notify", "--config", str(notices))
    try:
        workers.until(lambda: bool(worker.events("listed") and worker.events("read")), 20)
    finally:
        assert worker.stop() == 0
    with open_store(where) as store:
        assert len(store.targets()) == 2
