"""Whatever happens to targets, both databases say the same, which is what a model too simple to be wrong says."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.fleet.store import Store, open_store
from scanner.fleet.store.values import Question
from scanner.model.campaign import IndicatorType
from tests.factories import NOW, indicator
from tests.fleet import postgres
from tests.fleet.samples import DAY, component, finding, held, lease, snapshot

PACKAGES = [component(f"pkg:npm/{name}@{version}") for name in "ab" for version in ("1.0.0", "2.0.0")]
PATHS = ("x/lock", "y/lock")
State = dict[str, frozenset[int]]
"""Path → packages."""
Moment = tuple[int, State, frozenset[str], frozenset[str], bool]

moments = st.tuples(
    st.integers(0, 1),
    st.dictionaries(st.sampled_from(PATHS), st.frozensets(st.integers(0, 3), max_size=3)),
    st.frozensets(st.sampled_from("pq")),
    st.frozensets(st.sampled_from(PATHS), max_size=1),
    st.booleans(),
)
"""(target, what it holds, findings, paths that could not be read, whether the same is delivered twice)."""


@pytest.fixture(scope="module")
def stores(server: postgres.Server) -> Iterator[tuple[Store, Store]]:
    folder = Path(tempfile.mkdtemp())
    with open_store(folder / "fleet.sqlite") as one, open_store(server.database()) as two:
        yield one, two
    shutil.rmtree(folder)


class Model:
    """Every snapshot, in full."""

    def __init__(self) -> None:
        self.states: list[list[tuple[int, State]]] = [[], []]
        self.open: list[dict[str, int]] = [{}, {}]
        self.reopened: list[dict[str, int]] = [{}, {}]

    def record(self, day: int, target: int, holds: State, findings: frozenset[str], unread: frozenset[str]) -> None:
        before = self.states[target][-1][1] if self.states[target] else {}
        kept = {path: before[path] for path in unread if path in before and path not in holds}
        self.states[target].append((day, holds | kept))
        for id_ in sorted(findings):
            if id_ not in self.open[target]:
                known = id_ in self.reopened[target]
                self.reopened[target][id_] = self.reopened[target].get(id_, 0) + 1 if known else 0
                self.open[target][id_] = day
        for id_ in set(self.open[target]) - findings:
            if PATHS["pq".index(id_)] not in unread:
                del self.open[target][id_]

    def spans(self, package: int) -> list[tuple[int, str, int, int, int | None]]:
        """(target, path, first day, last day, day without)."""
        told: list[tuple[int, str, int, int, int | None]] = []
        for target, states in enumerate(self.states):
            for path in PATHS:
                first: int | None = None
                last = 0
                for day, state in states:
                    if package in state.get(path, ()):
                        first, last = (day if first is None else first), day
                    elif first is not None:
                        told.append((target, path, first, last, day))
                        first = None
                if first is not None:
                    told.append((target, path, first, last, None))
        return sorted(told, key=str)


@settings(max_examples=12)
@given(st.lists(moments, max_size=7))
def test_both_databases_agree_with_a_model(stores: tuple[Store, Store], history: list[Moment]) -> None:
    model = Model()
    targets = [[store.add(address, kind="git", now=NOW).id for address in "ab"] for store in stores]
    leases = [[lease(store, one) for one in ids] for store, ids in zip(stores, targets, strict=True)]
    for day, moment in enumerate(history, 1):
        target, holds, findings, unread, twice = moment
        unread -= holds.keys()
        taken = snapshot(
            day,
            *(held(path, *(PACKAGES[one] for one in sorted(packages))) for path, packages in holds.items()),
            findings=[finding(one, PATHS["pq".index(one)]) for one in sorted(findings)],
            unread=unread,
        )
        told = []
        for store, held_ in zip(stores, leases, strict=True):
            told.append(store.record(held_[target], taken))
            if twice:
                assert not store.record(held_[target], taken).new
        assert told[0] == told[1]
        model.record(day, target, holds, findings, unread)
    for store, ids in zip(stores, targets, strict=True):
        for number, package in enumerate(PACKAGES):
            asked = indicator(IndicatorType.PACKAGE, f"pkg:npm/{package.name}", versions=(package.version,))
            seen = store.sightings("npm", package.name, package.version)
            assert sorted(
                (
                    (ids.index(one.target), one.path, (one.first - NOW) // DAY, (one.last - NOW) // DAY,
                     None if one.gone is None else (one.gone - NOW) // DAY)
                    for one in seen
                ),
                key=str,
            ) == model.spans(number)  # fmt: skip
            assert tuple(hit.sighting for hit in store.retro_match([asked])) == seen
        for target, id_ in enumerate(ids):
            found = store.findings(Question(target=id_))
            assert {one.finding.id for one in found} == model.open[target].keys()
            assert all(one.reopened == model.reopened[target][one.finding.id] for one in found)
    for store, ids in zip(stores, targets, strict=True):
        for id_ in ids:
            store.remove(id_)
        store.keep(now=NOW, days=0)
        empty = store.statistics()
        assert (empty.snapshots, empty.sources, empty.components, empty.held, empty.spans) == (0, 0, 0, 0, 0)
