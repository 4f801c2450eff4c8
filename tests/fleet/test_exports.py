"""Findings of the fleet as CSV, JSON, SARIF and Markdown: whole, harmless, each path relative to its repository."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from scanner.fleet.store import Store, open_store
from scanner.fleet.store.values import Decision, Question, Stored, after
from scanner.model.component import Location
from scanner.model.finding import FindingClass, Severity, State, Suppression
from scanner.pipeline.fleet import exports, standing
from tests.conftest import Golden
from tests.factories import NOW
from tests.fleet.samples import DAY, component, finding, recorded, snapshot
from tests.reports.test_sarif import schemas

EXPECTED = Path(__file__).parent / "exports"
HOSTILE = "=cmd|'/C calc'!A1 <img src=x> @everyone | \x1b[31m"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two targets: a repository with a decision, a statement and something hostile; a folder with what is gone."""
    opened = open_store(tmp_path / "fleet.sqlite")
    shop = opened.add("https://git.example.invalid/web/shop", kind="git-url", now=NOW, owner="team-web").id
    drop = opened.add("/srv/boms", kind="folder", now=NOW).id
    hostile = component("pkg:npm/evil@1.0.0", location=Location("a|b/@x.json"))
    stated = Suppression(reason="never called", expires="2026-12-24", by="bob", where="fleet.toml:3")
    recorded(
        opened,
        shop,
        snapshot(
            1,
            findings=[
                finding("compromise", "web/package-lock.json", title="evil 1.0.0 is malicious"),
                finding("hostile", title=HOSTILE, component=hostile, state=State.POSSIBLE, severity=Severity.HIGH),
                finding("stated", class_=FindingClass.VULNERABILITY, severity=Severity.MEDIUM, suppressed=stated),
            ],
        ),
    )
    recorded(opened, drop, snapshot(1, findings=[finding("was", "bom.json")]), snapshot(2))
    end = after((NOW + 9 * DAY).date())
    opened.decide(Decision(target=shop, finding="compromise", at=NOW + DAY, by="ann", what="false-positive",
                           reason="our own fork", expires=end))  # fmt: skip
    return opened


def found(store: Store) -> list[Stored]:
    return list(standing.findings_of(store, Question(open=None)))


def test_they_are_as_they_were(store: Store, golden: Golden) -> None:
    now, every = NOW + 3 * DAY, found(store)
    rows = [exports.finding(one, now) for one in every]
    golden(EXPECTED / "findings.csv", "".join(exports.table(exports.FINDINGS, rows)).replace("\r\n", "\n"))
    golden(
        EXPECTED / "findings.json",
        "".join(exports.document("pratique-fleet-findings/1", "findings", exports.FINDINGS, rows)),
    )
    golden(EXPECTED / "findings.md", "".join(exports.page(every, now=now)))
    sarif = json.loads("".join(exports.runs(store, every, now=now)))
    for run in sarif["runs"]:
        del run["tool"]  # its version, and the rules, which are the reports'
    golden(EXPECTED / "findings.sarif.json", sarif)
    store.close()


def test_sarif_is_valid_and_says_where_its_paths_begin(store: Store, shared: Path) -> None:
    told = json.loads("".join(exports.runs(store, found(store), now=NOW + 3 * DAY)))
    store.close()
    assert shared
    assert [error.message for one in schemas() for error in one.iter_errors(told)] == []
    shop, drop = told["runs"]
    assert shop["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "https://git.example.invalid/web/shop/"
    (origin,) = shop["versionControlProvenance"]
    assert (origin["repositoryUri"], origin["revisionId"]) == ("https://git.example.invalid/web/shop", f"{1:040x}")
    assert (drop["originalUriBaseIds"]["%SRCROOT%"]["uri"], "versionControlProvenance" in drop) == (
        "file:///srv/boms/",
        False,
    )
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in shop["results"]}
    assert places == {"web/package-lock.json", "a%7Cb/@x.json", "package-lock.json"}
    silent = {one["partialFingerprints"]["pratique/v1"] for one in shop["results"] if "suppressions" in one}
    assert silent == {"compromise", "stated"}


def test_nothing_is_a_formula_and_nothing_is_markup(store: Store) -> None:
    every = found(store)
    store.close()
    rows = list(
        csv.reader(io.StringIO("".join(exports.table(exports.FINDINGS, (exports.finding(one, NOW) for one in every)))))
    )
    assert {len(row) for row in rows} == {len(exports.FINDINGS)}
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell]
    page = "".join(exports.page(every, now=NOW))
    assert not {"<img", "@everyone", "\x1b"} & {word for word in ("<img", "@everyone", "\x1b") if word in page}
    assert {line.count("|") for line in page.splitlines() if line.startswith("|")} == {9}
