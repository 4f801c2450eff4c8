"""Bundles: out of one directory and into another, signed with real ssh keys; and what a stranger may put into one."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.intel import intel
from scanner.errors import EngineError, InputError, IntelError, PratiqueError, UsageError
from scanner.intel import attack, build, bundle, exploited, publish, signature
from scanner.intel.files import Kind, kind_of
from scanner.intel.store import open_store
from scanner.model.campaign import IndicatorType
from scanner.model.ecosystem import Identity
from scanner.model.exploitation import Exploited
from scanner.pipeline import added, bundles
from scanner.pipeline.bundles import Fate
from tests import factories

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
BAD = Identity("npm", "bad")


def fill(directory: Path, *, fetched: datetime = NOW, name: str = "bad") -> Path:
    """An intelligence directory with a feed and a list."""
    path = directory / "osv" / "npm.sqlite"
    with publish.writing(path):
        build.build(
            path, [factories.advisory("MAL-1", name)], build.Facts(family="npm", source="tests", fetched=fetched)
        )
    indicator = factories.indicator(IndicatorType.PACKAGE, "pkg:npm/listed", campaign="mine")
    added.store(factories.campaign(indicator, id="mine"), directory, source="tests", now=fetched)
    return directory


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return fill(tmp_path / "source")


@pytest.fixture
def packed(source: Path, tmp_path: Path) -> Path:
    bundles.export(tmp_path / "bundle.tgz", source, now=NOW)
    return tmp_path / "bundle.tgz"


def found(directory: Path, name: str = "bad") -> bool:
    with open_store(directory, now=NOW) as store:
        return bool(store.affected([Identity("npm", name)]))


def test_what_goes_out_comes_in(source: Path, packed: Path, tmp_path: Path) -> None:
    with tarfile.open(packed) as tar:  # what anybody's tar can read
        assert tar.getnames() == ["manifest.json", "added/campaigns/mine.sqlite", "osv/npm.sqlite"]
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]  # it is a file
    assert [(file["path"], file["records"], file["fetched"]) for file in manifest["files"]] == [
        ("added/campaigns/mine.sqlite", 1, "2026-11-29T12:00:00+00:00"),
        ("osv/npm.sqlite", 1, "2026-11-29T12:00:00Z"),
    ]
    db = tmp_path / "db"
    done = bundles.import_(packed, db, now=NOW)
    assert [fate for _, fate in done.fates] == [Fate.ADDED, Fate.ADDED]
    assert (done.signed, done.signer) == (False, None)
    assert found(db)
    assert added.known(db) == ("mine",)
    assert (db / "osv" / "npm.sqlite").read_bytes() == (source / "osv" / "npm.sqlite").read_bytes()
    assert not list(db.glob("**/*.tmp"))
    again = bundles.import_(packed, db, now=NOW)
    assert [fate for _, fate in again.fates] == [Fate.SAME, Fate.SAME]


def test_everything_that_can_be_fetched_is_carried(source: Path, tmp_path: Path) -> None:
    attack.build(source, [], source="tests", now=NOW)
    one = Exploited(cve="CVE-2026-1000", since="2026-01-01", due="", ransomware=False, name="x")
    with publish.writing(source / "kev.sqlite"):
        exploited.write(source / "kev.sqlite", [one], exploited.Facts(source="t", fetched=NOW, newest=""), least=1)
    (source / "withdrawals.json").write_text("[]")  # this machine's own
    (source / "campaigns.sqlite").write_bytes(b"made anew at will")
    bundles.export(tmp_path / "all.tgz", source, now=NOW)
    bundles.import_(tmp_path / "all.tgz", tmp_path / "db", now=NOW)
    assert sorted(path.name for path in (tmp_path / "db").rglob("[a-z]*.*")) == [
        "attack.sqlite", "kev.sqlite", "mine.sqlite", "npm.sqlite"
    ]  # fmt: skip


def test_the_same_directory_gives_the_same_bytes(source: Path, packed: Path, tmp_path: Path) -> None:
    bundles.export(tmp_path / "again.tgz", source, now=NOW)
    assert (tmp_path / "again.tgz").read_bytes() == packed.read_bytes()


def test_an_older_bundle_is_refused_unless_forced(packed: Path, tmp_path: Path) -> None:
    db = fill(tmp_path / "db", fetched=NOW + timedelta(hours=1), name="newer")
    with pytest.raises(IntelError, match="older than what is here") as refused:
        bundles.import_(packed, db, now=NOW)
    assert "osv/npm.sqlite" in refused.value.what
    assert found(db, "newer")
    assert not list(db.glob("**/*.tmp"))
    done = bundles.import_(packed, db, now=NOW, force=True)
    assert {fate for _, fate in done.fates} == {Fate.REPLACED}
    assert (found(db), found(db, "newer")) == (True, False)


def test_what_the_bundle_does_not_name_stays(packed: Path, tmp_path: Path) -> None:
    db = fill(tmp_path / "db", fetched=NOW - timedelta(days=1), name="old")
    other = db / "other" / "npm.sqlite"
    other.parent.mkdir()
    other.write_bytes((db / "osv" / "npm.sqlite").read_bytes())
    bundles.import_(packed, db, now=NOW)
    assert (found(db), found(db, "old")) == (True, True)


def test_a_damaged_file_here_is_no_reason_to_refuse(packed: Path, tmp_path: Path) -> None:
    db = fill(tmp_path / "db", fetched=NOW + timedelta(hours=1))
    for path in db.glob("**/*.sqlite"):
        path.write_bytes(b"")
    bundles.import_(packed, db, now=NOW)
    assert found(db)


def test_damage_anywhere_is_noticed_and_changes_nothing(packed: Path, tmp_path: Path) -> None:
    good = packed.read_bytes()
    chance = random.Random(11)
    places = [0, 2, len(good) - 1, *(chance.randrange(len(good)) for _ in range(120))]
    kinds: set[type[PratiqueError]] = set()
    for number, place in enumerate(places):
        cut = good[:place] if number % 2 else good[:place] + bytes((good[place] ^ 1 << number % 8,)) + good[place + 1 :]
        packed.write_bytes(cut)
        db = tmp_path / f"db{number}"
        try:
            bundles.import_(packed, db, now=NOW)
        except PratiqueError as error:
            kinds.add(type(error))
            assert not list(db.glob("**/*.sqlite"))
        else:  # a byte that says nothing (the gzip header's time, its closing length)
            assert (db / "osv" / "npm.sqlite").read_bytes() == (tmp_path / "source" / "osv" / "npm.sqlite").read_bytes()
        assert not list(db.glob("**/*.tmp"))


def forge(path: Path, members: Iterable[tuple[str, bytes]], *, manifest: dict[str, Any] | None = None,
          format_: int = tarfile.USTAR_FORMAT, type_: bytes = tarfile.REGTYPE) -> Path:  # fmt: skip
    """A bundle as a stranger could write it."""
    content = list(members)
    body = manifest or {
        "format": bundle.FORMAT,
        "created": "2026-11-29T12:00:00Z",
        "files": [
            {
                "path": name,
                "kind": kind_of(name) or "feed",
                "source": "x",
                "records": 1,
                "newest": None,
                "fetched": "2026-11-29T12:00:00Z",
                "size": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
            for name, data in content
        ],
    }
    with gzip.open(path, "wb") as packed, tarfile.open(fileobj=packed, mode="w|", format=format_) as tar:
        for name, data in [("manifest.json", json.dumps(body).encode()), *content]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if name != "manifest.json":
                info.type = type_
                info.linkname = "/etc/passwd" if type_ != tarfile.REGTYPE else ""
            tar.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize(
    "name",
    ["../evil.sqlite", "/etc/evil.sqlite", "osv/../../evil.sqlite", "osv/npm.txt", "osv/.npm.sqlite",
     "withdrawals.json", "campaigns.sqlite", "a/b/c.sqlite", "osv\\npm.sqlite", "osv/npm.sqlite/x",
     "osv/\u0000.sqlite", ".sqlite"],
)  # fmt: skip
def test_no_file_is_written_where_none_of_ours_lies(name: str, source: Path, tmp_path: Path) -> None:
    data = (source / "osv" / "npm.sqlite").read_bytes()
    hostile = forge(tmp_path / "hostile.tgz", [(name, data)])
    with pytest.raises(InputError):
        bundles.import_(hostile, tmp_path / "x" / "db", now=NOW)
    assert not list((tmp_path / "x").glob("**/*.sqlite"))
    assert not (tmp_path / "evil.sqlite").exists()


@pytest.mark.parametrize("type_", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_links_and_folders_are_not_followed(type_: bytes, tmp_path: Path) -> None:
    hostile = forge(tmp_path / "hostile.tgz", [("osv/npm.sqlite", b"x" * 512)], type_=type_)
    with pytest.raises(InputError):
        bundles.import_(hostile, tmp_path / "db", now=NOW)
    assert not list((tmp_path / "db").glob("**/*.sqlite"))


def test_a_database_with_other_tables_is_not_taken(source: Path, tmp_path: Path) -> None:
    path = source / "osv" / "npm.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE alias")
        endless = "WITH RECURSIVE x(alias, id) AS (SELECT 1, 1 UNION ALL SELECT * FROM x) SELECT * FROM x"
        connection.execute(f"CREATE VIEW alias AS {endless}")
    connection.close()
    hostile = forge(tmp_path / "hostile.tgz", [("osv/npm.sqlite", path.read_bytes())])
    with pytest.raises(IntelError, match="other tables than ours"):
        bundles.import_(hostile, tmp_path / "db", now=NOW)
    assert not list((tmp_path / "db").glob("**/*.sqlite"))


def test_other_lies_are_refused(source: Path, packed: Path, tmp_path: Path) -> None:
    feed = (source / "osv" / "npm.sqlite").read_bytes()
    lists = (source / "added" / "campaigns" / "mine.sqlite").read_bytes()
    with tarfile.open(packed) as tar:
        true: dict[str, Any] = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]  # it is a file
    entry = true["files"][1]

    def but(**fields: Any) -> dict[str, Any]:
        return {**true, "files": [{**entry, **fields}]}

    cases: dict[str, tuple[list[tuple[str, bytes]], dict[str, Any] | None]] = {
        "a list in the place of a feed": ([("osv/npm.sqlite", lists)], None),
        "no database at all": ([("osv/npm.sqlite", b"x" * 5000)], None),
        "a file twice": ([("osv/npm.sqlite", feed)] * 2, None),
        "a file that is not announced": ([("osv/npm.sqlite", feed)], {**true, "files": []}),
        "an announced file that is missing": ([], {**true, "files": [entry]}),
        "another format": ([("osv/npm.sqlite", feed)], {**true, "files": [entry], "format": "pratique-bundle/2"}),
        "an endless size": ([("osv/npm.sqlite", feed)], but(size=1 << 60)),
        "another time": ([("osv/npm.sqlite", feed)], but(fetched="2026-11-29T11:00:00Z")),
        "a time to come": ([("osv/npm.sqlite", feed)], but(fetched="2036-01-01T00:00:00Z")),
        "no time": ([("osv/npm.sqlite", feed)], but(fetched="soon")),
        "no manifest": ([], {"format": 1}),
    }  # fmt: skip
    for name, (members, manifest) in cases.items():
        db = tmp_path / name
        with pytest.raises((InputError, IntelError)):
            bundles.import_(forge(tmp_path / "hostile.tgz", members, manifest=manifest), db, now=NOW)
        assert not list(db.glob("**/*.sqlite")), name


def test_a_bomb_is_not_unfolded(tmp_path: Path) -> None:
    manifest = {"format": bundle.FORMAT, "created": "", "files": []}
    hostile = forge(tmp_path / "bomb.tgz", [("osv/npm.sqlite", bytes(100_000_000))], manifest=manifest)
    assert hostile.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="not in the manifest"):
        bundles.import_(hostile, tmp_path / "db", now=NOW)


def test_a_list_of_nonsense_is_not_taken(source: Path, packed: Path, tmp_path: Path) -> None:
    path = source / "added" / "campaigns" / "mine.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE indicator SET body = x'c1'")
    connection.close()
    bundles.export(packed, source, now=NOW)
    with pytest.raises(IntelError, match="damaged"):
        bundles.import_(packed, tmp_path / "db", now=NOW)


# --- signatures ---------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """`mine` and `strange`, and `signers`, which allows mine."""
    for name in ("mine", "strange"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", tmp_path / name], check=True)
    public = (tmp_path / "mine.pub").read_text()
    (tmp_path / "signers").write_text(f'# ours\nsecurity@corp.invalid namespaces="pratique-bundle" {public}')
    return tmp_path


def test_a_signature_of_ours_is_verified(source: Path, keys: Path, tmp_path: Path) -> None:
    signed = tmp_path / "signed.tgz"
    bundles.export(signed, source, now=NOW, key=keys / "mine")
    done = bundles.import_(signed, tmp_path / "db", now=NOW, allowed_signers=keys / "signers")
    assert done.signer == "security@corp.invalid"
    assert found(tmp_path / "db")
    unasked = bundles.import_(signed, tmp_path / "db", now=NOW)
    assert (unasked.signed, unasked.signer) == (True, None)


def test_other_signatures_are_refused(source: Path, packed: Path, keys: Path, tmp_path: Path) -> None:
    signed = tmp_path / "signed.tgz"
    bundles.export(signed, source, now=NOW, key=keys / "strange")
    for path in (signed, packed):
        with pytest.raises(InputError, match=r"nobody among the allowed|not signed"):
            bundles.import_(path, tmp_path / "db", now=NOW, allowed_signers=keys / "signers")
    # Made with our key, for another purpose.
    (keys / "signers").write_text("security@corp.invalid " + (keys / "mine.pub").read_text())
    bundles.export(signed, source, now=NOW, key=keys / "mine")
    with bundle.Bundle(signed) as opened:
        text = opened.text
    other = subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", keys / "mine"],
        input=text,
        capture_output=True,
        check=True,
    ).stdout
    with pytest.raises(InputError, match="nobody among the allowed"):
        signature.verify(text, other, keys / "signers")
    # Ours, of another content.
    with bundle.Bundle(signed) as opened:
        made = opened.signature
    assert made is not None
    with pytest.raises(InputError, match="nobody among the allowed"):
        signature.verify(text + b" ", made, keys / "signers")
    assert not list((tmp_path / "db").glob("**/*.sqlite"))


def test_keys_that_do_not_exist_are_said_so(source: Path, keys: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        bundles.export(tmp_path / "x.tgz", source, now=NOW, key=tmp_path / "none")
    (tmp_path / "nonsense").write_text("nonsense")
    with pytest.raises(EngineError, match="does not sign"):
        bundles.export(tmp_path / "x.tgz", source, now=NOW, key=tmp_path / "nonsense")
    assert not (tmp_path / "x.tgz").exists()


# --- lists, and the commands --------------------------------------------------------------------------------------

CAMPAIGN = """
id = "published-elsewhere"
name = "A list from elsewhere"
kind = "unattributed"
summary = "s"
what_to_do = "w"
[[reference]]
id = "r"
url = "https://example.invalid/r"
[indicators]
packages = [{ purl = "pkg:npm/listed", versions = ["1.0.0"], refs = ["r"] }]
"""


def command(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(intel, arguments, standalone_mode=False, catch_exceptions=False)
    assert isinstance(result.return_value, int), result.output
    return result.return_value, result.stdout


def test_a_list_is_added_searched_carried_and_removed(tmp_path: Path) -> None:
    (tmp_path / "list.toml").write_text(CAMPAIGN)
    here = ("--intel-dir", str(tmp_path / "db"))
    there = ("--intel-dir", str(tmp_path / "there"))
    code, out = command("import", str(tmp_path / "list.toml"), "--as-campaign", "mine", *here)
    assert (code, out.splitlines()[1].split()[:3]) == (0, ["added/mine", "1", "indicators;"])
    with added.opened(tmp_path / "db", now=NOW, max_age=7) as lists:
        ((name, store),) = lists.stores
        (indicator,) = store.packages([Identity("npm", "listed")])[Identity("npm", "listed")]
        assert (name, indicator.campaign, indicator.versions) == ("added/mine", "mine", ("1.0.0",))
        assert store.campaign("mine") is not None
    assert command("export", str(tmp_path / "b.tgz"), *here)[0] == 0
    code, out = command("import", str(tmp_path / "b.tgz"), *there)
    assert (code, out.splitlines()[-1].endswith("not signed")) == (0, True)
    code, out = command("status", *there)
    assert (code, out.split()[:2]) == (0, ["added/mine", "fresh"])
    assert command("remove", "mine", *there) == (0, "added/mine is gone\n")
    assert added.known(tmp_path / "there") == ()
    with pytest.raises(UsageError, match="no list 'mine'"):
        command("remove", "mine", *there)


def test_a_list_as_published_is_added(tmp_path: Path) -> None:
    (tmp_path / "iocs.csv").write_text("thing,indicator\nmalware,bad-host[.]invalid\nmalware,8.8.8.8\nmalware,???\n")
    here = ("--intel-dir", str(tmp_path / "db"))
    code, out = command("import", str(tmp_path / "iocs.csv"), "--as-campaign", "csv", *here)
    assert (code, out.splitlines()[0]) == (0, "iocs.csv: delimited, 2 of 3 lines understood")
    with added.opened(tmp_path / "db", now=NOW, max_age=7) as lists:
        assert lists.stores[0][1].keys(IndicatorType.DOMAIN) == {"bad-host.invalid"}
    (tmp_path / "iocs.csv").write_text("# nothing\n")
    with pytest.raises(InputError):
        command("import", str(tmp_path / "iocs.csv"), "--as-campaign", "csv", *here)
    assert added.known(tmp_path / "db") == ("csv",)


@pytest.mark.parametrize("id_", ["../x", "", "A", "a/b", ".a", "x" * 200])
def test_ids_of_lists_do_not_climb(id_: str, tmp_path: Path) -> None:
    (tmp_path / "list.toml").write_text(CAMPAIGN)
    with pytest.raises(UsageError):
        command("import", str(tmp_path / "list.toml"), "--as-campaign", id_, "--intel-dir", str(tmp_path / "db"))
    with pytest.raises(UsageError):
        command("remove", id_, "--intel-dir", str(tmp_path / "db"))


def test_a_broken_list_is_a_broken_feed(tmp_path: Path) -> None:
    fill(tmp_path / "db")
    (tmp_path / "db" / "added" / "campaigns" / "mine.sqlite").write_bytes(b"SQLite format 3\0 no more")
    with added.opened(tmp_path / "db", now=NOW, max_age=7) as lists:
        assert [(state.name, state.status) for state in lists.states] == [("added/mine", "broken")]
        assert lists.stores == ()


def test_nothing_is_exported_from_nothing(tmp_path: Path) -> None:
    with pytest.raises(IntelError, match="nothing to export"):
        command("export", str(tmp_path / "b.tgz"), "--intel-dir", str(tmp_path))
    assert kind_of("kev.sqlite") is Kind.EXPLOITED
