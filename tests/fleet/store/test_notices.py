"""Who was told of what: each thing once, by one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from scanner.fleet.store import StaleLeaseError, Store
from scanner.fleet.store.notices import Claim, Entry, Notice
from tests.factories import NOW
from tests.fleet.samples import DAY, finding, recorded, snapshot

TEAM = ("soc", "web")


def add(store: Store, *marks: str, day: int = 0, target: int = 1) -> None:
    entries = [Entry(mark, target, mark.encode()) for mark in marks]
    with store.notices.writing():
        store.notices.add(
            TEAM, "compromise", "worm", b"about", entries, now=NOW + day * DAY, grown_after=NOW + (day - 7) * DAY
        )


def claimed(store: Store, *, after: timedelta = timedelta(), dead: bool = False) -> Claim | None:
    now = NOW + after
    return store.notices.claim("soc", "me:1", until=now + DAY, now=now, dead=lambda _: dead)


def waiting(store: Store) -> Notice:
    (one,) = store.notices.pending("soc")
    return one


def test_a_target_has_moved_until_it_is_noted_once(opened: Callable[[], Store]) -> None:
    store, other = opened(), opened()
    one = store.add("a", kind="git", now=NOW).id
    failing = store.add("b", kind="git", now=NOW).id
    recorded(store, one, snapshot(1, findings=[finding("f")]))
    held = store.lease(failing, "me", until=NOW, now=NOW)
    assert held is not None
    store.failed(held, "no such host", again=NOW)
    (moved,) = store.notices.moved(failing_after=2)
    assert (moved.target, moved.number, moved.told, moved.verdict, moved.failing) == (one, 1, None, None, False)
    seen = store.notices.moved(failing_after=1)
    assert [each.target for each in seen] == [one, failing]
    same = other.notices.moved(failing_after=1)
    with store.notices.writing():
        assert store.notices.note(seen[0], verdict="clear", failing=False)
        assert store.notices.note(seen[1], verdict=None, failing=True)
    with other.notices.writing():
        assert not other.notices.note(same[0], verdict="clear", failing=False)
    assert store.notices.moved(failing_after=1) == ()
    recorded(store, failing, snapshot(1))
    recorded(store, one, snapshot(2))
    moved, back = store.notices.moved(failing_after=1)
    assert (moved.told, moved.taken, moved.verdict) == (NOW + DAY, NOW + 2 * DAY, "clear")
    assert back.failing
    with store.notices.writing():
        assert store.notices.note(moved, verdict="clear", failing=False)
        assert not store.notices.note(moved, verdict="clear", failing=False)
    store.remove(failing)  # SQLite gives its number to the next
    again = store.add("c", kind="git", now=NOW).id
    recorded(store, again, snapshot(1))
    assert {each.target: each.told for each in store.notices.moved(failing_after=1)}[again] is None


def test_an_incident_grows_and_ends(store: Store) -> None:
    add(store, "x", "y")
    add(store, "y", "z", target=2)
    one = waiting(store)
    assert (one.items, one.told, one.opened) == (3, 0, NOW)
    assert store.notices.untold(one) == (b"x", b"y", b"z")
    assert store.notices.reach(one) == (2, 2)
    claim = claimed(store)
    assert claim is not None
    store.notices.begin(claim, [one], "m", until=NOW)
    assert waiting(store).trying == "m"
    store.notices.sent(claim, [one], reference="12", now=NOW)
    assert store.notices.pending("soc") == ()
    assert store.notices.waiting() == ()
    add(store, "v", day=6, target=2)
    add(store, "w", day=12, target=3)
    two = waiting(store)
    assert (two.id, two.told, two.sent, two.reference, two.trying) == (one.id, 3, 1, "12", None)
    assert store.notices.untold(two) == (b"v", b"w")
    assert store.notices.reach(two) == (1, 3)
    add(store, "x", day=20)  # nothing came for a week: it is another incident
    assert [(each.id == one.id, each.items) for each in store.notices.pending("soc")] == [(True, 5), (False, 1)]
    store.notices.forget(before=NOW + 100 * DAY)
    assert len(store.notices.pending("soc")) == 2  # what nobody was told of is never forgotten


def test_one_process_at_a_time_sends_by_a_channel(store: Store) -> None:
    add(store, "x")
    first = claimed(store)
    assert first is not None
    assert claimed(store) is None
    second = claimed(store, dead=True)
    assert second is not None
    with pytest.raises(StaleLeaseError):
        store.notices.sent(first, [waiting(store)], reference=None, now=NOW)
    store.notices.failed(second, [waiting(store)], "no connection")
    hour = timedelta(hours=1)
    store.notices.release(second, now=NOW, failure="no connection", again=NOW + hour)
    (state,) = store.notices.channels()
    assert (state.failures, state.failure, state.since, state.waiting) == (1, "no connection", NOW, 1)
    assert claimed(store) is None
    third = claimed(store, after=hour)
    assert third is not None
    assert (third.failures, third.since) == (1, NOW)
    store.notices.sent(third, [waiting(store)], reference=None, now=NOW + hour)
    store.notices.release(third, now=NOW + hour)
    (state,) = store.notices.channels()
    assert (state.failures, state.failure, state.since, state.waiting, state.sent_at) == (0, None, None, 0, NOW + hour)


def test_a_feed_is_noted_by_the_first(store: Store) -> None:
    notices = store.notices
    with notices.writing():
        assert notices.note_feed("osv/npm", "stale", None)
        assert not notices.note_feed("osv/npm", "stale", None)
        assert notices.feeds() == {"osv/npm": "stale"}
        assert notices.note_feed("osv/npm", "missing", "stale")
        assert not notices.note_feed("osv/npm", None, "stale")
        assert notices.note_feed("osv/npm", None, "missing")
    assert notices.feeds() == {}
