"""What a decision does to a finding: until its day, while the finding is no surer, and as it is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.values import Decision, Question, after
from scanner.model.finding import State, Suppression
from scanner.model.ruling import Ruling
from tests.factories import NOW
from tests.fleet.samples import DAY, finding, recorded, snapshot


def decision(target: int, id_: str, what: str, expires: datetime | None = None) -> Decision:
    return Decision(target=target, finding=id_, at=NOW, by="ann", what=what, reason="ours", expires=expires)


def silenced(store: Store, now: datetime) -> list[str]:
    """Those that are silenced, as SQL says it and as the value says it."""
    by_value = [one.finding.id for one in store.findings(Question()) if one.at(now).suppressed is not None]
    assert [one.finding.id for one in store.findings(Question(silenced=True, now=now))] == by_value
    assert store.count(Question(silenced=False, now=now)) == store.count(Question()) - len(by_value)
    return by_value


def test_a_decision_silences_until_its_day_is_over(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW).id
    recorded(store, one, snapshot(1, findings=[finding(str(word)) for word in Ruling] + [finding("endless")]))
    end = after((NOW + 3 * DAY).date())
    for word in Ruling:
        store.decide(decision(one, word, word, end))
    store.decide(decision(one, "endless", Ruling.ACCEPTED))
    silent = sorted(word for word in Ruling if word.silences)
    assert silent == ["accepted", "false-positive", "not-affected"]
    assert silenced(store, end - timedelta(microseconds=1)) == silent
    assert silenced(store, end) == []
    (told,) = [one.at(NOW) for one in store.findings(Question()) if one.finding.id == "accepted"]
    assert told.suppressed is not None
    assert (told.suppressed.expires, told.suppressed.by) == ((NOW + 3 * DAY).date().isoformat(), "ann")
    assert not told.weighed
    (over,) = [one for one in store.findings(Question()) if one.finding.id == "accepted"]
    assert (over.expired(NOW), over.expired(end), over.decided(NOW), over.decided(end)) == (False, True, True, False)
    assert store.count(Question(decided=True, now=NOW)) == len(Ruling)  # one is withdrawn, one has no end
    assert store.count(Question(decided=True, now=end)) == 1
    with pytest.raises(UsageError, match="moment"):
        store.count(Question(silenced=True))


def test_what_has_become_surer_counts_again(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW).id
    recorded(store, one, snapshot(1, findings=[finding("x", state=State.POSSIBLE)]))
    store.decide(decision(one, "x", Ruling.ACCEPTED, NOW + 99 * DAY))
    assert silenced(store, NOW) == ["x"]
    recorded(store, one, snapshot(2, findings=[finding("x", state=State.CERTAIN)]))
    assert silenced(store, NOW) == []
    recorded(store, one, snapshot(3, findings=[finding("x", state=State.NEAR_MISS)]))
    assert silenced(store, NOW) == ["x"]


def test_what_a_policy_or_a_statement_sets_aside_ends_by_itself(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW).id
    stated = finding("vex", suppressed=Suppression(reason="not there", expires=""))
    ruled = finding("policy", suppressed=Suppression(reason="tests", expires="2026-12-31", by="bob"))
    recorded(store, one, snapshot(1, findings=[stated, ruled, finding("x")]))
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    assert silenced(store, new_year - timedelta(seconds=1)) == ["policy", "vex"]
    assert silenced(store, new_year) == ["vex"]
    assert [f.finding.id for f in store.findings(Question(package="pkg:npm/evil@1.0.0"))] == ["policy", "vex", "x"]
    assert store.findings(Question(package="pkg:npm/evil")) == ()
    recorded(store, one, snapshot(2, findings=[finding("vex"), ruled, finding("x")]))
    assert silenced(store, NOW) == ["policy"]
