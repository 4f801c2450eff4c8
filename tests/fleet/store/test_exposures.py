"""What became known later, and whom it had hit: kept beside findings, counted once, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.exposures import Hit, Match, Seen
from scanner.model.campaign import Campaign
from scanner.model.finding import State
from tests.factories import NOW
from tests.fleet.samples import DAY, finding, held, recorded, snapshot
from tests.fleet.samples import component as part

WORM = Campaign(id="worm", name="Worm")
EVIL = "pkg:npm/evil@1.0.0"


def seen(target: int, *, first: int = 1, gone: int | None = 2, state: State = State.CERTAIN, **more: Any) -> Seen:
    last = NOW + DAY * first
    fields: dict[str, Any] = {"path": "package-lock.json", "package": EVIL} | more
    return Seen(
        target, version="1.0.0", state=state, reason="r", first=NOW + DAY * first, last=last,
        gone=None if gone is None else NOW + DAY * gone, **fields,
    )  # fmt: skip


def put(store: Store, *rows: Seen, source: str = "campaign", record: str = "worm", now: datetime = NOW) -> Any:
    return store.exposures.replace([Match(source, record, "Worm", "d", rows)], now=now)


@pytest.fixture
def three(store: Store) -> tuple[int, int, int]:
    """One has it and a finding of it, one had it before it was known, one holds it and was not looked at since."""
    ids = tuple(store.add(f"https://git.example.invalid/{name}", kind="git", now=NOW, owner="ann").id for name in "abc")
    clean, bad = held("package-lock.json"), held("package-lock.json", part(EVIL))
    recorded(store, ids[0], snapshot(1, bad), snapshot(3, bad, findings=[finding("f", campaign=WORM)]))
    recorded(store, ids[1], snapshot(1, bad), snapshot(2, clean))
    recorded(store, ids[2], snapshot(1, bad))
    return ids[0], ids[1], ids[2]


def test_who_has_or_had_it_is_counted_once(store: Store, three: tuple[int, int, int]) -> None:
    found, past, still = three
    (alone,) = store.campaigns()
    assert (alone.ever, alone.exposed, alone.before_known) == (1, 1, 0)
    rows = (seen(found, gone=None), seen(past), seen(still, gone=None, state=State.POSSIBLE))
    assert put(store, *rows, seen(past, state=State.POSSIBLE)) == (Hit("campaign", "worm", "Worm", 2, 1),)
    assert put(store, *rows) == ()
    (one,) = store.campaigns()
    assert (one.ever, one.exposed, one.before_known, one.open, one.first) == (3, 2, 2, 1, NOW + DAY)
    told = store.campaign("worm")
    assert told.outbreak == one
    assert [(e.target, e.certain, e.open, e.findings, e.packages, e.first, e.gone) for e in told.exposures] == [
        (found, True, 1, 1, (EVIL,), NOW + DAY, None),
        (past, True, 0, 0, (EVIL,), NOW + DAY, NOW + 2 * DAY),
        (still, False, 0, 0, (EVIL,), NOW + DAY, None),
    ]
    assert [e.target for e in store.campaign("worm", after=found, limit=1).exposures] == [past]
    reached = store.exposures.reached()
    assert (reached.targets, reached.campaigns, reached.newest) == (2, 1, Hit("campaign", "worm", "Worm", 2, 1))
    # An advisory that says the same of the same package is no further exposure.
    assert put(store, seen(past), source="advisory", record="MAL-1") == ()
    assert store.exposures.reached() == reached
    put(store)  # its indicators were wrong
    assert store.campaigns() == (alone,)
    assert store.exposures.reached().of_campaigns == 0
    assert store.exposures.reached().targets == 1  # as the advisory has it
    with pytest.raises(UsageError, match="nothing was ever found"):
        store.campaign("other")


def test_they_outlive_the_past_and_go_with_the_target(store: Store, three: tuple[int, int, int]) -> None:
    _, past, _ = three
    put(store, seen(past), seen(past, first=4, gone=5))
    recorded(store, past, snapshot(9, held("package-lock.json")))
    assert store.keep(now=NOW + 20 * DAY, snapshots=1).spans
    assert store.sightings("npm", "evil", "1.0.0")[0].target != past
    assert put(store) == ()  # matched again: nobody can say any more that it was not so
    assert [(one.first, one.gone) for one in store.campaign("worm", after=past - 1).exposures] == [
        (NOW + DAY, NOW + 5 * DAY)
    ]
    put(store, seen(past, first=5, gone=None))  # what is left of a longer past
    assert store.campaign("worm", after=past - 1).exposures[0].first == NOW + DAY
    store.remove(past)
    assert [one.target for one in store.campaign("worm").exposures] == [three[0]]
    put(store, seen(past))  # removed while it was matched
    assert store.exposures.reached().targets == 0


def test_people_are_told_once_and_not_of_what_a_look_finds(store: Store, three: tuple[int, int, int]) -> None:
    found, past, still = three
    put(store, seen(found), seen(past), seen(still, gone=None))
    put(store, seen(past), source="advisory", record="MAL-1")
    (one,) = store.exposures.untold(limit=9)
    assert (one.target, one.record, one.name, one.owner, one.certain, one.gone) == (
        past, "worm", "Worm", "ann", True, True,
    )  # fmt: skip
    assert [store.exposures.note(one), store.exposures.note(one)] == [True, False]
    put(store, seen(past), seen(past, path="other/package-lock.json"), seen(still, gone=None))
    assert store.exposures.untold(limit=9) == ()
    lease = store.lease(still, "me", until=NOW + 3000 * DAY, now=NOW + 2500 * DAY)
    assert lease is not None
    store.failed(lease, "no such host", again=NOW)
    assert [one.target for one in store.exposures.untold(limit=9)] == [still]  # nobody else will tell


def test_what_was_there_still_is_asked_again_after_the_next_look(store: Store, three: tuple[int, int, int]) -> None:
    _, past, still = three
    put(store, seen(still, gone=None), seen(past))
    assert store.exposures.moved() == frozenset()
    recorded(store, still, snapshot(4, held("package-lock.json")))
    assert store.exposures.moved() == {("campaign", "worm")}
    assert store.exposures.matched() == {("campaign", "worm"): "d"}


def test_a_chore_of_a_dead_holder_is_taken_at_once(store: Store) -> None:
    hour = timedelta(hours=1)
    assert store.take_chore("past", until=NOW + hour, now=NOW, holder="me:1") is not None
    assert store.take_chore("past", until=NOW + hour, now=NOW, dead=lambda one: one == "me:2") is None
    token = store.take_chore("past", until=NOW + hour, now=NOW, holder="me:2", dead=lambda one: one == "me:1")
    assert token is not None
    store.end_chore("past", token, again=NOW + hour)
    assert store.take_chore("past", until=NOW + hour, now=NOW, dead=lambda _: True) is None  # nobody's: not yet time
