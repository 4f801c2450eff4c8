"""What an overview asks: how far it reaches, what the last looks changed, how old findings are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scanner.fleet.store import Store, open_store
from scanner.fleet.store.database import Row
from scanner.fleet.store.sqlite import Sqlite
from scanner.fleet.store.summaries import News, Reach
from scanner.fleet.store.values import Question
from scanner.model.finding import FindingClass, Severity, State
from tests.factories import NOW
from tests.fleet.samples import DAY, finding, recorded, snapshot

FIELDS: dict[str, Any] = {"class_": FindingClass.VULNERABILITY, "severity": Severity.LOW}


def filled(store: Store) -> tuple[int, int]:
    one, two = (store.add(name, kind="git", now=NOW).id for name in "ab")
    noise = [finding(f"low{number}", **FIELDS) for number in range(4)]
    recorded(store, one, snapshot(1, findings=noise), snapshot(3, findings=[*noise[:3], finding("bad")]))
    recorded(store, two, snapshot(2, findings=[*noise[:2], finding("near", state=State.NEAR_MISS)]))
    return one, two


def test_how_far_it_reaches(store: Store) -> None:
    filled(store)
    assert store.reach(Question()) == Reach(findings=7, targets=2)
    assert store.reach(Question(), most=7) == Reach(findings=7, targets=2)
    capped = store.reach(Question(), most=3)
    assert (capped.findings, capped.more) == (3, True)
    assert store.reach(Question(open=False)) == Reach(findings=1, targets=1)
    assert store.reach(Question(owner="nobody")) == Reach(findings=0, targets=0)
    compromise = Question(class_=FindingClass.COMPROMISE, near_misses=False)
    assert store.reached(compromise) == store.reach(compromise).targets == 1
    assert store.reached(Question(class_=FindingClass.VULNERABILITY)) == 2


def test_what_is_open_is_counted_from_an_index_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies of findings lie in the table itself: to read them is most of what counting cost."""
    asked: list[tuple[str, Sequence[Any]]] = []
    rows = Sqlite.rows

    def noted(self: Sqlite, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        asked.append((statement, values))
        return rows(self, statement, values)

    with open_store(tmp_path / "fleet.sqlite") as store:
        one, _ = filled(store)
        monkeypatch.setattr(Sqlite, "rows", noted)
        now = NOW + 4 * DAY
        store.stands(now=now)
        store.reach(Question(class_=FindingClass.COMPROMISE, silenced=False, now=now, near_misses=False))
        store.trend(now=now)
        store.stands(now=now, targets=[one])
        store.reached(Question(class_=FindingClass.VULNERABILITY, silenced=False, now=now))
    with closing(Sqlite(tmp_path / "fleet.sqlite")) as file:
        plans = [
            " ".join(row[3] for row in rows(file, f"explain query plan {asking}", values))
            for asking, values in asked
            if "finding f" in asking or "from finding" in asking
        ]
    read = [re.findall("(?:SCAN|SEARCH) f(?:inding)? USING ([A-Z ]+)", plan) for plan in plans]
    assert read == [["COVERING INDEX "]] * 3 + [["PRIMARY KEY "]] * 2


def test_what_the_last_looks_changed_is_told_by_the_gravest(store: Store) -> None:
    one, two = filled(store)
    told = [(item.target, item.at, item.what, item.count, item.finding) for item in store.news()]
    assert told == [
        (one, NOW + 3 * DAY, "gone", 1, "low3"),
        (one, NOW + 3 * DAY, "introduced", 1, "bad"),
        (two, NOW + 2 * DAY, "introduced", 3, "near"),
        (one, NOW + DAY, "introduced", 4, "low0"),
    ]
    assert [item.target for item in store.news(target=two)] == [two]
    assert [item.count for item in store.news(events=2)] == [1, 1]
    assert store.news(target=two)[0] == News(
        at=NOW + 2 * DAY, target=two, address="b", what="introduced", count=3, finding="near",
        class_=FindingClass.COMPROMISE, state=State.NEAR_MISS, severity=Severity.CRITICAL, title="evil near",
    )  # fmt: skip


def test_findings_by_age(store: Store) -> None:
    filled(store)
    young = [one.finding.id for one in store.findings(Question(since=NOW + 3 * DAY))]
    assert young == ["bad"]
    old = store.findings(Question(before=NOW + 2 * DAY))
    assert {one.finding.id for one in old} == {"low0", "low1", "low2"}


def test_a_trend_ends_with_what_is_open(store: Store) -> None:
    filled(store)
    days = store.trend(now=NOW + 4 * DAY, days=4)
    assert [(day.introduced, day.gone, day.open) for day in days] == [(4, 0, 4), (3, 0, 7), (1, 1, 7), (0, 0, 7)]
    assert [day.open for day in store.trend(now=NOW + 4 * DAY, days=2)] == [7, 7]
