"""How a target stands, in words."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from scanner.cli import pratique
from scanner.fleet.store import open_store
from scanner.fleet.store.values import Covered
from scanner.model.component import Problem
from scanner.pipeline.fleet import looking, standing
from tests.factories import NOW
from tests.fleet.samples import recorded, snapshot

LEFT_OUT = Problem(where="fleet", what="components only", harmless=True)
BROKEN = Problem(where="a/package-lock.json", what="not JSON")


@pytest.mark.parametrize(
    ("covered", "says"),
    [
        (Covered(complete=True, read=2, checked=2, problems=(LEFT_OUT,)), ""),
        (Covered(complete=False, problems=(LEFT_OUT,)), "nothing that is read was found in it"),
        (Covered(complete=False, read=2, checked=2, problems=(LEFT_OUT, BROKEN)), "a/package-lock.json: not JSON"),
        (Covered(complete=False, problems=(BROKEN,) * 3), "a/package-lock.json: not JSON (and 2 more)"),
        (Covered(complete=False, read=1200, checked=1), "nothing can be said of 1,199 of 1,200 packages"),
        (Covered(complete=False, read=2, checked=2), "a feed was stale, missing or broken"),
    ],
)
def test_why_a_look_did_not_see_everything(covered: Covered, says: str) -> None:
    assert standing.lacking(covered) == says


def test_a_million_problems_of_one_target_are_not_everybodys() -> None:
    """As of a tree full of submodules, and one file that could not be read behind them all."""
    many = [msgspec.structs.replace(LEFT_OUT, where=f"m{number}") for number in range(3000)]
    kept = looking._bounded([*many, BROKEN])
    assert (len(kept), kept[0], kept[-1].what, kept[-1].harmless) == (1000, BROKEN, "and 2,002 more like these", True)
    assert looking._bounded(kept) == kept
    grave = looking._bounded([BROKEN] * 3000)
    assert (len(grave), any(one.harmless for one in grave)) == (1000, False)


def test_status_says_why_a_target_is_incomplete_and_that_nobody_asks_a_listing(tmp_path: Path) -> None:
    where = str(tmp_path / "fleet.sqlite")
    with open_store(where) as store:
        for address in ("whole", "part"):
            store.add(address, kind="git", now=NOW)
        recorded(store, 1, snapshot(1))
        bad = Problem(where="a\x1b[31m/package-lock.json", what="not JSON")
        recorded(store, 2, snapshot(1, coverage=Covered(complete=False, problems=(bad,))))
        store.remember_listing("github:acme", how="{}", every=3600)

    def status(*words: str) -> str:
        return CliRunner().invoke(pratique, ["fleet", "status", "--store", where, *words], standalone_mode=False).stdout

    text, body = status(), json.loads(status("--format", "json"))
    assert "\x1b" not in text
    assert "package-lock.json: not JSON" in next(line for line in text.splitlines() if "incomplete" in line)
    assert "overdue: nobody asks" in text
    assert [one["lacks"] for one in body["targets"]] == [None, "a\x1b[31m/package-lock.json: not JSON"]
    assert [one["overdue"] for one in body["listings"]] == [True]
