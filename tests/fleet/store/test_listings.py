"""What a listing names becomes targets: followed by its own ids, marked when gone, never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.fleet.store import Store, open_store
from scanner.fleet.store.listings import Changed, Listed
from scanner.fleet.store.values import Decision
from scanner.model.ruling import Ruling
from tests.factories import NOW
from tests.fleet.samples import DAY, component, finding, held, recorded, snapshot


def one(key: str, name: str, **fields: Any) -> Listed:
    return Listed(key=key, address=f"https://git.invalid/{name}", kind="git-url", **fields)


class Organisation:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.id = store.remember_listing("github:acme", how="{}", every=72_000).id
        self.days = 0

    def names(self, *listed: Listed, left_out: Mapping[str, str | None] | None = None) -> Changed:
        self.days += 1
        return self.store.take_listing(self.id, listed, left_out=left_out or {}, now=NOW + self.days * DAY)

    def addresses(self) -> dict[int, str]:
        return {target.id: target.address.rpartition("/")[2] for target in self.store.targets()}

    def gone(self) -> dict[str, str | None]:
        return {member.key: member.why for member in self.store.members() if member.gone is not None}


@pytest.fixture
def acme(store: Store) -> Organisation:
    return Organisation(store)


def test_what_is_listed_is_added_once(acme: Organisation, store: Store) -> None:
    web = one("1", "web", owner="team", every=3600, labels=frozenset(("go", "x\0y")))
    first = acme.names(web, one("2", "api"))
    assert [address for _, address in first.added] == ["https://git.invalid/web", "https://git.invalid/api"]
    assert acme.names(web, one("2", "api")) == Changed()
    target = store.target(1)
    assert (target.owner, target.every, target.labels) == ("team", 3600, frozenset(("go", "x\ufffdy")))
    assert [(member.listing, member.target, member.key) for member in store.members(targets=[2])] == [
        ("github:acme", 2, "2")
    ]
    assert store.listings()[0].checked == NOW + 2 * DAY


def test_the_renamed_are_followed_even_round_a_ring(acme: Organisation, store: Store) -> None:
    acme.names(one("1", "a"), one("2", "b"), one("3", "c"))
    recorded(store, 1, snapshot(1, held("x", component("pkg:npm/left@1.0.0"))))
    changed = acme.names(one("1", "b"), one("2", "c"), one("3", "a"))
    assert [(target, now.rpartition("/")[2]) for target, _, now in changed.renamed] == [(1, "b"), (2, "c"), (3, "a")]
    assert acme.addresses() == {1: "b", 2: "c", 3: "a"}
    assert store.sightings("npm", "left")[0].address == "https://git.invalid/b"
    assert (changed.added, changed.gone, acme.gone()) == ((), (), {})


def test_a_new_name_that_is_a_target_already_is_that_target(acme: Organisation, store: Store) -> None:
    acme.names(one("1", "old"))
    by_hand = store.add("https://git.invalid/new", kind="git-url", now=NOW)
    changed = acme.names(one("1", "new"))
    assert changed.merged == ((1, "https://git.invalid/old", by_hand.id, "https://git.invalid/new"),)
    assert acme.addresses() == {1: "old", 2: "new"}
    assert [member.target for member in store.members()] == [2]
    assert acme.names(one("1", "new")) == Changed()


def test_what_is_gone_is_marked_told_once_and_can_come_back(acme: Organisation, store: Store) -> None:
    acme.names(one("1", "a"), one("2", "b"), one("3", "c"), one("4", "d"))
    changed = acme.names(one("1", "a"), left_out={"2": "archived", "4": None})
    assert [(target, why) for target, _, why in changed.gone] == [(2, "archived"), (3, "it is listed no longer")]
    assert acme.gone() == {"2": "archived", "3": "it is listed no longer"}
    assert len(acme.addresses()) == 4
    assert acme.names(one("1", "a"), left_out={"4": None}).gone == ()
    back = acme.names(one("1", "a"), one("3", "c2"), one("4", "d"))
    assert (back.back, acme.gone()) == (((3, "https://git.invalid/c2"),), {"2": "archived"})


def test_what_somebody_removed_stays_away_until_it_is_asked_for(acme: Organisation, store: Store) -> None:
    acme.names(one("1", "a"), one("2", "b"))
    store.remove(1)
    assert acme.names(one("1", "a"), one("2", "b")).kept_out == 1
    acme.names(one("1", "a"))
    store.remove(2)  # gone already: it is forgotten
    again = acme.names(one("1", "a"), one("2", "b"))
    assert [address for _, address in again.added] == ["https://git.invalid/b"]
    store.remember_listing("github:acme", how="{}", every=None)
    assert [address for _, address in acme.names(one("1", "a")).added] == ["https://git.invalid/a"]


@pytest.mark.parametrize("how", ["made anew", "renamed", "back"])
def test_who_takes_the_name_of_another_is_not_silenced_as_that_was(acme: Organisation, store: Store, how: str) -> None:
    """Whoever deletes a repository and makes another one of its name gets its past, and none of its silence."""
    acme.names(one("1", "web"), one("9", "other"))
    recorded(store, 1, snapshot(1, findings=[finding("worm"), finding("seen")]))
    if how == "back":  # what was decided on the second one is not the first one's
        acme.names(one("2", "web"), one("9", "other"))
    far = NOW + 300 * DAY
    for id_, what in (("worm", Ruling.FALSE_POSITIVE), ("seen", Ruling.FIXING)):
        store.decide(Decision(target=1, finding=id_, at=NOW, by="ann", what=what, reason="r", expires=far))
    assert acme.names(one("2" if how == "back" else "1", "web"), one("9", "other")).replaced == ()
    if how == "renamed":
        acme.names(one("9", "other"))
    key = {"made anew": "2", "renamed": "9", "back": "1"}[how]
    changed = acme.names(one(key, "web"))
    assert changed.replaced == ((1, "https://git.invalid/web", 1),)
    worm, seen = (store.finding(1, id_) for id_ in ("worm", "seen"))
    assert (worm.at(NOW).suppressed, seen.decision) == (None, Ruling.FIXING)
    told = [(one.by, one.what) for one in store.decisions(finding="worm")]
    assert told == [("pratique", "withdrawn"), ("ann", "false-positive")]
    assert acme.names(one(key, "web")) == Changed()


def test_labels_and_owner_follow_the_listing_but_not_over_somebodys_word(acme: Organisation, store: Store) -> None:
    acme.names(one("1", "a", owner="x", labels=frozenset(("go", "web"))))
    store.label(1, add=["mine"])
    acme.names(one("1", "a", owner="y", labels=frozenset(("web", "new"))))
    assert (store.target(1).owner, store.target(1).labels) == ("y", frozenset(("mine", "web", "new")))
    store.change(1, owner="somebody", every=None)
    acme.names(one("1", "a", owner="z"))
    assert (store.target(1).owner, store.target(1).labels) == ("somebody", frozenset(("mine",)))


def test_a_failure_changes_nothing_and_a_listing_can_be_forgotten(acme: Organisation, store: Store) -> None:
    acme.names(one("1", "a"))
    store.listing_failed(acme.id, "no answer")
    assert (store.listings()[0].failure, acme.addresses()) == ("no answer", {1: "a"})
    acme.names(one("1", "a"))
    assert store.listings()[0].failure is None
    store.forget_listing("github:acme")
    assert (store.listings(), store.members(), acme.addresses()) == ((), (), {1: "a"})
    with pytest.raises(UsageError, match="no listing"):
        store.forget_listing("github:acme")


def test_two_that_ask_at_the_same_time_add_nothing_twice(where: str) -> None:
    with open_store(where) as store:
        id_ = store.remember_listing("github:acme", how="{}", every=None).id
    listed = [one(str(number), f"r{number}") for number in range(50)]

    def ask(_: int) -> int:
        with open_store(where) as store:
            return len(store.take_listing(id_, listed, left_out={}, now=NOW).added)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, range(4))) == [0, 0, 0, 50]


NIGHT = st.dictionaries(st.sampled_from("1234"), st.sampled_from("abcde"), max_size=4).filter(
    lambda night: len(set(night.values())) == len(night)
)


@example(nights=[({"1": "b", "2": "c", "3": "a"}, False), ({"1": "c", "2": "a"}, False)])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights=st.lists(st.tuples(NIGHT, st.booleans()), min_size=1, max_size=6))
def test_whatever_changes_its_name_everybody_listed_is_looked_at_where_it_is(
    nights: list[tuple[dict[str, str], bool]], tmp_path: Path
) -> None:
    file = tmp_path / "law.sqlite"
    file.unlink(missing_ok=True)
    with open_store(file) as store:
        acme = Organisation(store)
        removed: set[str] = set()
        for night, remove in nights:
            listed = [one(key, name) for key, name in night.items()]
            before = {target.id for target in store.targets()}
            acme.names(*listed)
            addresses = acme.addresses()
            assert before <= set(addresses)
            here = {member.key: addresses[member.target] for member in store.members() if member.gone is None}
            assert here == {key: name for key, name in night.items() if key not in removed}
            assert acme.names(*listed) == Changed(kept_out=len(removed & set(night)))
            if remove and here:
                key = min(here)
                target = next(member.target for member in store.members() if member.key == key)
                removed |= {m.key for m in store.members() if m.target == target and m.gone is None}
                store.remove(target)
