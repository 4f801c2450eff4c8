"""Recording: once, whole, by the one who may, and never silently less than was known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from scanner.errors import UsageError
from scanner.fleet.store import StaleLeaseError, Store
from scanner.fleet.store.values import Held, Question, Recorded
from scanner.model.component import Origin, Problem, Scope
from scanner.model.finding import FindingClass, Severity
from tests.factories import NOW
from tests.fleet.samples import DAY, component, finding, held, lease, recorded, snapshot

AXIOS = component("pkg:npm/axios@1.14.1", digests=("sha512-" + "A" * 86 + "==",))
LEFT = component("pkg:npm/%40scope/left@2.0.0", scope=Scope.DEVELOPMENT, origin=Origin.GIT)


def target(store: Store, address: str = "https://git.example.invalid/a") -> int:
    return store.add(address, kind="git", now=NOW).id


def test_what_was_recorded_can_be_read_again_to_be_matched(store: Store) -> None:
    one = target(store)
    recorded(store, one, snapshot(1, held("a/package-lock.json", AXIOS, LEFT), held("b/package-lock.json", LEFT)))
    first, second = store.inventory(one)
    assert (first.path, second.path) == ("a/package-lock.json", "b/package-lock.json")
    assert first.components is not None
    assert [(str(c.purl), c.scope, c.origin, c.digests, c.location.path) for c in first.components] == [
        (str(LEFT.purl), LEFT.scope, LEFT.origin, LEFT.digests, "a/package-lock.json"),
        (str(AXIOS.purl), AXIOS.scope, AXIOS.origin, AXIOS.digests, "a/package-lock.json"),
    ]


def test_one_content_is_stored_once_for_all_targets_and_days(store: Store) -> None:
    lock = held("package-lock.json", AXIOS, LEFT)
    for address in "abc":
        recorded(store, target(store, address), snapshot(1, lock), snapshot(2, lock))
    found = store.statistics()
    assert (found.targets, found.snapshots, found.sources, found.components, found.held, found.spans) == (
        3,
        6,
        1,
        2,
        2,
        3,
    )


def test_a_known_source_comes_without_components(store: Store) -> None:
    one = target(store)
    lock = held("package-lock.json", AXIOS)
    recorded(store, one, snapshot(1, lock))
    assert store.known([(lock.content, "npm/1"), (lock.content, "npm/2"), (b"other", "npm/1")]) == {
        (lock.content, "npm/1")
    }
    again = Held(path="moved.json", content=lock.content, reader=lock.reader, components=None)
    recorded(store, one, snapshot(2, again))
    assert [source.path for source in store.inventory(one)] == ["moved.json"]


def test_an_unknown_source_without_components_is_refused_and_nothing_is_written(store: Store) -> None:
    one = target(store)
    before = replace(store.statistics(), bytes=0)
    with pytest.raises(UsageError, match="has to be read"):
        recorded(store, one, snapshot(1, held("a", AXIOS), Held(path="b", content=b"x", reader="r", components=None)))
    assert replace(store.statistics(), bytes=0) == before
    assert store.snapshots(one) == ()


def test_the_same_snapshot_twice_changes_nothing(store: Store) -> None:
    one = target(store)
    same = snapshot(1, held("package-lock.json", AXIOS), findings=[finding("f")])
    first, second = recorded(store, one, same, same)
    before = (store.statistics(), store.target(one), store.snapshots(one), store.events())
    assert (first.new, second.new, first.number, second.number) == (True, False, 1, 1)
    recorded(store, one, same)
    after = (store.statistics(), store.target(one), store.snapshots(one), store.events())
    assert before[0] == after[0]
    assert before[2:] == after[2:]


def test_a_look_that_finds_nothing_new_only_moves_the_last_time_seen(store: Store) -> None:
    one = target(store)
    first = snapshot(1, held("package-lock.json", AXIOS))
    recorded(store, one, first, snapshot(3, revision=first.revision))
    assert store.target(one).checked == NOW + 3 * DAY
    (seen,) = store.sightings("npm", "axios")
    assert (seen.first, seen.last, seen.gone) == (NOW + DAY, NOW + 3 * DAY, None)
    assert store.statistics().snapshots == 1


def test_going_back_to_an_older_commit_is_a_snapshot_of_its_own(store: Store) -> None:
    one = target(store)
    lock, other = held("package-lock.json", AXIOS), held("package-lock.json", LEFT)
    back = recorded(store, one, snapshot(1, lock), snapshot(2, other), snapshot(3, lock, revision=f"{1:040x}"))[-1]
    assert back.new
    assert [(s.first, s.gone) for s in store.sightings("npm", "axios")] == [
        (NOW + DAY, NOW + 2 * DAY),
        (NOW + 3 * DAY, None),
    ]


def test_a_stale_worker_is_refused(opened: Callable[[], Store]) -> None:
    slow, quick = opened(), opened()
    one = target(slow)
    old = slow.lease(one, "slow", until=NOW + DAY, now=NOW)
    assert old is not None
    assert quick.lease(one, "quick", until=NOW + DAY, now=NOW) is None
    new = quick.lease(one, "quick", until=NOW + 3 * DAY, now=NOW + 2 * DAY)
    assert new is not None
    quick.record(new, snapshot(2, held("package-lock.json", LEFT)))
    for act in (
        lambda: slow.record(old, snapshot(3, held("package-lock.json", AXIOS))),
        lambda: slow.failed(old, "too slow", again=NOW),
        lambda: slow.renew(old, until=NOW + 9 * DAY),
    ):
        with pytest.raises(StaleLeaseError):
            act()
    slow.release(old)
    assert quick.target(one).worker == "quick"
    assert slow.sightings("npm", "axios") == ()


def test_a_lease_that_was_given_back_is_worth_nothing(store: Store) -> None:
    one = target(store)
    mine = lease(store, one)
    store.release(mine)
    with pytest.raises(StaleLeaseError):
        store.record(mine, snapshot(1))
    assert store.lease(one, "you", until=NOW + DAY, now=NOW) is not None


def test_a_snapshot_from_before_the_last_one_is_refused(store: Store) -> None:
    one = target(store)
    with pytest.raises(UsageError, match="comes after"):
        recorded(store, one, snapshot(2), snapshot(1))


def test_a_finding_is_introduced_seen_gone_and_reopened(store: Store) -> None:
    one = target(store)
    bad, other = finding("bad"), finding("other")
    told = recorded(
        store,
        one,
        snapshot(1, findings=[bad]),
        snapshot(2, findings=[bad, other]),
        snapshot(3, findings=[other]),
        snapshot(4, findings=[other]),
        snapshot(5, findings=[bad, other]),
    )
    assert [(one.introduced, one.gone, one.reopened) for one in told] == [
        (("bad",), (), ()),
        (("other",), (), ()),
        ((), ("bad",), ()),
        ((), (), ()),
        ((), (), ("bad",)),
    ]
    first, second = store.findings(Question())
    assert (first.finding.id, first.first, first.last, first.gone, first.reopened) == (
        "bad",
        NOW + DAY,
        NOW + 5 * DAY,
        None,
        1,
    )
    assert second.reopened == 0
    assert [(event.finding, event.what, event.at) for event in store.events()] == [
        ("bad", "introduced", NOW + DAY),
        ("other", "introduced", NOW + 2 * DAY),
        ("bad", "gone", NOW + 3 * DAY),
        ("bad", "reopened", NOW + 5 * DAY),
    ]


def test_a_finding_that_is_gone_tells_when_it_was_seen_last(store: Store) -> None:
    one = target(store)
    recorded(store, one, snapshot(1, findings=[finding("bad")]), snapshot(2, findings=[finding("bad")]), snapshot(4))
    assert store.findings(Question()) == ()
    (gone,) = store.findings(Question(open=False))
    assert (gone.last, gone.gone) == (NOW + 2 * DAY, NOW + 4 * DAY)


def test_a_finding_tells_what_the_last_snapshot_says_of_it(store: Store) -> None:
    one = target(store)
    recorded(
        store,
        one,
        snapshot(1, findings=[finding("bad", severity=Severity.LOW)]),
        snapshot(2, findings=[finding("bad")]),
    )
    assert store.count(Question(least=Severity.CRITICAL)) == 1
    assert store.findings(Question())[0].finding == finding("bad")


def test_what_could_not_be_read_is_not_called_gone(store: Store) -> None:
    one = target(store)
    lock, archive = held("a.lock", AXIOS), held("b.zip!/c.lock", LEFT)
    told = recorded(
        store,
        one,
        snapshot(1, lock, archive, findings=[finding("a", "a.lock"), finding("b", "b.zip!/c.lock"), finding("c", "c")]),
        snapshot(2, unread=frozenset(("a.lock", "b.zip"))),
    )
    assert told[-1].gone == ("c",)
    assert [one.finding.id for one in store.findings(Question())] == ["a", "b"]
    assert [seen.gone for seen in store.sightings("npm", "axios")] == [None]
    assert [seen.gone for seen in store.sightings("npm", "@scope/left")] == [None]


def test_a_target_that_was_not_seen_whole_loses_nothing(store: Store) -> None:
    one = target(store)
    recorded(
        store,
        one,
        snapshot(1, held("a", AXIOS), held("b", LEFT), findings=[finding("a", "a")]),
        snapshot(2, held("a", LEFT), partial=True),
    )
    assert [s.gone for s in store.sightings("npm", "axios")] == [NOW + 2 * DAY]  # `a` was seen: it is another one now
    assert {s.path for s in store.sightings("npm", "@scope/left")} == {"a", "b"}
    assert store.count(Question()) == 1


def test_coverage_is_kept_with_the_snapshot(store: Store) -> None:
    one = target(store)
    problem = Problem(where="bom.json", what="cut off", hint="fetch it again")
    coverage = snapshot(1).coverage.__class__(complete=False, read=1, problems=(problem,))
    recorded(store, one, snapshot(1), snapshot(2, coverage=coverage))
    last, first = store.snapshots(one)
    assert (first.coverage.complete, last.coverage) == (True, coverage)
    assert (last.number, last.tool, last.intelligence, last.taken) == (2, "1.0", "monday", NOW + 2 * DAY)


def test_hostile_names_are_stored_and_found(store: Store) -> None:
    names = ["nul\0nul", "half\ud800", "x" * 5000, "quote'\"; drop table target; --", "?%s{}", "‮rtl"]
    one = target(store)
    components = [replace(component("pkg:npm/plain@1"), name=name, purl=None, version=f"1{name}") for name in names]
    urls = component("pkg:npm/urls@1", source_url="https://h.invalid/" + "y" * 9000 + "\0\ud800")
    bad = finding("f\0", title="nul\0\ud800", path="p\0" * 3000)
    recorded(store, one, snapshot(1, held("z" * 5000 + "\0", *components, urls), findings=[bad]))
    (source,) = store.inventory(one)
    assert source.components is not None
    assert len(source.components) == len(names) + 1
    assert {"nul\0nul", "x" * 5000, "?%s{}"} <= {one.name for one in source.components}
    assert store.count(Question(class_=FindingClass.COMPROMISE)) == 1
    assert store.findings(Question())[0].finding.class_ is FindingClass.COMPROMISE


def test_several_at_once_are_recorded_and_what_is_refused_leaves_the_others_alone(store: Store) -> None:
    one, two, three = (target(store, address) for address in "abc")
    stale, mine = lease(store, two), lease(store, three)
    lease(store, two)
    lock = held("package-lock.json", AXIOS)
    missing = Held(path="b", content=b"x", reader="r", components=None)
    told = store.record_all(
        [
            (lease(store, one), snapshot(1, lock, findings=[finding("f")])),
            (stale, snapshot(1, lock)),
            (mine, snapshot(1, lock, missing)),
            (mine, snapshot(1, lock)),
        ]
    )
    assert [type(one).__name__ for one in told] == ["Recorded", "StaleLeaseError", "UsageError", "Recorded"]
    assert {one.target for one in store.sightings("npm", "axios")} == {one, three}
    assert store.count(Question()) == 1


def test_several_at_once_are_judged_one_after_the_other(store: Store) -> None:
    """A backlog: what an earlier snapshot brings is known to the later ones, of other targets and of its own."""
    one, two, three = (target(store, address) for address in "abc")
    mine, yours, theirs = (lease(store, id_) for id_ in (one, two, three))
    lock = held("package-lock.json", AXIOS)
    known = Held(path="moved.json", content=lock.content, reader=lock.reader, components=None)
    told = store.record_all(
        [
            (theirs, snapshot(1, known)),  # nobody has brought it yet
            (mine, snapshot(1, lock, findings=[finding("f")])),
            (yours, snapshot(1, known)),
            (mine, snapshot(1, lock)),
            (mine, snapshot(2, known)),
            (mine, snapshot(2, lock, revision="another")),
        ]
    )
    assert ["UsageError" if isinstance(one, UsageError) else one for one in told] == [
        "UsageError",
        Recorded(number=1, new=True, introduced=("f",)),
        Recorded(number=1, new=True),
        Recorded(number=1, new=False),
        Recorded(number=2, new=True, gone=("f",)),
        "UsageError",
    ]
    assert [(source.path, len(source.components or ())) for source in store.inventory(two)] == [("moved.json", 1)]
    assert [(s.target, s.path, s.first, s.gone) for s in store.sightings("npm", "axios")] == [
        (one, "moved.json", NOW + 2 * DAY, None),
        (one, "package-lock.json", NOW + DAY, NOW + 2 * DAY),
        (two, "moved.json", NOW + DAY, None),
    ]


def test_a_look_that_finds_the_same_locks_takes_less_than_a_kilobyte(store: Store) -> None:
    """A new commit each night, and no lock changed: benchmarks/fleet_store.py measures it on many more."""
    lock = held("package-lock.json", *(component(f"pkg:npm/p{number}@1") for number in range(50)))
    targets = [target(store, str(number)) for number in range(50)]

    def night(day: int) -> None:
        told = store.record_all([(lease(store, one), snapshot(day, lock)) for one in targets])
        assert all(isinstance(one, Recorded) and one.new for one in told)

    night(1)
    store.vacuum()
    before = store.statistics().bytes
    night(2)
    night(3)
    store.vacuum()
    assert (store.statistics().bytes - before) / 100 < 1000
