"""`pratique fleet decide`, `assign`, `history`, `finding`, `keep`, `vacuum` as processes: what is silenced is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from scanner.cli.fleet import decide as command
from scanner.errors import UsageError
from scanner.fleet.store import open_store
from scanner.fleet.store.values import Decision, Question, Stored
from scanner.model.ruling import Ruling
from scanner.pipeline.fleet import triage
from scanner.pipeline.fleet.triage import Filter
from tests.cli.conftest import Run
from tests.cli.test_fleet import Fleet, lock, repository
from tests.factories import NOW


@pytest.fixture
def fleet(run: Run, tmp_path: Path, synced: Path) -> Fleet:
    return Fleet(run, tmp_path, synced)


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
SILENT = ("--as", "false-positive", "--reason", "our own fork", "--expires", TOMORROW)


def test_the_words_of_the_command_are_those_of_the_model() -> None:
    (option,) = [one for one in command.decide.params if one.name == "ruling"]
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == [word.value for word in Ruling]


def stored(fleet: Fleet, question: Question) -> dict[str, Stored]:
    """Findings by class."""
    with open_store(fleet.file) as store:
        return {one.finding.class_.value: one for one in store.findings(question)}


def test_from_a_finding_to_silence_and_back(fleet: Fleet, tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", axios="1.14.1", leaky="1.0.0")
    repository(tmp_path / "api", leaky="1.0.0")
    fleet("add", shop.root, tmp_path / "api", "--owner", "team")
    assert fleet("scan").status == 1
    found = stored(fleet, Question(target=1))
    ids = {class_: one.finding.id for class_, one in found.items()}

    # A filter hides no compromise, and is shown before anything is done.
    wide = fleet("decide", "shop", *SILENT, "--yes")
    assert "is silenced by its id" in wide.err
    assert f"1 finding: false-positive until {TOMORROW}, decided by " in wide.out
    shown = fleet("decide", "--advisory", "ghsa-1", "--as", "fixing", "--reason", "T-7", "--by", "ann")
    assert shown.out.endswith("2 findings would be fixing, decided by ann. Nothing was done: --yes\n")
    done = fleet("decide", "shop", ids["compromise"][:8], *SILENT, "--by", "ann")
    assert (done.status, done.err) == (0, "")

    # A new commit with the same findings is silent, too: decisions are on findings, not on snapshots.
    shop.commit_files("2", {"package-lock.json": lock(axios="1.14.1", leaky="1.0.0", left="1.0.0")})
    quiet = fleet("scan", "--all")
    assert quiet.status == 0
    assert f"clear       read       {shop.root}: 2 silenced\n" in quiet.out
    assert "2 by ann, " in fleet("status", "shop").out
    listed = fleet("findings", "shop").out
    assert "silenced by ann until" in listed
    assert listed.endswith("2 findings, 2 of them silenced\n")
    assert [one["target"] for one in fleet.json("findings", "--undecided")["findings"]] == [2]

    # Its time is over: it counts again, and that is told.
    with open_store(fleet.file) as store:
        old = datetime.now(UTC) - timedelta(days=30)
        store.decide(Decision(target=1, finding=ids["compromise"], at=old, by="ann", what="false-positive",
                              reason="ours", expires=old + timedelta(days=1)))  # fmt: skip
    again = fleet("scan", "shop")
    assert (again.status, again.out.startswith("compromised unchanged  ")) == (1, True)
    assert "1 finding of them had a decision whose time is over: they count again" in fleet("status").out

    assert fleet("decide", "shop", ids["vulnerability"], "--as", "withdrawn", "--reason", "it is so").status == 0
    told = fleet("finding", "shop", ids["vulnerability"][:10]).out
    assert "withdrawn by " in told
    assert "our own fork" in told

    assert fleet("assign", "shop", ids["compromise"], "--to", "alice").out.endswith("1 finding: assigned to alice\n")
    assert list(stored(fleet, Question(owner="alice"))) == ["compromise"]
    assert "new   critical axios 1.14.1 is a compromised release" in fleet("history", "shop").out

    assert fleet("keep", "--snapshots", "1", "--dry-run").out.startswith("would be deleted: 1 snapshot, ")
    assert fleet("keep", "--snapshots", "1").out == (
        "deleted: 1 snapshot, 0 gone findings, 1 ended stay of a file, 1 content, 0 package versions\n"
    )
    assert fleet.json("history", "shop")["snapshots"][0]["introduced"] == []
    assert " MB given back, " in fleet("vacuum").out


def test_a_policy_for_all_and_advisories_of_the_past(fleet: Fleet, tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", evil="1.0.0", leaky="1.0.0")
    fleet("add", shop.root)
    policy = tmp_path / "fleet.toml"
    policy.write_text(f'[[suppress]]\nadvisory = "GHSA-1"\nreason = "never called"\nexpires = {TOMORROW}\n')
    ruled = fleet("scan", "--policy", policy)
    assert (ruled.status, f"compromised read       {shop.root}: 1 new, 1 silenced\n" in ruled.out) == (1, True)
    assert fleet("scan", "--policy", policy).err == "nothing is due\n"
    policy.write_text("[gate]\ncompromise = 7\n")
    assert fleet("scan", "--policy", policy).status == 2

    shop.commit_files("2", {"package-lock.json": lock(left="1.0.0")})
    assert fleet("scan", "shop").status == 0
    past = tmp_path / "past.csv"
    asked = fleet("rematch", "--advisories", "--format", "csv", "--output", past)
    assert (asked.status, asked.out) == (1, "")
    assert '"pkg:npm/evil@1.0.0"' in past.read_text()
    assert "GHSA" not in past.read_text()
    assert "1 package ever seen" in fleet("rematch", "--ids", "ghsa-1").out
    assert fleet("rematch", "axios-unc1069-2026-03", "--advisories").status == 2


def test_what_is_no_decision() -> None:
    fine = {"reason": "r", "by": "ann", "expires": "2026-12-24", "justification": None, "now": NOW}
    for ruling, change, says in (
        ("accepted", {"expires": None}, "ends on a day"),
        ("accepted", {"expires": "2020-01-01"}, "is over"),
        ("accepted", {"expires": "2099-01-01"}, "more than a year ahead"),
        ("accepted", {"expires": "soon"}, "is no day"),
        ("accepted", {"reason": " "}, "--reason"),
        ("fixing", {"by": ""}, "--by"),
        ("fixing", {"justification": "component_not_present"}, "VEX's word"),
        ("not-affected", {}, "VEX's word"),
        ("not-affected", {"justification": "x"}, "'x' is none"),
    ):
        with pytest.raises(UsageError, match=says):
            triage.wish(ruling, **(fine | change))  # type: ignore[arg-type]  # as given
    assert triage.wish("fixing", **(fine | {"expires": None})).expires is None  # type: ignore[arg-type]  # as given


def test_everything_is_not_meant_by_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "fleet.sqlite") as store:
        with pytest.raises(UsageError, match="every finding of the fleet"):
            triage.narrowed(store, Filter())
        store.add("shop", kind="git", now=NOW)
        with pytest.raises(UsageError, match="no finding is meant by '00000000'"):
            triage.narrowed(store, Filter(selectors=("shop",), ids=("00000000",)))
