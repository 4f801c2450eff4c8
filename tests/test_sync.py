"""Synchronising, from a folder and from a real server that lies; killed at random moments; through the command."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.intel import intel
from scanner.errors import UsageError
from scanner.feeds.osv_bucket import Folder, Web, listed
from scanner.intel.store import Store, open_store
from scanner.model.ecosystem import Identity
from scanner.net import Client
from scanner.pipeline import sync as job
from scanner.pipeline.sync import Action, FeedResult
from tests import factories
from tests.servers import Lie, Server, serving

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
Records = dict[str, dict[str, Any]]


def record(id_: str, name: str, *, day: int = 1, ecosystem: str = "npm", **more: object) -> dict[str, Any]:
    affected = [{"package": {"ecosystem": ecosystem, "name": name}, "versions": ["1.0.0"]}]
    return {"id": id_, "modified": f"2026-11-{day:02d}T00:00:00Z", "affected": affected, **more}


def lay_out(root: Path, ecosystem: str, records: Records, *, singles: bool = True, zipped: bool = True) -> None:
    """Write an ecosystem as the bucket has it."""
    folder = root / ecosystem
    folder.mkdir(parents=True, exist_ok=True)
    if zipped:
        with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for id_, content in sorted(records.items()):
                archive.writestr(f"{id_}.json", json.dumps(content))
    rows = sorted(((content["modified"], id_) for id_, content in records.items()), reverse=True)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    (folder / "modified_id.csv").write_text(out.getvalue())
    for path in folder.glob("*.json"):
        path.unlink()
    if singles:
        for id_, content in records.items():
            (folder / f"{id_}.json").write_text(json.dumps(content))
    names = sorted(path.parent.name for path in root.glob("*/all.zip"))
    (root / "ecosystems.txt").write_text("\n".join(names) + "\n")


RECORDS: Records = {f"MAL-2026-{n}": record(f"MAL-2026-{n}", f"bad-{n}") for n in range(20)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "bucket"
    lay_out(root, "npm", RECORDS)
    return root


@pytest.fixture
def server(root: Path) -> Iterator[Server]:
    with serving(root) as running:
        yield running


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that waits as long as a test can."""
    monkeypatch.setattr("scanner.feeds.osv_bucket.Client", lambda: Client(timeout=(0.5, 0.5), backoff=0.01))


def run(source: Path | str, directory: Path, *, now: datetime = NOW, ecosystem: str = "npm") -> FeedResult:
    bucket = job.open_bucket(str(source))
    (result,) = job.sync(bucket, [ecosystem], directory, now=now, notify=lambda _: None)
    return result


def names(directory: Path, *wanted: str, ecosystem: str = "npm") -> list[str]:
    with open_store(directory, now=NOW) as store:
        return sorted(found.name for found in store.affected([Identity(ecosystem, name) for name in wanted]))


def intact(directory: Path) -> Store:
    """The store, after SQLite itself has checked every file."""
    for path in directory.glob("*/*.sqlite"):
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
    return factories.closed_later(open_store(directory, now=NOW))


@pytest.mark.parametrize("kind", ["folder", "server", "server without etags"])
def test_first_whole_then_nothing_new_then_changes(root: Path, server: Server, tmp_path: Path, kind: str) -> None:
    source: Path | str = root if kind == "folder" else server.url
    server.etags = kind != "server without etags"
    db = tmp_path / "db"
    first = run(source, db)
    assert (first.action, first.records, first.newest) == (Action.REBUILT, 20, "2026-11-01T00:00:00Z")
    assert names(db, "bad-0", "bad-19", "good") == ["bad-0", "bad-19"]

    later = NOW + timedelta(days=2)
    again = run(source, db, now=later)
    assert (again.action, again.records) == (Action.NOTHING_NEW, 20)
    with open_store(db, now=later) as store:
        assert [state.age_hours for state in store.feeds()] == [0.0]
    assert server.asked("npm/all.zip") == (0 if kind == "folder" else 1)

    changed = {
        **RECORDS,
        "MAL-2026-3": record("MAL-2026-3", "bad-3", day=5, withdrawn="2026-11-05T00:00:00Z"),
        "MAL-2026-4": record("MAL-2026-4", "renamed", day=6),
        "MAL-2026-20": record("MAL-2026-20", "bad-20", day=7),
    }
    lay_out(root, "npm", changed)
    os.utime(root / "npm" / "modified_id.csv", (2_000_000_000, 2_000_000_000))
    third = run(source, db, now=later)
    assert (third.action, third.changed, third.records) == (Action.UPDATED, 3, 21)
    assert third.newest == "2026-11-07T00:00:00Z"
    assert names(db, "bad-3", "bad-4", "renamed", "bad-20") == ["bad-20", "renamed"]
    assert server.asked("npm/all.zip") == (0 if kind == "folder" else 1)
    assert run(source, db, now=later).action is Action.NOTHING_NEW


def test_records_dated_into_the_future_hide_nothing(root: Path, tmp_path: Path) -> None:
    future = {**RECORDS, "PYSEC-1": {**record("PYSEC-1", "future"), "modified": "2027-07-09T00:00:00Z"}}
    lay_out(root, "npm", future)
    db = tmp_path / "db"
    assert run(root, db).newest == "2026-11-01T00:00:00Z"
    assert run(root, db).action is Action.NOTHING_NEW
    lay_out(root, "npm", {**future, "MAL-2026-77": record("MAL-2026-77", "after", day=2)})
    result = run(root, db)
    assert (result.action, result.changed) == (Action.UPDATED, 1)
    assert names(db, "after", "future") == ["after", "future"]


def test_a_change_with_an_older_date_is_a_change(root: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    run(root, db)
    old = {**record("MAL-2026-5", "other-name"), "modified": "2020-01-01T00:00:00Z"}
    lay_out(root, "npm", {**RECORDS, "MAL-2026-5": old})
    assert run(root, db).action is Action.UPDATED
    assert names(db, "bad-5", "other-name") == ["other-name"]


def test_the_same_time_written_otherwise_is_no_change(root: Path, tmp_path: Path) -> None:
    precise = {id_: {**content, "modified": "2026-11-01T00:00:00.120Z"} for id_, content in RECORDS.items()}
    lay_out(root, "npm", precise)
    db = tmp_path / "db"
    run(root, db)
    listing = root / "npm" / "modified_id.csv"
    listing.write_text(listing.read_text().replace(".120Z", ".120000Z"))
    assert run(root, db).action is Action.NOTHING_NEW


def test_an_id_that_vanished_is_forgotten(root: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    run(root, db)
    lay_out(root, "npm", {id_: content for id_, content in RECORDS.items() if id_ != "MAL-2026-7"})
    result = run(root, db)
    assert (result.action, result.records) == (Action.REBUILT, 19)
    assert names(db, "bad-7", "bad-8") == ["bad-8"]


def test_many_changes_and_old_states_are_read_whole(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = tmp_path / "db"
    run(root, db)
    monkeypatch.setattr(job, "MAX_SINGLE", 2)
    moved = {id_: record(id_, f"bad-{id_[9:]}", day=9) for id_ in ("MAL-2026-1", "MAL-2026-2", "MAL-2026-3")}
    lay_out(root, "npm", {**RECORDS, **moved})
    assert run(root, db).action is Action.REBUILT
    lay_out(root, "npm", {**RECORDS, **moved, "MAL-2026-1": record("MAL-2026-1", "bad-1", day=10)})
    assert run(root, db, now=NOW + timedelta(days=8)).action is Action.REBUILT


def test_a_mirror_without_single_records_is_read_whole(root: Path, server: Server, tmp_path: Path) -> None:
    lay_out(root, "npm", RECORDS, singles=False)
    db = tmp_path / "db"
    run(server.url, db)
    lay_out(root, "npm", {**RECORDS, "MAL-2026-1": record("MAL-2026-1", "renamed", day=3)}, singles=False)
    assert run(server.url, db).action is Action.REBUILT
    assert names(db, "bad-1", "renamed") == ["renamed"]
    # The list runs ahead of the zip: nothing is lost, and it is asked again.
    lay_out(root, "npm", {**RECORDS, "MAL-2026-9": record("MAL-2026-9", "x", day=4)}, singles=False, zipped=False)
    assert run(server.url, db).action is Action.NOTHING_NEW
    assert names(db, "bad-9") == ["bad-9"]


def test_a_mirror_without_a_list_is_read_whole(root: Path, server: Server, tmp_path: Path) -> None:
    (root / "npm" / "modified_id.csv").unlink()
    db = tmp_path / "db"
    assert run(server.url, db).action is Action.REBUILT
    assert run(server.url, db).action is Action.NOTHING_NEW


def test_another_source_is_not_mistaken_for_the_old_one(root: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    run(root, db)
    other = tmp_path / "other"
    shutil.copytree(root, other)
    lay_out(other, "npm", {id_: record(id_, f"other-{id_[9:]}") for id_ in RECORDS})
    assert run(other, db).action is Action.REBUILT
    assert names(db, "bad-1", "other-1") == ["other-1"]


def test_a_further_source_of_few_records_does_not_replace_the_feed(root: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    run(root, db)
    other = tmp_path / "other"
    lay_out(other, "npm", {"LWA-1": record("LWA-1", "small")})
    result = run(other, db)
    assert result.action is Action.FAILED
    assert "--name" in str(result.error)
    assert names(db, "bad-1", "small") == ["bad-1"]
    bucket = job.open_bucket(str(other))
    (beside,) = job.sync(bucket, ["npm"], db, now=NOW, name="leitwacht", notify=lambda _: None)
    assert (beside.feed, beside.action) == ("leitwacht/npm", Action.REBUILT)
    assert names(db, "bad-1", "small") == ["bad-1", "small"]


def test_a_broken_record_costs_that_record(root: Path, tmp_path: Path) -> None:
    broken = {**RECORDS, "MAL-2026-2": {**RECORDS["MAL-2026-2"], "affected": "nonsense"}}
    lay_out(root, "npm", broken)
    db = tmp_path / "db"
    result = run(root, db)
    assert (result.action, result.records) == (Action.REBUILT, 19)
    assert [problem.where for problem in result.problems] == ["MAL-2026-2.json"]
    assert names(db, "bad-1", "bad-2", "bad-3") == ["bad-1", "bad-3"]
    # It is known to be broken: not asked for again until it changes.
    assert run(root, db).action is Action.NOTHING_NEW
    lay_out(root, "npm", {**broken, "MAL-2026-1": record("MAL-2026-1", "bad-1", day=2)})
    assert run(root, db).changed == 1
    lay_out(root, "npm", {**RECORDS, "MAL-2026-2": record("MAL-2026-2", "bad-2", day=3)})
    assert run(root, db).problems == ()
    assert names(db, "bad-2") == ["bad-2"]


def test_a_changed_record_that_cannot_be_read_leaves_the_old_claim(root: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    run(root, db)
    other = {**record("MAL-2026-3", "bad-3", day=2), "id": "MAL-2026-999"}
    lay_out(root, "npm", {**RECORDS, "MAL-2026-3": other})
    result = run(root, db)
    assert (result.action, len(result.problems)) == (Action.UPDATED, 1)
    assert names(db, "bad-3") == ["bad-3"]
    # It is asked for again, and said again, until it can be read.
    assert len(run(root, db).problems) == 1
    lay_out(root, "npm", {**RECORDS, "MAL-2026-3": record("MAL-2026-3", "renamed", day=2)})
    assert run(root, db).problems == ()
    assert names(db, "bad-3", "renamed") == ["renamed"]


def test_a_zip_full_of_broken_records_is_not_believed(root: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    run(root, db)
    lay_out(root, "npm", {f"X-{n}": {"id": f"X-{n}", "modified": "2026-11-01T00:00:00Z"} for n in range(300)})
    result = run(root, db)
    assert (result.action, names(db, "bad-1")) == (Action.FAILED, ["bad-1"])


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("lie", [lie for lie in Lie if lie is not Lie.ENDLESS])
@pytest.mark.parametrize("path", ["npm/all.zip", "npm/modified_id.csv", "npm/MAL-2026-1.json"])
def test_a_lying_server_does_no_harm(root: Path, server: Server, tmp_path: Path, lie: Lie, path: str) -> None:
    if lie is Lie.SLOW and path != "npm/all.zip":
        pytest.skip("the same, and slow")
    db = tmp_path / "db"
    run(server.url, db)
    changed = {**RECORDS, "MAL-2026-1": record("MAL-2026-1", "renamed", day=2)}
    lay_out(root, "npm", changed, singles=path.endswith(".json"))
    server.ranges = lie is not Lie.WRONG_LENGTH
    server.lie(path, lie)
    result = run(server.url, db)
    assert result.action is Action.FAILED
    assert result.error is not None
    assert result.error.hint
    assert names(db, "bad-1", "bad-2", "renamed") == ["bad-1", "bad-2"]
    with intact(db) as store:
        assert [state.status for state in store.feeds()] == ["fresh"]
    server.honest()
    assert run(server.url, db).error is None
    assert names(db, "bad-1", "bad-2", "renamed") == ["bad-2", "renamed"]
    assert not list(db.glob("*/.*.tmp"))


def test_a_full_disk_leaves_the_old_database(root: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    run(root, db)
    lay_out(root, "npm", {**RECORDS, "MAL-2026-1": record("MAL-2026-1", "renamed", day=2)})
    # No file may grow beyond that: the writes fail as on a disk that is full.
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, old[1]))
    try:
        results = [run(root, db), run(root, db, now=NOW + timedelta(days=30))]  # changes, then whole
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    for result in results:
        assert result.action is Action.FAILED
        assert "the old database is kept" in str(result.error)
    with intact(db):
        assert names(db, "bad-1", "renamed") == ["bad-1"]
    assert not list(db.glob("*/.*.tmp"))


def test_what_is_withdrawn_or_vanishes_is_told_by_name(root: Path, tmp_path: Path) -> None:
    flaw = record("GHSA-1", "flawed", withdrawn="2026-10-01T00:00:00Z")
    lay_out(root, "npm", {**RECORDS, "GHSA-1": flaw, "GHSA-2": record("GHSA-2", "flawed-too")})
    db = ("--intel-dir", str(tmp_path / "db"))
    _, out, _ = command("sync", "--from", str(root), *db)
    assert "match no more" not in out  # it was never there
    gone = {id_: content for id_, content in RECORDS.items() if id_ != "MAL-2026-7"}
    gone["MAL-2026-8"] = record("MAL-2026-8", "bad-8", day=2, withdrawn="2026-11-02T00:00:00Z")
    lay_out(root, "npm", {**gone, "GHSA-1": flaw, "MAL-2026-99": record("MAL-2026-99", "new", day=3)})
    _, out, _ = command("sync", "--from", str(root), *db)
    assert [row.strip() for row in out.splitlines()[1:]] == [
        "1 records withdrawn and 2 vanished, these match no more:",
        "MAL-2026-7  vanished, malicious: bad-7",
        "MAL-2026-8  withdrawn, malicious: bad-8",
        "GHSA-2  vanished, vulnerability: flawed-too",
    ]
    # The same where changes are applied one by one.
    gone["MAL-2026-9"] = record("MAL-2026-9", "bad-9", day=4, withdrawn="2026-11-04T00:00:00Z")
    lay_out(root, "npm", {**gone, "GHSA-1": flaw, "MAL-2026-99": record("MAL-2026-99", "new", day=3)})
    result = run(root, tmp_path / "db")
    assert (result.action, result.lost.withdrawn, result.lost.vanished) == (Action.UPDATED, 1, 0)
    assert [(one.id, one.packages) for one in result.lost.told] == [("MAL-2026-9", ("bad-9",))]
    assert run(root, tmp_path / "db").lost.told == ()


# --- which ecosystems, and the command ---------------------------------------------------------------------------


def test_ecosystems_are_those_to_which_a_package_can_belong(root: Path) -> None:
    for name in ("GitHub Actions", "Linux", "Debian", "Debian:12", "crates.io"):
        lay_out(root, name, {})
    chosen, rest = job.choose(Folder(root), [])
    assert set(chosen) == {"npm", "GitHub Actions", "Debian", "crates.io"}
    assert rest == ("Linux",)
    assert job.choose(Folder(root), ["NPM", "debian:12"])[0] == ("npm", "Debian:12")
    with pytest.raises(UsageError, match="no ecosystem 'nmp'"):
        job.choose(Folder(root), ["nmp"])


def test_a_mirror_that_lists_nothing_wants_names(root: Path, server: Server) -> None:
    (root / "ecosystems.txt").unlink()
    with pytest.raises(UsageError, match="--ecosystem"):
        job.choose(Web(server.url), [])
    assert job.choose(Web(server.url), ["npm"])[0] == ("npm",)
    assert job.choose(Folder(root), [])[0] == ("npm",)


@pytest.mark.parametrize("name", ["../../etc", "..", "/", "a\0b", "", "ё"])
def test_names_of_ecosystems_do_not_climb(root: Path, tmp_path: Path, name: str) -> None:
    result = run(root, tmp_path / "db", ecosystem=name)
    assert result.action is Action.FAILED if name else True
    assert not list((tmp_path / "db").glob("**/*.sqlite"))


def test_the_list_of_changes_is_read_with_care() -> None:
    found, bad = listed(
        b"2026-01-02T00:00:00Z,A-1\n\n2026-01-01T00:00:00Z,A-1\nnonsense\n,\n2026-01-01T00:00:00Z,B,2\n"
    )
    assert found == {"A-1": "2026-01-02T00:00:00Z", "B,2": "2026-01-01T00:00:00Z"}
    assert bad == 2


def command(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(intel, arguments, standalone_mode=False, catch_exceptions=False)
    assert isinstance(result.return_value, int), result.output
    return result.return_value, result.stdout, result.stderr


def test_the_command_says_a_line_a_feed_and_answers_with_a_code(
    root: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    lay_out(root, "GitHub Actions", {"GHSA-1": record("GHSA-1", "Owner/Action", ecosystem="GitHub Actions")})
    db = str(tmp_path / "db")
    assert command("status", "--intel-dir", db)[0] == 3
    code, out, _ = command("sync", "--from", server.url, "--intel-dir", db)
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("osv/github-actions  1 records, newest 2026-11-01T00:00:00Z, ")
    assert lines[1].startswith("osv/npm  20 records, newest 2026-11-01T00:00:00Z, ")
    code, out, _ = command("sync", "--from", server.url, "--intel-dir", db)
    assert (code, out.count("nothing new")) == (0, 2)

    server.lie("npm/modified_id.csv", Lie.BROKEN)
    code, out, _ = command("sync", "--from", server.url, "--intel-dir", db)
    assert code == 3
    assert "osv/github-actions  1 records" in out
    assert "osv/npm  failed: " in out
    assert "answers 500" in out

    code, out, _ = command("status", "--json", "--intel-dir", db)
    feeds = json.loads(out)["feeds"]
    assert code == 0
    assert [(feed["name"], feed["records"], feed["status"]) for feed in feeds] == [
        ("osv/github-actions", 1, "fresh"),
        ("osv/npm", 20, "fresh"),
    ]
    monkeypatch.setenv("PRATIQUE_INTEL_DIR", db)
    code, out, _ = command("status")
    assert code == 0
    assert "osv/npm" in out
    (Path(db) / "osv" / "npm.sqlite").write_bytes(b"")
    assert command("status")[0] == 3


def test_the_command_counts_and_prints_problems(root: Path, tmp_path: Path) -> None:
    bad = {f"MAL-2026-{n}": {"id": f"MAL-2026-{n}", "modified": "2026-11-01T00:00:00Z"} for n in range(100, 130)}
    hostile = {"MAL-2026-200": {"modified": "2026-11-01T00:00:00Z\x1b[2J", "affected": []}}
    lay_out(root, "npm", {**RECORDS, **bad, **hostile}, singles=False)
    code, out, err = command("sync", "--from", str(root), "--intel-dir", str(tmp_path / "db"))
    assert (code, "20 records" in out) == (0, True)
    assert "31 problems" in err
    assert "MAL-2026-100.json: MAL-2026-100 names no affected package" in err
    assert "and 11 more" in err
    assert "\x1b" not in out + err


@pytest.mark.parametrize(
    "arguments", [("--from", "ftp://127.0.0.1/x"), ("--from", "/no/such/folder"), ("--name", "../x")]
)
def test_wrong_usage_is_said_so(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        command("sync", *arguments, "--intel-dir", str(tmp_path))


def test_the_real_feeds_are_read(shared: Path, tmp_path: Path) -> None:
    wanted = ("Hackage", "crates.io", "GitHub Actions", "Hex", "NuGet")
    with serving(shared / "feeds" / "osv") as server:
        arguments = [part for name in wanted for part in ("--ecosystem", name)]
        code, out, err = command("sync", "--from", server.url, *arguments, "--intel-dir", str(tmp_path))
        assert (code, err) == (0, "")
        assert [row.split()[:2] for row in out.splitlines()] == [
            ["osv/hackage", "32"],
            ["osv/crates.io", "1,217"],
            ["osv/github-actions", "2"],
            ["osv/hex", "210"],
            ["osv/nuget", "755"],
        ]
        code, out, _ = command("sync", "--from", server.url, *arguments, "--intel-dir", str(tmp_path))
        assert (code, out.count("nothing new")) == (0, 5)
    with open_store(tmp_path, now=datetime.now(UTC)) as store:
        found = store.affected([Identity("GitHub Actions", "tj-actions/changed-files")])
        assert [hit.affected.kind.value for hits in found.values() for hit in hits] == ["malicious"]
