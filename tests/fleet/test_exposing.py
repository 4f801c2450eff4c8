"""A campaign that becomes known finds by itself whom it had hit, on both databases: once, and whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from scanner.fleet.store import Store, StoreError
from scanner.fleet.store.exposures import Exposures, Match
from scanner.model.campaign import Campaign, Indicator, IndicatorType
from scanner.pipeline import added, rulebook
from scanner.pipeline.fleet import exposing
from scanner.pipeline.fleet.exposing import Past
from scanner.pipeline.fleet.workers import chores
from scanner.pipeline.fleet.workers.chores import Chore
from scanner.pipeline.fleet.workers.log import Log
from scanner.pipeline.fleet.workers.messages import Chored
from tests import factories
from tests.factories import NOW, advisory
from tests.fleet.conftest import on_sqlite
from tests.fleet.samples import DAY, component, held, recorded, snapshot
from tests.fleet.test_worker_parts import planned

AXIOS, EVIL = component("pkg:npm/axios@1.14.1"), component("pkg:npm/evil@1.0.0")
OURS = "axios-unc1069-2026-03"


@pytest.fixture
def intel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Intelligence with one campaign of ours: to match all of them takes longer than all that is tested here."""
    ours, rules = rulebook.directory(), tmp_path / "rules"
    (rules / "campaigns").mkdir(parents=True)
    for name in ("actors.toml", f"campaigns/{OURS}.toml"):
        (rules / name).write_bytes((ours / name).read_bytes())
    monkeypatch.setattr(rulebook, "directory", lambda: rules)
    return tmp_path / "intel"


def asked(store: Store, intel: Path, name: str, days: int = 9) -> Past:
    return exposing.rematch_new(
        store, intel, intelligence=name, now=NOW + days * DAY, environ={}, home=intel
    )  # fmt: skip


def list_of(intel: Path, *packages: str, versions: tuple[str, ...] = ("1.0.0",)) -> None:
    found = tuple(
        Indicator(type=IndicatorType.PACKAGE, value=f"pkg:npm/{one}", campaign="theirs", versions=versions)
        for one in packages
    )
    added.store(Campaign(id="theirs", name="A list", indicators=found), intel, source="tests", now=NOW)


def hits(past: Past) -> list[tuple[str, str, int, int]]:
    return [(one.source, one.record, one.targets, one.certain) for one in past.hits]


@pytest.fixture
def one(store: Store) -> int:
    """A target that held axios 1.14.1 and evil once, and is clean."""
    id_ = store.add("https://git.example.invalid/shop", kind="git", now=NOW, owner="team").id
    recorded(store, id_, snapshot(1, held("package-lock.json", AXIOS, EVIL)), snapshot(2, held("package-lock.json")))
    return id_


def test_what_becomes_known_finds_whom_it_had_hit_and_says_so_once(store: Store, one: int, intel: Path) -> None:
    assert store.campaigns() == ()
    first = asked(store, intel, "monday")
    assert (hits(first), first.status) == ([("campaign", OURS, 1, 1)], 1)
    (told,) = store.campaign(OURS).exposures
    assert (told.target, told.packages, told.first, told.last, told.gone, told.findings) == (
        one, ("pkg:npm/axios@1.14.1",), NOW + DAY, NOW + DAY, NOW + 2 * DAY, 0,
    )  # fmt: skip
    assert asked(store, intel, "monday") == Past()
    list_of(intel, "evil")
    tuesday = asked(store, intel, "tuesday")
    assert (hits(tuesday), tuesday.matched) == ([("list", "theirs", 1, 1)], 1)  # the list alone was matched
    assert [one.campaign for one in store.campaigns()] == [OURS, "theirs"]
    list_of(intel, "evil", versions=("2.0.0",))  # it had the wrong version
    wednesday = asked(store, intel, "wednesday")
    assert (wednesday.hits, wednesday.matched, wednesday.status) == ((), 1, 0)
    assert [one.campaign for one in store.campaigns()] == [OURS]
    assert asked(store, intel, "thursday") == Past()


def test_advisories_too_and_what_they_take_back(
    store: Store, one: int, intel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del one
    factories.knowledge(intel, [advisory("MAL-1", "evil"), advisory("MAL-2", "axios", versions=("1.14.1",))])
    first = asked(store, intel, "monday")
    # What the campaign says already is no further news.
    assert hits(first) == [("campaign", OURS, 1, 1), ("advisory", "MAL-1", 1, 1)]
    assert store.exposures.reached().records == 2
    monkeypatch.setattr(factories, "NOW", NOW + DAY)  # fetched a day later
    factories.knowledge(intel, [advisory("MAL-1", "evil", versions=("2.0.0",)), advisory("MAL-3", "new")])
    assert hits(asked(store, intel, "tuesday")) == []
    # MAL-2 is in no feed any more: what it struck is not taken back.
    assert store.exposures.records("advisory") == {"MAL-2"}


@on_sqlite
def test_of_a_host_that_nobody_knows_it_is_possible_only(store: Store, intel: Path) -> None:
    id_ = store.add("a", kind="git", now=NOW).id
    ours = component("pkg:npm/axios@1.14.1", source_url="https://npm.corp.invalid/axios/-/axios-1.14.1.tgz")
    recorded(store, id_, snapshot(1, held("package-lock.json", ours)), snapshot(2, held("package-lock.json")))
    assert hits(asked(store, intel, "monday")) == [("campaign", OURS, 1, 0)]
    assert not store.campaign(OURS).exposures[0].certain


def test_what_was_there_still_is_followed_until_it_goes(store: Store, intel: Path) -> None:
    id_ = store.add("a", kind="git", now=NOW).id
    recorded(store, id_, snapshot(1, held("package-lock.json", AXIOS)))
    assert asked(store, intel, "monday").status == 1
    assert store.campaigns()[0].exposed == 1
    recorded(store, id_, snapshot(3, held("package-lock.json")))
    assert asked(store, intel, "monday").status == 0
    (told,) = store.campaign(OURS).exposures
    assert (told.last, told.gone, store.campaigns()[0].exposed) == (NOW + DAY, NOW + 3 * DAY, 0)
    assert asked(store, intel, "monday") == Past()


@on_sqlite
def test_a_list_that_is_taken_away_takes_nothing_back_and_is_followed_no_longer(store: Store, intel: Path) -> None:
    id_ = store.add("a", kind="git", now=NOW).id
    recorded(store, id_, snapshot(1, held("package-lock.json", EVIL)))
    list_of(intel, "evil")
    assert hits(asked(store, intel, "monday")) == [("list", "theirs", 1, 1)]
    added.remove(intel, "theirs")
    recorded(store, id_, snapshot(3, held("package-lock.json")))
    assert (asked(store, intel, "tuesday").status, store.exposures.moved()) == (0, frozenset())
    (told,) = store.campaign("theirs").exposures
    assert (told.first, told.gone) == (NOW + DAY, NOW + DAY)


@on_sqlite
def test_what_fails_in_the_middle_is_asked_anew(
    store: Store, one: int, intel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def full(*_: object) -> bool:
            raise StoreError("the disk is full")

        patch.setattr(Exposures, "_replaced", full)
        with pytest.raises(StoreError):
            asked(store, intel, "monday")
    assert store.exposures.matched() == {}
    assert store.take_chore("past", until=NOW + 10 * DAY, now=NOW + 9 * DAY, holder="elsewhere:1") is not None
    assert asked(store, intel, "monday") == Past(held=True)
    again = asked(store, intel, "monday", days=10)
    assert [hit.targets for hit in again.hits] == [1]
    (intel / "added" / "campaigns").mkdir(parents=True)
    (intel / "added" / "campaigns" / "broken.sqlite").write_bytes(b"no list")
    assert asked(store, intel, "tuesday", days=11).status == 3
    assert [found.target for found in store.campaign(OURS).exposures] == [one]


@on_sqlite
def test_a_worker_asks_once_looks_are_at_what_it_knows(
    where: str,
    store: Store,
    one: int,
    intel: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del one
    plan = planned(where, intel)
    old = msgspec.structs.replace(plan.settings, intelligence="sunday")
    doing = chores._Doing(msgspec.structs.replace(plan, settings=old), Log("me", machine=True))
    assert (doing.do(Chore.PAST), store.exposures.matched()) == (Chored(), {})  # the last look knew something else
    doing = chores._Doing(plan, Log("me", machine=True))
    assert (doing.do(Chore.PAST), doing.do(Chore.PAST)) == (Chored(exposed=1), Chored())
    (said,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (said["event"], said["record"], said["targets"]) == ("exposed", OURS, 1)
    store.exposures.replace([Match("intelligence", "", "", "older", ())], now=NOW)

    def full(*_: object, now: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Exposures, "replace", full)
    assert doing.do(Chore.PAST) == Chored(not_matched=1)
    assert json.loads(capsys.readouterr().err)["event"] == "out of reach"
