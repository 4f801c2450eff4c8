"""Tokens, sessions and the audit log, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.people import Session
from tests.factories import NOW

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
A, B = b"a" * 32, b"b" * 32


def test_a_token_counts_until_it_expires_or_is_revoked(store: Store) -> None:
    people = store.people
    people.add_token("ann", "admin", A, now=NOW, expires=None)
    people.add_token("ci", "viewer", B, now=NOW, expires=NOW + HOUR)
    with pytest.raises(UsageError, match="'ann' has a token already"):
        people.add_token("ann", "viewer", b"c" * 32, now=NOW, expires=None)
    found = people.token(A, now=NOW)
    assert found is not None
    assert (found.name, found.role) == ("ann", "admin")
    assert people.token(b"c" * 32, now=NOW) is None
    assert people.token(B, now=NOW + HOUR - SECOND) is not None
    assert people.token(B, now=NOW + HOUR) is None
    people.revoke("ann", now=NOW + SECOND)
    assert people.token(A, now=NOW + SECOND) is None
    with pytest.raises(UsageError, match="neither a token nor a session"):
        people.revoke("ann", now=NOW + SECOND)
    people.add_token("ann", "viewer", b"d" * 32, now=NOW, expires=None)  # the name is free again
    assert [(one.name, one.revoked) for one in people.tokens()] == [
        ("ann", NOW + SECOND), ("ann", None), ("ci", None),
    ]  # fmt: skip


def test_last_use_is_noted_once_a_minute(store: Store) -> None:
    people = store.people
    people.add_token("ann", "admin", A, now=NOW, expires=None)
    assert people.tokens()[0].used is None
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
        people.token(A, now=NOW + seconds * SECOND)
        assert people.tokens()[0].used == NOW + noted * SECOND


def session(store: Store, minutes: int) -> Session | None:
    return store.people.session(A, now=NOW + timedelta(minutes=minutes), idle=HOUR)


def test_a_session_ends_when_nobody_uses_it_and_after_its_time(store: Store) -> None:
    ann = Session(name="ann", role="triager", how="oidc")
    store.people.begin(A, ann, token=None, now=NOW, ends=NOW + 3 * HOUR)
    assert session(store, 59) == ann
    assert session(store, 118) == ann  # used a minute short of an hour ago
    assert session(store, 178) is None  # an hour ago
    assert session(store, 177) == ann
    assert session(store, 180) is None  # its time is over, used or not
    store.people.end(A)
    assert session(store, 1) is None


def test_a_session_is_worth_what_its_token_is_worth(store: Store) -> None:
    people = store.people
    people.add_token("ann", "triager", B, now=NOW, expires=NOW + HOUR)
    token = people.token(B, now=NOW)
    assert token is not None
    people.begin(A, Session(name="ann", role="admin", how="token"), token=token.id, now=NOW, ends=NOW + 9 * HOUR)
    assert session(store, 10) == Session(name="ann", role="triager", how="token")
    assert session(store, 60) is None  # the token has expired
    people.revoke("ann", now=NOW)
    assert session(store, 10) is None


def test_whoever_came_without_a_token_is_put_out_by_name(store: Store) -> None:
    store.people.begin(A, Session(name="eve@x", role="admin", how="oidc"), token=None, now=NOW, ends=NOW + HOUR)
    store.people.revoke("eve@x", now=NOW)
    assert session(store, 1) is None


def test_sessions_that_are_over_are_forgotten(store: Store) -> None:
    eve = Session(name="eve", role="admin", how="oidc")
    store.people.begin(A, eve, token=None, now=NOW, ends=NOW + HOUR)
    store.people.begin(B, eve, token=None, now=NOW + HOUR, ends=NOW + 2 * HOUR)
    assert store.people.session(A, now=NOW, idle=HOUR) is None  # not even for a clock that goes wrong
    assert store.people.session(B, now=NOW + HOUR, idle=HOUR) == eve


def test_the_audit_log_tells_the_newest_first_and_takes_any_text(store: Store) -> None:
    for number in range(5):
        store.note(at=NOW + number * HOUR, who="ann", how="oidc", what="decided", target=f"{number}/f", address="::1")
    store.note(at=NOW, who="e\0\ud800" + "x" * 5_000, how="bearer", what="refused", detail="no such token")
    told = store.audit()
    assert [one.target for one in told] == [None, "4/f", "3/f", "2/f", "1/f", "0/f"]
    assert len(told[0].who.encode()) <= 1_000
    assert [one.target for one in store.audit(before=told[2].id, limit=2)] == ["2/f", "1/f"]
    assert [one.what for one in store.audit(what="refused")] == ["refused"]
    assert len(store.audit(who="ann", since=NOW + 3 * HOUR)) == 2
    assert (told[1].at, told[1].address, told[1].detail) == (NOW + 4 * HOUR, "::1", None)
