"""A store whose largest table was partitioned as docs/scale.md says is the same store."""

from __future__ import annotations

import re

import pytest

from scanner.fleet.store import open_store
from tests.conftest import ROOT
from tests.factories import NOW
from tests.fleet import postgres
from tests.fleet.samples import component, held, lease, recorded, snapshot

EVIL = component("pkg:npm/evil@1.0.0")


def statements(first: int) -> list[str]:
    """Those of the page, with partitions of one source each behind the first."""
    (text,) = re.findall(r"```sql\n(begin;.*?)```", (ROOT / "docs" / "scale.md").read_text("utf-8"), re.DOTALL)
    numbers = {"4000001": first, "4500001": first + 1}
    return [
        one.strip() for one in re.sub(r"\d{7}", lambda found: str(numbers[found[0]]), text).split(";") if one.strip()
    ]


def test_a_partitioned_store_answers_and_takes_as_before(server: postgres.Server) -> None:
    psycopg = pytest.importorskip("psycopg")
    where = server.database()
    with open_store(where) as store:
        targets = [store.add(str(number), kind="git", now=NOW).id for number in range(4)]
        sources = [held("package-lock.json", EVIL, component(f"pkg:npm/own@{one}")) for one in targets]
        for one, source in zip(targets[:2], sources[:2], strict=True):
            recorded(store, one, snapshot(1, source))
    with open_store(where) as store, psycopg.connect(where, autocommit=True) as connection:

        def rows() -> list[int]:
            """Of each partition."""
            counts = " union all ".join(f"select {number}, count(*) from held_{number}" for number in (1, 2, 3))
            return [count for _, count in connection.execute(f"{counts} order by 1").fetchall()]

        ((last,),) = connection.execute("select max(id) from source").fetchall()
        for statement in statements(last + 1):
            connection.execute(statement)
        later = zip(targets[2:], sources[2:], strict=True)
        store.record_all([(lease(store, one), snapshot(1, source)) for one, source in later])
        assert rows() == [4, 2, 2]
        assert [seen.target for seen in store.sightings("npm", "evil")] == targets
        assert [len(source.components or ()) for one in targets for source in store.inventory(one)] == [2, 2, 2, 2]
        store.remove(targets[0])
        swept = store.keep(now=NOW, days=1)
        assert (swept.sources, swept.components, rows()) == (1, 1, [2, 2, 2])
        store.vacuum()
