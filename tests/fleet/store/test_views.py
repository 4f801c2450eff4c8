"""What pages ask the store: findings in people's order, campaigns, packages by a part of the name, freshness."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.fleet.store import Store, cursors
from scanner.fleet.store.summaries import Order
from scanner.fleet.store.values import Covered, Decision, Question, Stored
from scanner.model.campaign import Campaign
from scanner.model.component import Location
from scanner.model.finding import FindingClass, Severity, State
from scanner.model.report import Verdict
from scanner.pipeline.fleet import standing
from tests.factories import NOW
from tests.fleet.samples import DAY, component, finding, held, lease, recorded, snapshot

CAMPAIGN = Campaign(id="worm", name="Worm")
ANYTHING = Question(open=None)


def filled(store: Store) -> tuple[int, int]:
    """Two targets; of the second, one finding came a day later and one is gone."""
    one = store.add("https://git.example.invalid/one", kind="git-url", now=NOW, owner="ann", labels=("web",)).id
    two = store.add("https://git.example.invalid/two", kind="git-url", now=NOW, owner="bob").id
    mild: dict[str, Any] = {"class_": FindingClass.VULNERABILITY, "severity": Severity.LOW, "title": "slow Regex"}
    grave: dict[str, Any] = {
        "class_": FindingClass.VULNERABILITY,
        "severity": Severity.CRITICAL,
        "title": "remote code",
    }
    recorded(
        store,
        one,
        snapshot(1, held("x", component("pkg:npm/evil@1.0.0"), component("pkg:npm/left-pad@1.3.0")), findings=[
            finding("a", **mild), finding("b", **grave), finding("c", campaign=CAMPAIGN),
            finding("n", campaign=CAMPAIGN, state=State.NEAR_MISS),
        ]),
    )  # fmt: skip
    other = component("pkg:pypi/left@2", location=Location("100%_sure.lock"))
    recorded(
        store,
        two,
        snapshot(1, held("y", component("pkg:npm/evil@1.0.0")), findings=[finding("a", campaign=CAMPAIGN)]),
        snapshot(2, held("y", component("pkg:npm/evil@1.0.1"), component("pkg:pypi/left@2")),
                 findings=[finding("d", component=other, **grave)]),
    )  # fmt: skip
    return one, two


def ids(found: tuple[Stored, ...]) -> list[str]:
    return [f"{one.target}{one.finding.id}" for one in found]


def paged(store: Store, question: Question, limit: int, order: Order = Order.WORST) -> list[str]:
    """All of it, page by page; no page but the last is short."""
    told: list[str] = []
    after: str | None = None
    while True:
        page = store.findings_page(question, order=order, after=after, limit=limit)
        told += ids(page.findings)
        if page.next is None:
            return told
        assert len(page.findings) == limit
        after = page.next


def test_the_gravest_come_first_and_no_page_loses_or_repeats_one(store: Store) -> None:
    filled(store)
    for limit in (1, 2, 3, 50):
        assert paged(store, ANYTHING, limit) == ["1c", "1n", "2a", "1b", "2d", "1a"]
        assert paged(store, Question(open=None, text="pack"), limit) == ["1c", "1n", "2a", "1b", "1a"]
        assert paged(store, ANYTHING, limit, Order.NEWEST) == ["2d", "2a", "1n", "1c", "1b", "1a"]


FILTERS: tuple[tuple[Question, list[str]], ...] = (
    (Question(), ["1c", "1n", "1b", "2d", "1a"]),
    (Question(open=False), ["2a"]),
    (Question(near_misses=False), ["1c", "1b", "2d", "1a"]),
    (Question(class_=FindingClass.COMPROMISE, open=None), ["1c", "1n", "2a"]),
    (Question(least=Severity.CRITICAL, label="web"), ["1c", "1n", "1b"]),
    (Question(owner="bob"), ["2d"]),
    (Question(campaign="worm", near_misses=False, open=None), ["1c", "2a"]),
    (Question(text="REGEX"), ["1a"]),
    (Question(text="npm/evil"), ["1c", "1n", "1b", "1a"]),
    (Question(text="100%_s"), ["2d"]),
    (Question(text="0%_sure"), ["2d"]),
    (Question(text="1__%"), []),
    (Question(text="nul\0"), []),
)


def test_every_filter_narrows_page_and_count_alike(store: Store) -> None:
    filled(store)
    for question, expected in FILTERS:
        assert paged(store, question, 50) == expected, question
        assert store.count(question) == len(expected), question


def test_an_owner_of_its_own_is_the_owner_of_a_finding(store: Store) -> None:
    one, _ = filled(store)
    store.assign(one, "a", "bob")
    assert paged(store, Question(owner="bob"), 50) == ["2d", "1a"]


def test_a_cursor_of_another_order_or_of_nobody_is_refused(store: Store) -> None:
    filled(store)
    newest = store.findings_page(ANYTHING, order=Order.NEWEST, limit=1).next
    keys = ((2**70, "compromise", 1, "a"), (4, "compromise", 1, "\0"), (4, "compromise", 1), (True, "vuln", 1, "a"))
    forged = [cursors.written("worst", *key) for key in keys]
    for bad in (newest, "", "é", "bm8", "W10=", "x" * 5000, *forged):
        with pytest.raises(UsageError, match="no cursor"):
            store.findings_page(ANYTHING, after=bad)
    strange = cursors.written("worst", 4, "of tomorrow", 1, "a")
    assert ids(store.findings_page(ANYTHING, after=strange).findings) == ["1a"]


def test_a_campaign_tells_whom_it_reaches_now_and_whom_it_ever_did(store: Store) -> None:
    one, two = filled(store)
    (outbreak,) = store.campaigns()
    assert (outbreak.campaign, outbreak.open, outbreak.exposed, outbreak.ever) == ("worm", 1, 1, 2)
    assert (outbreak.first, outbreak.last) == (NOW + DAY, NOW + DAY)
    told = store.campaign("worm")
    assert told.outbreak == outbreak
    still, over = told.exposures
    assert (still.target, still.owner, still.open, still.findings, still.gone) == (one, "ann", 1, 1, None)
    assert (over.target, over.open, over.gone, over.packages) == (two, 0, NOW + 2 * DAY, ("pkg:npm/evil@1.0.0",))
    assert [(day.introduced, day.gone, day.open) for day in told.days] == [(2, 0, 2), (0, 1, 1)]
    assert [one.target for one in store.campaign("worm", after=one, limit=1).exposures] == [two]
    with pytest.raises(UsageError, match="nothing was ever found"):
        store.campaign("nobody")


def test_packages_are_found_by_a_part_of_their_name(store: Store) -> None:
    filled(store)
    found = store.packages("left")
    assert [(one.ecosystem, one.name) for one in found.packages] == [("PyPI", "left"), ("npm", "left-pad")]
    (evil,) = store.packages("VIL").packages
    assert (evil.versions, evil.now, evil.ever, evil.more) == (("1.0.0", "1.0.1"), 2, 2, False)
    assert [one.name for one in store.packages("pkg:npm/left@9").packages] == ["left-pad"]
    assert store.packages("%").packages == store.packages("no such").packages == ()
    assert store.packages("pkg:nothing/evil").packages == ()
    names, after = [], None
    for _ in range(3):
        page = store.packages("e", after=after, limit=1)
        names += [one.name for one in page.packages]
        after = page.next
    assert names == ["evil", "left", "left-pad"]
    assert after is None
    with pytest.raises(UsageError, match="no cursor"):
        store.packages("e", after="worst")


def test_freshness_says_who_was_never_seen_fails_waits_or_was_seen_in_part(store: Store) -> None:
    names = ("never", "good", "late", "part", "fails")
    never, good, late, part, fails = (store.add(name, kind="git", now=NOW, every=86_400).id for name in names)
    recorded(store, good, snapshot(3))
    recorded(store, late, snapshot(0))
    recorded(store, part, snapshot(3, coverage=Covered(complete=False)))
    recorded(store, fails, snapshot(3))
    store.failed(lease(store, fails), "gone", again=NOW)
    told = store.freshness(now=NOW + 4 * DAY + timedelta(hours=1))
    assert told.targets == 5
    groups = (told.never, told.failing, told.overdue, told.incomplete)
    assert [[one.id for one in group.first] for group in groups] == [[never], [fails], [late], [part]]
    assert [group.count for group in groups] == [1, 1, 1, 1]


def test_many_targets_stand_as_each_of_them_does(store: Store) -> None:
    one, two = filled(store)
    never = store.add("never", kind="git", now=NOW).id
    now = NOW + 5 * DAY
    store.decide(Decision(target=two, finding="d", at=now, by="ann", what="accepted", reason="so", expires=now + DAY))
    for moment in (now, now + DAY):
        many = standing.many(store, now=moment)
        assert set(many) == {one, two}
        for id_, stands in many.items():
            alone = standing.of(store, store.target(id_), now=moment)
            assert alone is not None
            assert (stands.verdict, stands.status, stands.open, stands.components, stands.silenced) == (
                alone.verdict, alone.status, alone.open, alone.components, alone.silenced,
            )  # fmt: skip
        assert standing.many(store, now=moment, targets=[]) == {}
        assert standing.many(store, now=moment, targets=[two, never]) == {two: many[two]}
    assert standing.many(store, now=now)[two].verdict is Verdict.CLEAR
    assert standing.many(store, now=now + DAY)[two].verdict is Verdict.VULNERABLE
