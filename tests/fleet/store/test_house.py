"""Targets, leases, decisions, retention, counts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from scanner.errors import UsageError
from scanner.fleet.store import StaleLeaseError, Store
from scanner.fleet.store.values import Decision, Question, Why
from scanner.model.finding import FindingClass, Severity
from tests.factories import NOW
from tests.fleet.samples import DAY, component, finding, held, lease, recorded, snapshot

AXIOS, LEFT = component("pkg:npm/axios@1.14.1"), component("pkg:npm/left@1.0.0")
A_DAY = 86_400


def test_targets_are_added_found_changed_and_forgotten(store: Store) -> None:
    one = store.add("https://git.example.invalid/A_b", kind="git", now=NOW, owner="ann", every=A_DAY, labels=["web"])
    again = store.add("https://git.example.invalid/A_b", kind="folder", now=NOW + DAY, labels=["pci"])
    other = store.add("/srv/sbom", kind="sbom", now=NOW)
    assert again == store.target(one.id)
    assert (again.kind, again.owner, again.every, again.labels, again.added) == (
        "git", "ann", A_DAY, frozenset(("web", "pci")), NOW,
    )  # fmt: skip
    assert store.label(one.id, add=["new"], remove=["web"]).labels == {"pci", "new"}
    assert [t.id for t in store.targets(label="pci")] == [one.id]
    assert [t.id for t in store.targets(owner="ann")] == [one.id]
    assert [t.id for t in store.targets(address="a_B")] == [one.id]
    assert store.targets(address="a%b") == ()
    assert [t.id for t in store.targets()] == [one.id, other.id]
    assert [t.id for t in store.targets(after=one.id)] == [other.id]
    assert store.change(one.id, owner="bob", every=None).owner == "bob"
    assert (store.change(one.id, every=A_DAY).owner, store.change(one.id).every) == ("bob", A_DAY)
    assert store.change(one.id, owner="bob", every=None).every is None
    store.remove(one.id)
    with pytest.raises(UsageError, match="no target"):
        store.target(one.id)
    with pytest.raises(UsageError, match="no target"):
        store.lease(one.id, "me", until=NOW, now=NOW)


def test_what_is_due_and_why(store: Store) -> None:
    never, seen, by_hand, taken = (
        store.add(address, kind="git", now=NOW, every=None if address == "c" else A_DAY).id for address in "abcd"
    )
    store.release(lease(store, by_hand))
    recorded(store, seen, snapshot(0))
    store.release(lease(store, seen))

    def due(hours: int, intelligence: str = "monday") -> list[tuple[int, Why]]:
        found = store.due(now=NOW + timedelta(hours=hours), intelligence=intelligence)
        return [(one.target.id, one.why) for one in found]

    held_ = store.lease(taken, "me", until=NOW + timedelta(hours=2), now=NOW)
    assert held_ is not None
    assert due(1) == [(never, Why.NEW)]
    assert due(1, "tuesday") == [(never, Why.NEW), (seen, Why.INTELLIGENCE)]
    assert due(3) == [(never, Why.NEW), (taken, Why.NEW)]  # its worker has been silent for too long
    assert due(24) == [(never, Why.NEW), (taken, Why.NEW), (seen, Why.TIME)]
    assert store.failed(held_, "no such host", again=NOW + timedelta(hours=30)) == 1
    assert due(24) == [(never, Why.NEW), (seen, Why.TIME)]
    assert (store.target(taken).failure, store.target(taken).failures) == ("no such host", 1)
    recorded(store, taken, snapshot(0))
    assert (store.target(taken).failure, store.target(taken).failures) == (None, 0)


def test_a_lease_can_be_held_for_longer(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW).id
    mine = store.lease(one, "me", until=NOW + DAY, now=NOW)
    assert mine is not None
    store.renew(mine, until=NOW + 3 * DAY)
    assert store.lease(one, "you", until=NOW + 9 * DAY, now=NOW + 2 * DAY) is None
    assert store.record(mine, snapshot(1)).new


def test_who_looks_at_a_forgotten_target_records_nothing_of_its_number(store: Store) -> None:
    """SQLite gives the number of the last one to the next."""
    old = store.add("a", kind="git", now=NOW).id
    late = lease(store, old)
    store.remove(old)
    new = store.add("b", kind="git", now=NOW + DAY).id
    assert store.lease(new, "you", until=NOW + DAY, now=NOW) is not None
    with pytest.raises(StaleLeaseError):
        store.record(late, snapshot(1, findings=[finding("worm")]))
    assert store.findings(Question(target=new)) == ()


def test_a_clock_that_was_wrong_for_a_moment_silences_nothing(store: Store) -> None:
    """Somebody's clock was a year ahead: what he wrote does not hold anything up until then, and is told."""
    year = timedelta(days=365)
    seen, held_, failed = (store.add(address, kind="git", now=NOW, every=A_DAY).id for address in "abc")
    recorded(store, seen, snapshot(365))
    mine = store.lease(failed, "me", until=NOW, now=NOW)
    assert mine is not None
    store.failed(mine, "no such host", again=NOW + year)
    assert store.lease(held_, "me", until=NOW + year, now=NOW + year) is not None
    assert {one.target.id for one in store.due(now=NOW, intelligence="monday")} == {seen, held_, failed}
    assert store.lease(held_, "you", until=NOW + DAY, now=NOW) is not None
    for what in (snapshot(365, taken=NOW), snapshot(1)):  # as it was, and changed
        with pytest.raises(UsageError, match="is to come: a clock was wrong"):
            recorded(store, seen, what)
    assert store.take_chore("tell", until=NOW + year, now=NOW + year) is not None
    assert store.take_chore("tell", until=NOW + DAY, now=NOW) is not None
    claim = store.notices.claim("soc", "me", until=NOW + year, now=NOW, dead=lambda _: False)
    assert claim is not None
    assert store.notices.claim("soc", "you", until=NOW + DAY, now=NOW, dead=lambda _: False) is not None


def test_findings_are_asked_for_page_by_page(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW, owner="ann", labels=["web"]).id
    other = store.add("b", kind="git", now=NOW).id
    mild = finding("mild", class_=FindingClass.VULNERABILITY, severity=Severity.LOW)
    recorded(store, one, snapshot(1, findings=[finding("x"), mild]))
    recorded(store, other, snapshot(1, findings=[finding("x")]))

    def ids(question: Question) -> list[tuple[int, str]]:
        return [(found.target, found.finding.id) for found in store.findings(question)]

    assert ids(Question()) == [(one, "mild"), (one, "x"), (other, "x")]
    assert ids(Question(target=other)) == [(other, "x")]
    assert ids(Question(class_=FindingClass.VULNERABILITY)) == [(one, "mild")]
    assert ids(Question(least=Severity.MEDIUM, label="web")) == [(one, "x")]
    assert ids(Question(owner="ann")) == [(one, "mild"), (one, "x")]
    page = store.findings(Question(), limit=2)
    assert [f.finding.id for f in store.findings(Question(), after=(page[-1].target, page[-1].finding.id))] == ["x"]
    store.assign(one, "x", "bob")
    assert ids(Question(owner="bob")) == [(one, "x")]
    with pytest.raises(UsageError, match="no finding"):
        store.assign(one, "none", "bob")


def test_decisions_are_kept_all_of_them(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW).id
    recorded(store, one, snapshot(1, findings=[finding("x"), finding("y")]))
    first = Decision(target=one, finding="x", at=NOW, by="ann", what="false-alarm", reason="ours", expires=NOW + DAY)
    second = Decision(target=one, finding="x", at=NOW + DAY, by="bob", what="true", reason="no, it is theirs")
    store.decide(first)
    store.decide(second)
    assert store.decisions(finding="x") == (second, first)
    (decided,) = store.findings(Question(decided=True, now=NOW))
    assert (decided.decision, decided.decided_by, decided.reason, decided.expires) == (
        "true", "bob", "no, it is theirs", None,
    )  # fmt: skip
    assert store.count(Question(decided=False, now=NOW)) == 1


def test_of_two_decisions_at_once_none_is_lost(store: Store, opened: Callable[[], Store]) -> None:
    one = store.add("a", kind="git", now=NOW).id
    recorded(store, one, snapshot(1, findings=[finding("x")]))
    stores = {name: opened() for name in ("ann", "bob", "cleo", "dan")}

    def decide(name: str) -> None:
        for number in range(5):
            said = f"{name} {number}"
            stores[name].decide(Decision(target=one, finding="x", at=NOW, by=name, what="true", reason=said))

    with ThreadPoolExecutor() as pool:
        list(pool.map(decide, stores))
    kept = store.decisions(finding="x")
    assert {one.reason for one in kept} == {f"{name} {number}" for name in stores for number in range(5)}
    assert len({one.at for one in kept}) == 20
    (stands,) = store.findings(Question())
    assert (stands.reason, stands.decided_at) == (kept[0].reason, kept[0].at)
    with pytest.raises(UsageError, match="no finding"):
        store.decide(Decision(target=one, finding="z", at=NOW, by="ann", what="w", reason="r"))


def test_retention_keeps_what_is_there_and_what_is_asked_for(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW).id
    recorded(
        store,
        one,
        snapshot(1, held("old.lock", AXIOS), held("same.lock", LEFT), findings=[finding("old")]),
        snapshot(2, held("same.lock", LEFT), findings=[finding("now")]),
        snapshot(3, held("same.lock", LEFT), findings=[finding("now")]),
    )
    assert store.keep(now=NOW + 3 * DAY, days=9).snapshots == 0
    assert store.keep(now=NOW + 9 * DAY, days=1, snapshots=3).snapshots == 0
    swept = store.keep(now=NOW + 9 * DAY, days=1)
    assert (swept.snapshots, swept.spans, swept.findings, swept.sources, swept.components) == (2, 1, 1, 1, 1)
    assert store.sightings("npm", "axios") == ()
    assert [(s.first, s.gone) for s in store.sightings("npm", "left")] == [(NOW + DAY, None)]
    assert [f.finding.id for f in store.findings(Question(open=None))] == ["now"]
    assert [k.number for k in store.snapshots(one)] == [3]
    store.vacuum()
    recorded(store, one, snapshot(4, held("old.lock", AXIOS)))  # what was swept can come back
    assert len(store.sightings("npm", "axios")) == 1
    with pytest.raises(UsageError, match="how many"):
        store.keep(now=NOW)


def test_retention_keeps_what_a_decision_stands_on(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW).id
    recorded(store, one, snapshot(1, findings=[finding("decided"), finding("over"), finding("plain")]))
    for id_, days in (("decided", 300), ("over", 3)):
        store.decide(Decision(target=one, finding=id_, at=NOW, by="ann", what="false-positive", reason="it is ours",
                              expires=NOW + days * DAY))  # fmt: skip
    recorded(store, one, snapshot(2))
    recorded(store, one, snapshot(3))
    assert store.keep(now=NOW + 9 * DAY, snapshots=1).findings == 2
    recorded(store, one, snapshot(10, findings=[finding("decided"), finding("over")]))
    now = NOW + 10 * DAY
    silent = {found.finding.id: found.at(now).suppressed is not None for found in store.findings(Question(target=one))}
    assert silent == {"decided": True, "over": False}


def test_what_a_forgotten_target_alone_held_goes_with_the_next_retention(store: Store) -> None:
    one, other = (store.add(address, kind="git", now=NOW).id for address in "ab")
    recorded(store, one, snapshot(1, held("x", AXIOS, LEFT)))
    recorded(store, other, snapshot(1, held("x", LEFT)))
    store.remove(one)
    store.keep(now=NOW, days=1)
    found = store.statistics()
    assert (found.targets, found.sources, found.components, found.held, found.spans) == (1, 1, 1, 1, 1)


def test_the_trend_counts_what_came_and_went(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW).id
    x, y = finding("x"), finding("y")
    recorded(
        store,
        one,
        snapshot(0, findings=[x]),
        snapshot(1, findings=[x, y]),
        snapshot(2, findings=[y]),
        snapshot(3, findings=[x, y]),
    )
    told = [(d.introduced, d.gone, d.reopened, d.open) for d in store.trend(now=NOW + 4 * DAY, days=4)]
    assert told == [(1, 0, 0, 2), (0, 1, 0, 1), (0, 0, 1, 2), (0, 0, 0, 2)]
    assert store.trend(now=NOW, days=1)[0].day == NOW.date().isoformat()
    assert store.statistics().open_findings == {"compromise": 2}


def test_the_inventory_of_a_moment(store: Store) -> None:
    one = store.add("a", kind="git", now=NOW).id
    recorded(store, one, snapshot(1, held("x", AXIOS)), snapshot(2, held("x", LEFT)))
    at = [[s.components[0].name for s in store.inventory(one, at=NOW + d * DAY) if s.components] for d in (0, 1, 2)]
    assert at == [[], ["axios"], ["left"]]
