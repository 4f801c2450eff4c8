"""From every earlier shape of the tables to the newest, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.fleet.store import Store, StoreError, bodies, keys, migrations, open_store, told
from scanner.fleet.store.store import connect
from scanner.fleet.store.values import Question
from tests.factories import NOW
from tests.fleet import postgres
from tests.fleet.samples import component, finding

STEPS = range(1, len(migrations.STEPS))
"""Every earlier version."""


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that has no tables yet."""
    if request.param == "sqlite":
        return str(tmp_path / "fleet.sqlite")
    server: postgres.Server = request.getfixturevalue("server")
    return server.database()


def at_version(where: str, version: int) -> None:
    """A store as the program of that version made it, with one of everything in it."""
    database = connect(where)
    wanted = [migrations.statements(name, database.words) for name in migrations.STEPS[:version]]
    assert migrations.migrate(database, wanted) == (0, version)
    # By its own tables alone: what this program writes may need columns that came later.
    evil, taken = component("pkg:npm/evil@1.0.0"), keys.stamp(NOW)
    told_ = told.pack(finding("f"))
    with database.write():
        for table, row in (
            ("target", {"id": 1, "address": "a", "kind": "git", "added": taken, "number": 1, "checked": taken}),
            ("source", {"id": 1, "content": b"c", "reader": "npm/1"}),
            ("package", {"id": 1, "family": "npm", "name": "evil"}),
            ("component", {"id": 1, "ident": b"i", "package": 1, "version": "1.0.0", "body": bodies.body(evil)}),
            ("held", {"source": 1, "component": 1, "scope": 0}),
            ("span", {"target": 1, "path": "x", "source": 1, "first": taken}),
            (
                "finding",
                {
                    "target": 1,
                    "id": "f",
                    "class": "compromise",
                    "state": "certain",
                    "severity": 4,
                    "title": "t",
                    "path": "x",
                    "first": taken,
                    "body": told_,
                    "decision": "true",
                    "decided_by": "ann",
                    "decided_at": 1_000_000,
                    "reason": "seen",
                },
            ),
        ):
            database.fill(table, tuple(row), [tuple(row.values())])
        if version > 1:
            decision = {
                "target": 1,
                "finding": "f",
                "at": 1_000_000,
                "decided_by": "ann",
                "what": "true",
                "reason": "seen",
            }
            database.fill("decision", tuple(decision), [tuple(decision.values())])
    database.close()


def test_the_steps_are_all_files_of_the_folder_in_order() -> None:
    folder = Path(migrations.__file__).parent / "schema"
    assert sorted(path.name for path in folder.glob("0*.sql")) == list(migrations.STEPS)


@pytest.mark.parametrize("version", STEPS)
def test_an_earlier_store_is_brought_up_to_date_with_all_that_is_in_it(where: str, version: int) -> None:
    at_version(where, version)
    with open_store(where) as store:
        assert len(store.sightings("npm", "evil")) == 1
        assert store.findings(Question())[0].decision == "true"
        (decision,) = store.decisions()
        assert (decision.by, decision.what, decision.reason, decision.at.year) == ("ann", "true", "seen", 1970)
    with open_store(where) as store:  # and once more: nothing is left to do
        assert len(store.decisions()) == 1


@pytest.mark.parametrize("version", STEPS)
def test_a_migrated_store_has_the_shape_of_a_new_one(where: str, version: int, tmp_path: Path) -> None:
    if "://" in where:
        pytest.skip("SQLite tells its shape as text; the statements are the same")
    at_version(where, version)
    open_store(where).close()
    new = str(tmp_path / "new.sqlite")
    open_store(new).close()
    shape = "select type, name, sql from sqlite_master order by type, name"
    old_, new_ = connect(where), connect(new)
    assert old_.rows(shape) == new_.rows(shape)
    old_.close()
    new_.close()


def test_a_step_that_fails_leaves_the_store_as_it_was(where: str) -> None:
    at_version(where, 1)
    database = connect(where)
    before = database.tables()
    steps = [migrations.statements(name, database.words) for name in migrations.STEPS]
    broken = [*steps, ("create table further (id integer)", "insert into nowhere values (1)")]
    with pytest.raises(StoreError, match="nowhere"):
        migrations.migrate(database, broken)
    assert database.tables() == before
    assert migrations.migrate(database, steps) == (1, len(steps))
    database.close()


def test_a_store_of_a_newer_program_is_refused(where: str) -> None:
    database = connect(where)
    steps = [migrations.statements(name, database.words) for name in migrations.STEPS]
    migrations.migrate(database, [*steps, ("create table further (id integer)",)])
    database.close()
    with pytest.raises(StoreError, match="newer pratique") as caught:
        open_store(where)
    assert caught.value.hint is not None
    assert "update pratique" in caught.value.hint


def test_anothers_database_is_refused(where: str) -> None:
    database = connect(where)
    with database.write():
        database.run("create table target (id integer)")
    database.close()
    with pytest.raises(StoreError, match="no store of pratique"):
        open_store(where)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fleet.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="not a database"):
        open_store(tmp_path / "fleet.sqlite")


def test_two_may_open_an_empty_store_at_once(opened: Callable[[], Store]) -> None:
    one, two = opened(), opened()
    assert one.statistics().targets == two.statistics().targets == 0


def test_a_line_of_one_database_is_none_of_the_other() -> None:
    text = "-- {what} is this;\ncreate table a (id {int});\n{postgres}drop\n{postgres}index b;\n"
    assert migrations.split(text, {"int": "bigint", "postgres": ""}) == ("create table a (id bigint)", "drop\nindex b")
    assert migrations.split(text, {"int": "integer", "postgres": "--"}) == ("create table a (id integer)",)
