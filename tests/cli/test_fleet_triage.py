"""`pratique fleet decide`, `assign`, `history`, `finding`, `keep`, `vacuum` as processes: what is silenced is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.cli.fleet import decide as command
from scanner.fleet.store import open_store
from scanner.fleet.store.values import Decision
from scanner.model.ruling import Ruling
from tests.cli.conftest import Run
from tests.cli.test_fleet import Fleet, lock, repository


@pytest.fixture
def fleet(run: Run, tmp_path: Path, synced: Path) -> Fleet:
    return Fleet(run, tmp_path, synced)


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
SILENT = ("--as", "false-positive", "--reason", "our own fork", "--expires", TOMORROW)


def test_the_words_of_the_command_are_those_of_the_model() -> None:
    (option,) = [one for one in command.decide.params if one.name == "ruling"]
    assert list(option.type.choices) == [word.value for word in Ruling]  # type: ignore[attr-defined]  # a Choice


def test_from_a_finding_to_silence_and_back(fleet: Fleet, tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", axios="1.14.1", leaky="1.0.0")
    repository(tmp_path / "api", leaky="1.0.0")
    fleet("add", shop.root, "--label", "web", "--owner", "team")
    fleet("add", tmp_path / "api")
    assert fleet("scan").status == 1
    ids = {str(one["class"]): str(one["id"]) for one in fleet.json("findings", "shop")["findings"]}

    # A filter hides no compromise, and is shown before anything is done.
    wide = fleet("decide", "label:web", *SILENT, "--yes")
    assert "is silenced by its id" in wide.err
    assert wide.out.endswith("1 finding: false-positive until " + TOMORROW + wide.out[wide.out.index(", decided by") :])
    shown = fleet("decide", "--advisory", "ghsa-1", "--as", "fixing", "--reason", "T-7", "--by", "ann")
    assert shown.out.endswith("2 findings would be fixing, decided by ann. Nothing was done: --yes\n")
    assert fleet("scan", "shop").status == 1

    done = fleet("decide", "shop", ids["compromise"][:8], *SILENT, "--by", "ann")
    assert (done.status, done.err) == (0, "")
    quiet = fleet("scan", "shop")
    assert quiet.status == 0
    assert quiet.out.startswith("clear       unchanged  ")
    assert ": 2 silenced\n" in quiet.out
    status = fleet("status", "shop").out
    assert "2 by ann, " in status
    stands = fleet.json("status")["targets"]
    assert [(one["verdict"], one["silenced_findings"], one["open_findings"]) for one in stands] == [
        ("clear", 2, 0),
        ("vulnerable", 0, 1),
    ]
    listed = fleet("findings", "shop").out
    assert "silenced by ann until" in listed
    assert listed.endswith("2 findings, 2 of them silenced\n")
    assert [one["id"] for one in fleet.json("findings", "--undecided")["findings"]] == [
        one["id"] for one in fleet.json("findings", "api")["findings"]
    ]
    # A new commit with the same finding is silent, too: the decision is on the finding, not on the snapshot.
    shop.commit_files("2", {"package-lock.json": lock(axios="1.14.1", leaky="1.0.0", left="1.0.0")})
    assert fleet("scan", "shop").status == 0

    # Its time is over: it counts again, and that is told.
    with open_store(fleet.file) as store:
        old = datetime.now(UTC) - timedelta(days=30)
        for one in store.decisions(finding=ids["compromise"]):
            store.decide(Decision(target=one.target, finding=one.finding, at=old, by=one.by, what=one.what,
                                  reason=one.reason, expires=old + timedelta(days=1)))  # fmt: skip
    again = fleet("scan", "shop")
    assert (again.status, again.out.startswith("compromised unchanged  ")) == (1, True)
    assert "1 finding of them had a decision whose time is over: they count again" in fleet("status").out

    assert fleet("decide", "shop", ids["vulnerability"], "--as", "withdrawn", "--reason", "it is so").status == 0
    told = fleet("finding", "shop", ids["vulnerability"][:10])
    assert "withdrawn by " in told.out
    assert "our own fork" in told.out
    whole: dict[str, object] = dict(fleet.json("finding", "shop", ids["vulnerability"]))
    assert [one["decision"] for one in whole["decisions"]] == ["withdrawn", "false-positive"]  # type: ignore[attr-defined]  # JSON
    assert whole["finding"]["id"] == ids["vulnerability"]  # type: ignore[index]  # JSON

    assert fleet("assign", "shop", ids["compromise"], "--to", "alice").out.endswith("1 finding: assigned to alice\n")
    assert [one["id"] for one in fleet.json("findings", "--owner", "alice")["findings"]] == [ids["compromise"]]
    fleet("assign", "--owner", "alice", "--to-nobody", "--yes")
    assert {one["owner"] for one in fleet.json("findings", "shop")["findings"]} == {"team"}

    (second, first) = fleet.json("history", "shop")["snapshots"]
    assert ([one["id"] for one in first["introduced"]], second["introduced"]) == (  # type: ignore[attr-defined]  # JSON
        sorted(ids.values()), [],
    )  # fmt: skip
    assert "new   critical axios 1.14.1 is a compromised release" in fleet("history", "shop").out

    assert fleet("keep", "--snapshots", "1", "--dry-run").out.startswith("would be deleted: 1 snapshot, ")
    assert len(fleet.json("history", "shop")["snapshots"]) == 2
    assert fleet("keep", "--snapshots", "1").out == (
        "deleted: 1 snapshot, 0 gone findings, 1 ended stay of a file, 1 content, 0 package versions\n"
    )
    assert len(fleet.json("history", "shop")["snapshots"]) == 1
    assert " MB given back, " in fleet("vacuum").out


def test_what_is_no_decision(fleet: Fleet, tmp_path: Path) -> None:
    repository(tmp_path / "shop", axios="1.14.1")
    fleet("add", tmp_path / "shop")
    fleet("scan")
    reason = ("--reason", "r")
    for words, says in (
        (("--as", "accepted", *reason, "--expires", TOMORROW), "every finding of the fleet"),
        (("shop", "--as", "accepted", *reason), "ends on a day"),
        (("shop", "--as", "accepted", *reason, "--expires", "2020-01-01"), "is over"),
        (("shop", "--as", "accepted", *reason, "--expires", "2099-01-01"), "more than a year ahead"),
        (("shop", "--as", "accepted", *reason, "--expires", "soon"), "is no day"),
        (("shop", "--as", "accepted", "--reason", " ", "--expires", TOMORROW), "--reason"),
        (("shop", "--as", "fixing", *reason, "--by", ""), "--by"),
        (("shop", "--as", "not-affected", *reason, "--expires", TOMORROW), "VEX's word"),
        (("shop", "--as", "not-affected", *reason, "--expires", TOMORROW, "--justification", "x"), "'x' is none"),
        (("shop", "00000000", "--as", "fixing", *reason), "no finding is meant by '00000000'"),
        (("shop", "--as", "fixing", *reason, "--package", "x"), "--package x"),
        (("nowhere", "--as", "fixing", *reason), "no target is meant"),
    ):
        ran = fleet("decide", *words)
        assert (ran.status, says in ran.err) == (2, True), (words, ran)
    assert fleet("assign", "shop", "--to", "a", "--to-nobody").status == 2
    assert fleet("keep").status == 2
    assert "silenced" not in fleet("scan", "--all").out
