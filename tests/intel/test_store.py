"""The store on real SQLite files: what comes back, what never does, and what a damaged file becomes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.errors import IntelError
from scanner.feeds import osv
from scanner.feeds.archive import read_members
from scanner.intel import build, publish
from scanner.intel.build import Built, Facts
from scanner.intel.store import Store, default_directory, open_store, same_release
from scanner.model.advisory import Advisory, AdvisoryKind
from scanner.model.ecosystem import Identity
from tests import factories

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def record(id_: str, *packages: str, modified: str = "2026-11-01T00:00:00Z", **more: object) -> Advisory:
    """A record on packages of npm, or of what stands before a `|`."""
    affected = []
    for package in packages:
        ecosystem, bar, name = package.rpartition("|")
        affected.append({"package": {"ecosystem": ecosystem if bar else "npm", "name": name}, "versions": ["1.0.0"]})
    return osv.from_value({"id": id_, "modified": modified, "affected": affected, **more}, where=id_)


def facts(family: str = "npm", fetched: datetime = NOW) -> Facts:
    return Facts(family=family, source="test", fetched=fetched)


def make(
    directory: Path, *advisories: Advisory, family: str = "npm", name: str = "npm", fetched: datetime = NOW
) -> Built:
    path = directory / "osv" / f"{name}.sqlite"
    with publish.writing(path):
        return build.build(path, advisories, facts(family, fetched))


def opened(directory: Path, now: datetime = NOW) -> Store:
    return factories.closed_later(open_store(directory, now=now))


def ids(store: Store, *identities: Identity) -> dict[str, list[str]]:
    found = store.affected(identities)
    return {identity.name: [hit.affected.advisory for hit in hits] for identity, hits in found.items()}


def test_a_package_is_found_under_its_normalised_name(tmp_path: Path) -> None:
    make(tmp_path, record("MAL-1", "@Scope/Name"), record("GHSA-1", "other"))
    with opened(tmp_path) as store:
        found = store.affected([Identity("npm", "@scope/name"), Identity("npm", "absent"), Identity("PyPI", "other")])
        ((identity, (hit,)),) = found.items()
        assert identity == Identity("npm", "@scope/name")
        assert (hit.feed, hit.affected) == ("osv/npm", record("MAL-1", "@Scope/Name").affected[0])


def test_a_whole_record_comes_back_as_it_was(tmp_path: Path) -> None:
    advisory = record(
        "GHSA-1",
        "a",
        "b",
        details="Long text. " * 100,
        aliases=["CVE-1"],
        references=[{"url": "https://example.org"}],
        severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}],
    )
    make(tmp_path, advisory, record("MAL-2", "c", details="ünïcode 😀"))
    with opened(tmp_path) as store:
        assert store.advisory("osv/npm", "GHSA-1") == advisory
        assert store.advisory("osv/npm", "CVE-1") is None
        assert store.advisory("osv/pypi", "GHSA-1") is None
        assert [(feed, found.id) for feed, found in store.find("cve-1")] == [("osv/npm", "GHSA-1")]
        assert [found.id for _, found in store.find(" mal-2 ")] == ["MAL-2"]
        assert store.find("nothing") == ()


def test_more_names_than_one_query_takes(tmp_path: Path) -> None:
    make(tmp_path, *(record(f"MAL-{n}", f"package-{n}") for n in range(2_500)))
    with opened(tmp_path) as store:
        assert len(store.affected([Identity("npm", f"package-{n}") for n in range(5_000)])) == 2_500


def test_withdrawn_records_do_not_match_and_can_be_read(tmp_path: Path) -> None:
    make(tmp_path, record("MAL-1", "a", withdrawn="2026-11-02T00:00:00Z"))
    with opened(tmp_path) as store:
        assert store.affected([Identity("npm", "a")]) == {}
        assert [found.withdrawn for _, found in store.find("MAL-1")] == ["2026-11-02T00:00:00Z"]


def test_a_record_named_by_a_malicious_one_reports_the_same_malice(tmp_path: Path) -> None:
    named = record("PYSEC-1", "PyPI|litellm")
    accuser = record("MAL-1", "PyPI|litellm", aliases=["PYSEC-1"])
    make(tmp_path, named, accuser, record("PYSEC-2", "PyPI|litellm"), family="PyPI", name="pypi")
    with opened(tmp_path) as store:
        hits = store.affected([Identity("PyPI", "litellm")])[Identity("PyPI", "litellm")]
        assert {hit.affected.advisory: hit.affected.kind.value for hit in hits} == {
            "MAL-1": "malicious",
            "PYSEC-1": "malicious",
            "PYSEC-2": "vulnerability",
        }
        whole = store.advisory("osv/pypi", "PYSEC-1")
        assert whole is not None
        assert {whole.kind, whole.affected[0].kind} == {AdvisoryKind.MALICIOUS}
    # The accuser is withdrawn: so is the accusation.
    path = tmp_path / "osv" / "pypi.sqlite"
    withdrawn = record("MAL-1", "PyPI|litellm", aliases=["PYSEC-1"], withdrawn="2026-11-03T00:00:00Z")
    with publish.writing(path):
        build.amend(path, [withdrawn], facts("PyPI"), listed={})
    with opened(tmp_path) as store:
        (first, second) = store.affected([Identity("PyPI", "litellm")])[Identity("PyPI", "litellm")]
        assert {first.affected.kind, second.affected.kind} == {AdvisoryKind.VULNERABILITY}


def test_a_feed_speaks_for_its_own_ecosystem_only(tmp_path: Path) -> None:
    both = record("GHSA-1", "npm|a", "PyPI|a")
    make(tmp_path, both)
    built = make(tmp_path, both, record("GHSA-2", "npm|b"), family="PyPI", name="pypi")
    assert [problem.where for problem in built.problems] == ["GHSA-2"]
    with opened(tmp_path) as store:
        found = store.affected([Identity("npm", "a"), Identity("PyPI", "a"), Identity("npm", "b")])
        assert {identity.ecosystem: [hit.feed for hit in hits] for identity, hits in found.items()} == {
            "npm": ["osv/npm"],
            "PyPI": ["osv/pypi"],
        }


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Debian:12", "Debian:12", True),
        ("Debian", "Debian:12", True),
        ("Debian:12", "Debian", True),
        ("Debian:12", "Debian:11", False),
        ("Debian:1", "Debian:12", False),
        ("Ubuntu:22.04", "Ubuntu:22.04:LTS", True),
        ("Ubuntu:22.04:LTS", "Ubuntu:22.04", True),
        ("Ubuntu:22.04", "Ubuntu:Pro:22.04:LTS", False),
        ("Packagist", "Packagist:https://packages.example/8", True),
    ],
)
def test_releases_of_a_distribution_are_told_apart(tmp_path: Path, ours: str, theirs: str, same: bool) -> None:
    assert same_release(ours, theirs) is same
    make(tmp_path, record("X-1", f"{theirs}|pkg"), family=theirs.partition(":")[0], name="x")
    with opened(tmp_path) as store:
        assert bool(store.affected([Identity(ours, "pkg")])) is same


def test_of_two_records_with_one_id_the_newer_counts(tmp_path: Path) -> None:
    old, new = record("MAL-1", "old"), record("MAL-1", "new", modified="2026-11-02T00:00:00Z")
    for order in ((old, new), (new, old)):
        built = make(tmp_path, *order)
        assert built.records == 1
        assert [problem.where for problem in built.problems] == ["MAL-1"]
        with opened(tmp_path) as store:
            assert ids(store, Identity("npm", "old"), Identity("npm", "new")) == {"new": ["MAL-1"]}


def test_changes_replace_what_was_said_before(tmp_path: Path) -> None:
    make(tmp_path, record("MAL-1", "a", "b", aliases=["GHSA-1"]), record("MAL-2", "a"))
    path = tmp_path / "osv" / "npm.sqlite"
    with publish.writing(path):
        changed = [record("MAL-1", "c", aliases=["GHSA-2"]), record("MAL-3", "a")]
        built = build.amend(path, changed, facts(), listed={"MAL-1": "2026-11-05T00:00:00Z"})
    assert built.records == 3
    with opened(tmp_path) as store:
        assert ids(store, *(Identity("npm", name) for name in "abc")) == {"a": ["MAL-2", "MAL-3"], "c": ["MAL-1"]}
        assert store.find("GHSA-1") == ()
        assert len(store.find("GHSA-2")) == 1
    stored = build.stored(path)
    assert stored is not None
    assert stored[1]["MAL-1"] == "2026-11-05T00:00:00Z"


def test_age_tells_fresh_from_stale_whichever_way_a_clock_is_wrong(tmp_path: Path) -> None:
    make(tmp_path, record("MAL-1", "a"), record("PYSEC-1", "b", modified="2027-07-09T00:00:00Z"))
    for passed, status in (
        (timedelta(hours=3), "fresh"),
        (timedelta(days=8), "stale"),
        (timedelta(days=-300), "stale"),
    ):
        (state,) = opened(tmp_path, NOW + passed).feeds()
        assert (state.status, state.records, state.newest) == (status, 2, "2026-11-01T00:00:00Z")
        assert state.age_hours == passed.total_seconds() / 3600
    with open_store(tmp_path, now=NOW + timedelta(days=8), max_age=30) as store:
        (state,) = store.feeds()
    assert state.status == "fresh"


def test_no_directory_is_an_empty_store(tmp_path: Path) -> None:
    with opened(tmp_path / "none") as store:
        assert store.feeds() == ()
        assert store.affected([Identity("npm", "a")]) == {}
        assert store.find("MAL-1") == ()


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "other version", "directory", "overwritten"])
def test_a_damaged_file_is_a_broken_feed_and_the_others_go_on(tmp_path: Path, damage: str) -> None:
    make(tmp_path, *(record(f"MAL-{n}", f"a{n}", details=os.urandom(200).hex()) for n in range(300)))
    make(tmp_path, record("PYSEC-1", "PyPI|a"), family="PyPI", name="pypi")
    path = tmp_path / "osv" / "npm.sqlite"
    whole = path.read_bytes()
    if damage == "directory":
        path.unlink()
        path.mkdir()
    elif damage == "other version":
        import sqlite3

        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE meta SET value = CAST('999' AS BLOB) WHERE key = 'schema'")
        connection.close()
    else:
        content = {
            "empty": b"",
            "text": b"not a database" * 100,
            "cut": whole[: len(whole) // 2],
            "overwritten": whole[:24576] + b"\xff" * (len(whole) - 24576),
        }
        path.write_bytes(content[damage])
    with opened(tmp_path) as store:
        assert ids(store, Identity("PyPI", "a"), *(Identity("npm", f"a{n}") for n in range(300)))["a"] == ["PYSEC-1"]
        store.find("MAL-1")
        states = {state.name: state.status for state in store.feeds()}
    assert states == {"osv/npm": "broken", "osv/pypi": "fresh"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_it_opens_from_a_folder_that_may_not_be_written() -> None:
    code = (
        "import os, sys\nfrom datetime import datetime, UTC\nfrom pathlib import Path\n"
        "from scanner.intel.store import open_store\nfrom scanner.model.ecosystem import Identity\n"
        "os.setuid(65534)\n"
        "with open_store(Path(sys.argv[1]), now=datetime.now(UTC)) as store:\n"
        "    print(len(store.affected([Identity('npm', 'a')])), os.access(sys.argv[1] + '/osv', os.W_OK))\n"
    )
    # Not pytest's folder: nobody else may enter it.
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        make(directory, record("MAL-1", "a"))
        directory.chmod(0o755)
        (directory / "osv").chmod(0o555)
        got = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    assert got.stdout.split() == ["1", "False"]


def test_a_feed_that_lost_most_of_its_records_is_not_believed(tmp_path: Path) -> None:
    make(tmp_path, *(record(f"MAL-{n}", f"a{n}") for n in range(10)))
    with pytest.raises(IntelError, match="it is kept") as caught:
        make(tmp_path, record("MAL-1", "a1"))
    assert caught.value.hint
    with opened(tmp_path) as store:
        assert store.feeds()[0].records == 10
    assert make(tmp_path, *(record(f"MAL-{n}", f"a{n}") for n in range(6))).records == 6


def test_leftovers_of_a_killed_writer_are_swept(tmp_path: Path) -> None:
    make(tmp_path, record("MAL-1", "a"))
    leftover = tmp_path / "osv" / ".npm.sqlite.4711.db.tmp"
    leftover.write_bytes(b"x")
    other = tmp_path / "osv" / ".pypi.sqlite.4711.db.tmp"
    other.write_bytes(b"x")
    make(tmp_path, record("MAL-1", "a"))
    assert not leftover.exists()
    assert other.exists(), "another feed's writer may be at work"


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "osv" / "npm.sqlite"
    with publish.writing(path), pytest.raises(IntelError, match="another sync"), publish.writing(path, patience=0.2):
        pass


def test_a_failing_source_leaves_the_old_file(tmp_path: Path) -> None:
    make(tmp_path, record("MAL-1", "a"))
    path = tmp_path / "osv" / "npm.sqlite"
    before = path.read_bytes()

    def failing() -> object:
        yield record("MAL-2", "b")
        raise IntelError("broke off")

    with publish.writing(path), pytest.raises(IntelError):
        build.build(path, failing(), facts())  # type: ignore[arg-type]  # a generator that raises
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in path.parent.iterdir()) == [".npm.sqlite.lock", "npm.sqlite"]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"PRATIQUE_INTEL_DIR": "/x", "XDG_DATA_HOME": "/d", "HOME": "/h"}, "/x"),
        ({"XDG_DATA_HOME": "/d", "HOME": "/h"}, "/d/pratique/intel"),
        ({"XDG_DATA_HOME": "relative", "HOME": "/h"}, "/h/.local/share/pratique/intel"),
        ({"HOME": "/h"}, "/h/.local/share/pratique/intel"),
    ],
)
def test_where_the_database_lies(environ: dict[str, str], expected: str) -> None:
    assert default_directory(environ) == Path(expected)


def test_a_real_feed_answers_as_its_records_say(shared: Path, tmp_path: Path) -> None:
    members = read_members(shared / "feeds" / "osv" / "crates.io" / "all.zip")
    advisories = [osv.parse(data, where=name) for name, data in members]
    make(tmp_path, *advisories, family="crates.io", name="crates.io")
    expected: dict[Identity, set[str]] = {}
    for advisory in advisories:
        for affected in advisory.affected:
            if advisory.withdrawn is None and affected.identity.family == "crates.io":
                expected.setdefault(affected.identity, set()).add(advisory.id)
    with opened(tmp_path) as store:
        found = store.affected(list(expected))
        assert {key: {hit.affected.advisory for hit in hits} for key, hits in found.items()} == expected
        for advisory in advisories:
            got = store.advisory("osv/crates.io", advisory.id)
            assert got is not None
            assert (got.id, got.details, got.references) == (advisory.id, advisory.details, advisory.references)
