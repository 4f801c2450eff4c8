"""Repositories of OSV records as feeds: checkouts and archives, in the layouts of OSSF and of GitHub."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import shutil
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.intel import intel
from scanner.errors import UsageError
from scanner.feeds import osv_collection
from scanner.intel.store import open_store
from scanner.model.ecosystem import Identity
from scanner.pipeline import collection
from scanner.pipeline.sync import Action, FeedResult
from tests.servers import serving

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def record(id_: str, name: str, ecosystem: str = "npm", **more: Any) -> dict[str, Any]:
    affected = [{"package": {"ecosystem": ecosystem, "name": name}, "versions": ["1.0.0"]}]
    return {"id": id_, "modified": "2026-11-01T00:00:00Z", "affected": affected, **more}


def put(root: Path, path: str, content: dict[str, Any]) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(json.dumps(content))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    put(root, "osv/malicious/npm/bad-a/MAL-2026-1.json", record("MAL-2026-1", "bad-a"))
    put(root, "osv/malicious/npm/@x/bad-b/MAL-2026-2.json", record("MAL-2026-2", "@x/bad-b"))
    put(root, "osv/malicious/pypi/bad-c/MAL-2026-3.json", record("MAL-2026-3", "bad-c", "PyPI"))
    put(root, "osv/withdrawn/npm/good/MAL-2026-4.json", record("MAL-2026-4", "good", withdrawn="2026-01-01T00:00:00Z"))
    put(root, "advisories/github-reviewed/2026/03/GHSA-a/GHSA-a.json", record("GHSA-a", "flawed"))
    put(root, "advisories/unreviewed/2026/03/GHSA-b/GHSA-b.json", {"id": "GHSA-b", "modified": "x", "affected": []})
    put(root, ".git/config.json", {})
    put(root, ".github/MAL-2026-9.json", record("MAL-2026-9", "hidden"))
    put(root, "osv/malicious/elsewhere/x/MAL-2026-5.json", record("MAL-2026-5", "x", "Nowhere"))
    (root / "README.md").write_text("# Records")
    return root


def packed(tree: Path, kind: str) -> Path:
    path = tree.parent / f"archive.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(tree.rglob("*")):
                archive.write(file, f"main/{file.relative_to(tree)}")
    else:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            tar.add(tree, "main")
        data = out.getvalue()
        path.write_bytes({"tar": data, "tar.gz": gzip.compress(data), "tar.xz": lzma.compress(data)}[kind])
    return path


def run(source: Path | str, db: Path, *, name: str = "ossf") -> list[FeedResult]:
    return list(collection.sync(str(source), db, name=name, now=NOW, notify=lambda _: None))


def told(results: list[FeedResult]) -> list[tuple[str, str, int]]:
    return [(result.feed, result.action.value, result.records) for result in results]


def names(db: Path) -> list[str]:
    every = [("npm", name) for name in ("bad-a", "@x/bad-b", "good", "flawed", "hidden", "new")] + [("PyPI", "bad-c")]
    with open_store(db, now=NOW) as store:
        return sorted(found.name for found in store.affected([Identity(*one) for one in every]))


@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "tar.gz", "tar.xz"])
def test_every_layout_is_read_and_read_once(tree: Path, tmp_path: Path, kind: str) -> None:
    source = tree if kind == "folder" else packed(tree, kind)
    db = tmp_path / "db"
    first = run(source, db)
    assert told(first) == [("ossf/pypi", "rebuilt", 1), ("ossf/npm", "rebuilt", 4)]
    assert [problem for result in first for problem in result.problems] == []
    assert names(db) == ["@x/bad-b", "bad-a", "bad-c", "flawed"]
    assert told(run(source, db)) == [("ossf/npm", "nothing new", 4), ("ossf/pypi", "nothing new", 1)]
    with open_store(db, now=NOW) as store:
        assert {state.status for state in store.feeds()} == {"fresh"}
    assert [path.name for path in (db / "ossf").glob(".*.tmp")] == []


def test_what_changed_is_read_and_what_went_is_told(tree: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    run(tree, db)
    shutil.move(tree / "osv/malicious/npm/bad-a", tree / "osv/withdrawn/npm/bad-a")
    put(
        tree, "osv/withdrawn/npm/bad-a/MAL-2026-1.json", record("MAL-2026-1", "bad-a", withdrawn="2026-11-02T00:00:00Z")
    )
    (tree / "advisories/github-reviewed/2026/03/GHSA-a/GHSA-a.json").unlink()
    put(tree, "osv/malicious/npm/new/MAL-2026-6.json", record("MAL-2026-6", "new"))
    results = {result.feed: result for result in run(tree, db)}
    lost = results["ossf/npm"].lost
    assert (lost.withdrawn, lost.vanished, [gone.id for gone in lost.told]) == (1, 1, ["MAL-2026-1", "GHSA-a"])
    assert names(db) == ["@x/bad-b", "bad-c", "new"]


def test_an_ecosystem_that_is_gone_is_kept_and_said(tree: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    run(tree, db)
    shutil.rmtree(tree / "osv/malicious/pypi")
    failed = [result for result in run(tree, db) if result.action is Action.FAILED]
    assert [result.feed for result in failed] == ["ossf/pypi"]
    assert "bad-c" in names(db)


def test_a_broken_record_costs_that_record(tree: Path, tmp_path: Path) -> None:
    (tree / "osv/malicious/npm/bad-a/MAL-2026-1.json").write_text("{")
    put(tree, "config.json", {"not": "a record"})
    results = run(tree, tmp_path / "db")
    assert sorted(problem.where for result in results for problem in result.problems) == [
        "config.json",
        "osv/malicious/npm/bad-a/MAL-2026-1.json",
    ]
    assert names(tmp_path / "db") == ["@x/bad-b", "bad-c", "flawed"]


def test_links_lead_nowhere(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    put(outside, "MAL-2026-7.json", record("MAL-2026-7", "new"))
    (tree / "linked").symlink_to(outside)
    (tree / "MAL-2026-7.json").symlink_to(outside / "MAL-2026-7.json")
    (tree / "loop").symlink_to(tree)
    os.mkfifo(tree / "MAL-2026-8.json")
    run(tree, tmp_path / "db")
    assert "new" not in names(tmp_path / "db")


@pytest.mark.parametrize("what", ["nonsense", "empty folder", "no records", "tar", "tar.gz", "tar.xz", "bomb", "none"])
def test_what_is_no_repository_changes_nothing(tree: Path, tmp_path: Path, what: str) -> None:
    db = tmp_path / "db"
    run(tree, db)
    other = tmp_path / "other"
    if what == "nonsense":
        other.write_bytes(b"nonsense" * 1000)
    elif what == "empty folder":
        other.mkdir()
    elif what == "no records":
        for number in range(300):
            put(other, f"{number}.json", {"a": number})
    elif what.startswith("tar"):
        data = packed(tree, what).read_bytes()
        other.write_bytes(data[: len(data) // 1024 * 512])
    elif what == "bomb":
        info = tarfile.TarInfo("a.json")
        info.size = 1 << 33
        other.write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(50_000_000)))
    (result,) = run(other, db)
    assert result.action is Action.FAILED
    assert names(db) == ["@x/bad-b", "bad-a", "bad-c", "flawed"]


def test_names_inside_of_an_archive_are_only_names(tmp_path: Path) -> None:
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../../MAL-2026-1.json", json.dumps(record("MAL-2026-1", "bad-a")))
    assert not osv_collection.wanted("../../../MAL-2026-1.json")  # a hidden folder's name begins with a dot
    (result,) = run(path, tmp_path / "db")
    assert result.action is Action.FAILED
    assert not list(tmp_path.glob("**/*.json"))


def test_an_archive_behind_an_address_is_fetched_when_it_changed(tree: Path, tmp_path: Path) -> None:
    www = tmp_path / "www"
    www.mkdir()
    shutil.move(packed(tree, "tar.gz"), www / "main.tar.gz")
    db = tmp_path / "db"
    with serving(www) as server:
        address = f"{server.url}/main.tar.gz"
        assert [result.action for result in run(address, db)] == [Action.REBUILT] * 2
        assert [result.action for result in run(address, db)] == [Action.NOTHING_NEW] * 2
        assert server.statuses("main.tar.gz") == [200, 304]
    assert [path.name for path in (db / "ossf").glob(".*.tmp")] == []


def command(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(intel, ["sync", *arguments], standalone_mode=False, catch_exceptions=False)
    assert isinstance(result.return_value, int), result.output
    return result.return_value, result.stdout


def test_the_command_tells_a_repository_from_a_bucket(tree: Path, tmp_path: Path) -> None:
    db = ("--intel-dir", str(tmp_path / "db"))
    code, out = command("--from", str(tree), "--name", "ossf", *db)
    assert (code, [row.split()[:2] for row in out.splitlines()]) == (0, [["ossf/pypi", "1"], ["ossf/npm", "4"]])
    with pytest.raises(UsageError, match="a name of its own"):
        command("--from", str(tree), *db)
    with pytest.raises(UsageError, match="--ecosystem"):
        command("--from", str(tree), "--name", "ossf", "--ecosystem", "npm", *db)


@pytest.mark.parametrize("name", ["leitwacht", "nodejs-security-wg", "retirejs", "vulnerablecode"])
def test_the_further_collections_are_read(shared: Path, tmp_path: Path, name: str) -> None:
    code, out = command(
        "--from", str(shared / "feeds" / "osv-extra" / name), "--name", name, "--intel-dir", str(tmp_path)
    )
    counts = {"leitwacht": "2,990", "nodejs-security-wg": "467", "retirejs": "482", "vulnerablecode": "2,370"}
    assert (code, out.split()[:2]) == (0, [f"{name}/npm", counts[name]])
