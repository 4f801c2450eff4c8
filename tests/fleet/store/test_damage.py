"""Two writers at once, a writer killed in the middle, a database that is restarted."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanner.fleet.store import Store, StoreError, StoreGoneError, open_store
from scanner.fleet.store.sqlite import Sqlite
from scanner.fleet.store.store import connect
from scanner.fleet.store.values import Question
from tests.conftest import ROOT
from tests.factories import NOW
from tests.fleet import postgres
from tests.fleet.samples import component, finding, held, lease, recorded, snapshot


def writer(where: str, target: int, first: int, count: int) -> subprocess.Popen[str]:
    arguments = [where, str(target), str(first), str(count)]
    command = [sys.executable, "-m", "tests.fleet.store.writer", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def whole(store: Store, target: int, said: int) -> int:
    """Assert that the store holds whole snapshots only, and none less than the writer said; how many."""
    kept = store.snapshots(target, limit=1000)
    number = len(kept)
    assert number >= said
    assert [one.number for one in kept] == list(range(number, 0, -1))
    if number:
        (source,) = store.inventory(target)
        assert source.components is not None
        last = round((kept[0].taken - NOW).total_seconds() / 86_400)
        assert {one.name.split("-")[1] for one in source.components} == {str(last)}
        assert len(source.components) == 300
        assert {one.finding.id for one in store.findings(Question(target=target))} == {f"{last}-{i}" for i in range(20)}
        assert store.count(Question(target=target, open=None)) == 20 * number
    return number


def test_a_writer_that_is_killed_leaves_all_or_nothing(where: str) -> None:
    chance = random.Random(3)
    with open_store(where) as store:
        target, begin = store.add("a", kind="git", now=NOW).id, 0
        for _ in range(3):
            process = writer(where, target, begin, 1000)
            assert process.stdout is not None
            said = [process.stdout.readline()]
            time.sleep(chance.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
            said += process.stdout.read().splitlines()
            process.stdout.close()
            process.wait()
            before = begin
            begin = whole(store, target, before + len([line for line in said if line.strip()]))
            assert begin > before


def test_two_writers_at_once_lose_nothing(where: str) -> None:
    with open_store(where) as store:
        targets = [store.add(address, kind="git", now=NOW).id for address in "ab"]
        processes = [writer(where, target, 0, 6) for target in targets]
        for process in processes:
            assert process.stdout is not None
            assert len(process.stdout.read().splitlines()) == 6
            process.stdout.close()
            assert process.wait() == 0
        for target in targets:
            assert whole(store, target, 6) == 6


def test_who_waits_too_long_is_told_so_and_may_try_again(tmp_path: Path) -> None:
    where = tmp_path / "fleet.sqlite"
    with open_store(where) as store:
        patient, impatient = connect(where), Sqlite(where, busy=0.1)
        with patient.write(), pytest.raises(StoreGoneError, match="too long"), impatient.write():
            pass
        with impatient.write():
            pass
        patient.close()
        impatient.close()
        assert store.statistics().targets == 0


def test_where_there_is_no_room_nothing_half_is_written_and_that_is_said(tmp_path: Path) -> None:
    with open_store(tmp_path / "fleet.sqlite") as store:
        one = store.add("a", kind="git", now=NOW).id
        recorded(store, one, snapshot(1, held("x", component("pkg:npm/evil@1.0.0"))))
        database = store._database
        ((pages,),) = database.rows("pragma page_count")
        database.rows(f"pragma max_page_count={pages + 1}")
        much = held("x", *(component(f"pkg:npm/p{i}@1.0.0") for i in range(500)))
        mine = lease(store, one)
        with pytest.raises(StoreGoneError, match="no room left"):
            store.record(mine, snapshot(2, much, findings=[finding("f")]))
        assert (len(store.snapshots(one)), store.findings(Question(target=one))) == (1, ())
        database.rows(f"pragma max_page_count={pages + 1000}")
        assert store.record(mine, snapshot(2, much, findings=[finding("f")])).introduced == ("f",)
        assert len(store.sightings("npm", "p499")) == 1


def test_a_full_disk_of_postgresql_is_not_said_to_be_out_of_reach(server: postgres.Server) -> None:
    full = "do $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$"
    with open_store(server.database()) as store:  # noqa: SIM117  # one line would be too long
        with pytest.raises(StoreGoneError, match="no room left for it: could not extend file"):
            store._database.run(full)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
def test_a_database_that_was_restarted_is_one_error_and_then_works_again(
    server: postgres.Server, how: signal.Signals
) -> None:
    with open_store(server.database()) as store:
        one = store.add("a", kind="git", now=NOW).id
        recorded(store, one, snapshot(1, held("x", component("pkg:npm/evil@1.0.0"))))
        server.stop(how)
        try:
            for _ in range(2):
                with pytest.raises(StoreGoneError, match="cannot be reached") as caught:
                    store.statistics()
                assert "try again" in str(caught.value)
        finally:
            server.start()
        recorded(store, one, snapshot(2, findings=[finding("f")]))
        assert len(store.sightings("npm", "evil")) == 1


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    where = tmp_path / "damaged.sqlite"
    with open_store(where) as store:
        one = store.add("a", kind="git", now=NOW).id
        recorded(store, one, snapshot(1, held("x", *(component(f"pkg:npm/p{i}@1.0.0") for i in range(2000)))))
        store.vacuum()
    data = bytearray(where.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    where.write_bytes(data)

    def read() -> None:
        with open_store(where) as store:
            store.inventory(one)

    with pytest.raises(StoreError, match="malformed") as caught:
        read()
    assert caught.value.hint is not None
    assert "docs/fleet.md" in caught.value.hint


def test_a_password_is_never_shown() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreGoneError) as caught:
        connect("postgresql://me:hush@127.0.0.1:1/fleet?password=hush")
    assert "hush" not in str(caught.value)
    assert "postgresql://127.0.0.1:1/fleet" in str(caught.value)


def test_a_database_that_libpq_finds_by_itself_is_named(
    server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = server.database().rpartition("%3D")[2]
    for name, value in (
        ("HOST", "127.0.0.1"), ("PORT", str(server.port)), ("USER", "pratique"), ("DATABASE", "postgres"),
        ("OPTIONS", f"-csearch_path={schema}"),
    ):  # fmt: skip
        monkeypatch.setenv(f"PG{name}", value)
    with open_store("postgresql://") as store:
        assert store.where == "postgresql://127.0.0.1/postgres"
