"""`pratique audit --online`: the real command and a registry on this machine, with faults planted in what it serves."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import IntelError, UsageError
from scanner.matching.released import compared
from scanner.model.attestation import AttestationState
from scanner.model.audit import AuditReport
from scanner.model.released import DigestState, ReleaseState
from scanner.pipeline import audit, released
from scanner.pipeline.released import Registries, Wish
from scanner.pipeline.scan import Settings
from tests.cli.conftest import command
from tests.conftest import ROOT
from tests.registries.signing import Sigstore, npm_document, provenance
from tests.registries.world import World, sha, tgz
from tests.reports.test_audit import shown, valid
from tests.warm import Warm

MADE = "2026-10-01T08:00:00Z"
BEFORE, AFTER = "2026-09-01T08:00:00.000Z", "2026-10-05T08:00:00.000Z"
NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)


def tarball(name: str) -> bytes:
    return tgz({"package/package.json": json.dumps({"name": name}).encode()})


def npm(there: World, name: str, *, version: str = "1.0.0", published: str = BEFORE, **dist: Any) -> str:
    """A package with one release of that name; gives its purl."""
    data = tarball(name)
    made = {
        "tarball": f"{there.url}/npm/{name}/-/{name}-{version}.tgz",
        "integrity": f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}",
        "shasum": sha("sha1", data),
    }
    entry = {"dist": made | dist, "maintainers": [{"name": "ann"}], "repository": {"url": "https://forge.invalid/a"}}
    there.json(f"/npm/{name}", {"versions": {version: entry}, "time": {"created": BEFORE, version: published}})
    return f"pkg:npm/{name}@{version}"


def python(there: World, name: str, *, yanked: str | bool = False) -> str:
    data = tarball(name)
    file = {
        "filename": f"{name}-1.0.0.tar.gz", "url": f"../../files/{name}", "hashes": {"sha256": sha("sha256", data)},
        "upload-time": BEFORE, "yanked": yanked,
    }  # fmt: skip
    there.json(f"/pypi/simple/{name}/", {"meta": {"api-version": "1.3"}, "versions": ["1.0.0"], "files": [file]})
    info = {"author": "ann", "project_urls": {"Source": "https://forge.invalid/p"}}
    there.json(f"/pypi/pypi/{name}/1.0.0/json", {"info": info})
    return f"pkg:pypi/{name}@1.0.0"


def part(purl: str, **hashes: str) -> dict[str, Any]:
    named, _, version = purl.rpartition("@")
    listed = [{"alg": {"sha512": "SHA-512", "sha256": "SHA-256", "md5": "MD5"}[key], "content": value}
              for key, value in hashes.items()]  # fmt: skip
    name = named.rpartition("/")[2]
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "hashes": listed}


def sbom(folder: Path, *parts: dict[str, Any], name: str = "bom.json", made: str = MADE) -> Path:
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6",
        "metadata": {"timestamp": made, "component": {"type": "application", "name": "shop", "version": "1"}},
        "components": list(parts),
    }  # fmt: skip
    path = folder / name
    path.write_text(json.dumps(document))
    return path


def configure(there: World) -> dict[str, str]:
    there.configure(".npmrc", "registry={url}/npm/\n")
    there.environ["PIP_INDEX_URL"] = f"{there.url}/pypi/simple"
    return {**there.environ, "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PRATIQUE_CACHE": str(there.cache)}


def faults(there: World, folder: Path) -> Path:
    """One of each, and clean ones."""
    parts = [
        part(npm(there, "clean"), sha512=sha("sha512", tarball("clean"))),
        part(npm(there, "tampered"), sha512=sha("sha512", b"other bytes")),
        part(npm(there, "young", published=AFTER), sha512=sha("sha512", tarball("young"))),
        part(npm(there, "removed").replace("1.0.0", "1.0.1")),
        part(npm(there, "never").replace("1.0.0", "6.6.6")),
        part("pkg:npm/unknown@1.0.0"),
        part(npm(there, "other-algorithm"), md5="0" * 32),
        part(python(there, "calm"), sha256=sha("sha256", tarball("calm"))),
        part(python(there, "yanked", yanked="broken")),
        part(python(there, "emptied").replace("1.0.0", "2.0.0")),
        part(python(there, "absent").replace("1.0.0", "3.0.0")),
        part("pkg:deb/debian/curl@8.0"),
        part("pkg:npm/ranged@%5E1.0.0"),
    ]
    document = json.loads(there.files["/npm/removed"])
    document["time"]["1.0.1"] = BEFORE
    there.json("/npm/removed", document)
    document = json.loads(there.files["/pypi/simple/emptied/"])
    document["versions"].append("2.0.0")
    there.json("/pypi/simple/emptied/", document)
    return sbom(folder, *parts)


FOUND = {
    "clean": ("present", "same"), "tampered": ("present", "differs"), "young": ("present", "same"),
    "removed": ("removed", "none"), "never": ("never-published", "none"), "unknown": ("no-package", "none"),
    "other-algorithm": ("present", "none-in-common"), "calm": ("present", "same"), "yanked": ("present", "none"),
    "emptied": ("removed", "none"), "absent": ("absent", "none"), "curl": ("not-asked", "none"),
    "ranged": ("not-asked", "none"),
}  # fmt: skip


def settings(there: World, *, now: datetime = NOW, progress: Any = lambda _: None) -> Settings:
    environ = {**there.environ, "PRATIQUE_CACHE": str(there.cache)}
    return Settings(
        intel_directory=there.home / "intel", environ=environ, home=there.home, now=lambda: now, progress=progress
    )


def audited(
    there: World, path: Path, *, now: datetime = NOW, previous: Path | None = None, **wishes: Any
) -> AuditReport:
    return audit.audit(path, settings(there, now=now), previous=previous, online=Wish(**wishes))


def states(report: AuditReport) -> dict[str, tuple[str, str]]:
    return {one.component.name: (str(one.state), str(one.digest)) for one in report.released or ()}


def titles(report: AuditReport) -> set[str]:
    return {one.title for one in report.report.findings}


def test_each_planted_fault_is_found_and_the_second_run_asks_nothing(there: World, tmp_path: Path, warm: Warm) -> None:
    environ = configure(there)
    path = faults(there, tmp_path)
    dossier, page = tmp_path / "dossier.json", tmp_path / "dossier.html"
    formats = ("--format", "text", "--format", f"json={dossier}", "--format", f"html={page}")
    first = warm("audit", path, "--online", *formats, environ=environ)
    assert "Traceback" not in first.err
    assert "names and versions of 11 releases go to 127.0.0.1" in first.err
    body = json.loads(dossier.read_text())
    valid(body)
    assert {one["name"]: (one["state"], one["digest"]) for one in body["released"]} == FOUND
    severities = {one["title"]: (one["class"], one["severity"]) for one in body["scan"]["findings"]}
    assert severities == {
        "tampered 1.0.0 has other bytes than its registry publishes": ("integrity", "high"),
        "young 1.0.0 was published after the SBOM was made": ("integrity", "high"),
        "removed 1.0.1 was removed from its registry": ("integrity", "high"),
        "never 6.6.6 was never published": ("integrity", "high"),
        "emptied 2.0.0 was removed from its registry": ("integrity", "high"),
        "absent 3.0.0 is a version that its registry does not have": ("integrity", "high"),
        "unknown 1.0.0 is not known to its registry": ("integrity", "medium"),
        "yanked 1.0.0 was yanked": ("hygiene", "medium"),
    }
    assert first.status == 1
    assert {"removed", "never-published", "absent", "no-package", "digest", "younger", "withdrawn"} <= {
        one["about"] for one in body["questions"]
    }
    assert "Is it what it says? Not all of it: 8 of 13" in first.out
    assert "1 no registry of the type deb is spoken to" in first.out
    assert "1 no algorithm in common" in first.out
    assert "Is it what it says?" in page.read_text()
    asked = len(there.asked)
    again = warm("audit", path, "--online", *formats, environ=environ)
    assert (again.status, len(there.asked)) == (1, asked)
    assert "go to" not in again.err
    second = json.loads(dossier.read_text())
    assert second["released"] == body["released"]


def test_a_delivery_that_is_what_it_says_has_no_finding(there: World, tmp_path: Path) -> None:
    configure(there)
    path = sbom(
        tmp_path,
        part(npm(there, "clean"), sha512=sha("sha512", tarball("clean"))),
        part(python(there, "calm"), sha256=sha("sha256", tarball("calm"))),
    )
    report = audited(there, path)
    assert titles(report) == set()
    assert all(one.where != "registries" for one in report.report.coverage.problems)
    assert "Is it what it says? Nothing says otherwise." in shown(report, "text")
    (first, second) = report.released or ()
    assert (first.maintainers, first.repository) == (("ann",), "https://forge.invalid/a")
    assert (second.maintainers, second.repository) == (("ann",), "https://forge.invalid/p")
    assert first.asked == NOW


def test_an_audit_that_was_broken_off_goes_on_where_it_stopped(there: World, tmp_path: Path) -> None:
    configure(there)
    path = sbom(tmp_path, *(part(npm(there, f"p{number}")) for number in range(40)))
    done = 0

    def broken_off(what: str) -> None:
        nonlocal done
        done += what.startswith("asking registries")
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit.audit(path, settings(there, progress=broken_off), online=Wish())
    with sqlite3.connect(there.cache / "registry-answers.sqlite") as connection:
        (kept,) = connection.execute("SELECT count(*) FROM answer").fetchone()
    connection.close()
    assert kept == 10
    first = set(there.paths())
    assert len(first) < 40
    told: list[released.Sending] = []
    report = audited(there, path, announce=told.append)
    assert [(one.releases, one.known) for one in told] == [(30, 10)]
    assert {state for state, _ in states(report).values()} == {"present"}
    assert len(there.paths()) == len(set(there.paths())) == 40  # what was under way lies in the cache of the door


def test_a_replay_opens_no_connection_and_says_what_was_known_then(there: World, tmp_path: Path, warm: Warm) -> None:
    environ = configure(there)
    path = sbom(tmp_path, part(npm(there, "axe"), sha512=sha("sha512", tarball("axe"))))
    audited(there, path)
    document = json.loads(there.files["/npm/axe"])
    del document["versions"]["1.0.0"]
    there.json("/npm/axe", document)
    for kept in (there.cache / "registries").rglob("*"):  # its ten minutes count by the true clock
        if kept.is_file():
            kept.unlink()
    later = NOW + timedelta(days=3)
    assert states(audited(there, path, now=later)) == {"axe": ("removed", "none")}
    asked = len(there.asked)
    for day, state in (("2026-11-30", "present"), ("2026-12-02", "present"), ("2026-12-03", "removed")):
        report = audited(there, path, now=later, as_of=released.moment(day))
        assert {name: was for name, (was, _) in states(report).items()} == {"axe": state}
        assert any("feeds as they are now" in one.what for one in report.report.coverage.problems)
    early = audited(there, path, as_of=released.moment("2026-11-29"))
    assert states(early) == {"axe": ("not-asked", "none")}
    assert any("no answer is kept" in one.what and not one.harmless for one in early.report.coverage.problems)
    ran = warm("audit", path, "--as-of", "2026-12-03", "--format", "json", environ=environ)
    assert [one["state"] for one in json.loads(ran.out)["released"]] == ["removed"]
    assert len(there.asked) == asked


def test_what_was_there_once_was_removed_though_the_index_does_not_say_so(there: World, tmp_path: Path) -> None:
    configure(there)
    path = sbom(tmp_path, part(python(there, "calm")))
    audited(there, path)
    del there.files["/pypi/simple/calm/"]
    for kept in (there.cache / "registries").rglob("*"):
        if kept.is_file():
            kept.unlink()
    report = audited(there, path, now=NOW + timedelta(days=2))
    (one,) = report.released or ()
    assert (one.state, "had it when it was asked on 2026-11-30" in one.reason) == (ReleaseState.REMOVED, True)
    assert titles(report) == {"calm 1.0.0 was removed from its registry"}


def test_an_answer_counts_for_a_day_and_then_is_asked_for_again(there: World, tmp_path: Path) -> None:
    configure(there)
    path = sbom(tmp_path, part(npm(there, "clean")))
    told: list[Any] = []
    for hours, fresh, times in ((0, 24, 1), (23, 24, 1), (25, 24, 2), (26, 0, 3)):
        now = NOW + timedelta(hours=hours)
        audited(there, path, now=now, fresh=timedelta(hours=fresh), announce=told.append)
        assert len(told) == times
    with sqlite3.connect(there.cache / "registry-answers.sqlite") as connection:
        rows = connection.execute("SELECT first, last FROM answer").fetchall()
    connection.close()
    assert rows == [
        (NOW.isoformat(timespec="microseconds"), (NOW + timedelta(hours=26)).isoformat(timespec="microseconds"))
    ]


@pytest.mark.parametrize(
    ("status", "what"),
    [(403, "the server answers 403"), (401, "the server answers 401"), (200, "unexpected content")],
)
def test_what_should_have_been_answered_and_was_not_is_incomplete(
    there: World, tmp_path: Path, status: int, what: str
) -> None:
    configure(there)
    path = sbom(tmp_path, part(npm(there, "clean")), part(npm(there, "bad")))
    there.answers["/npm/bad"] = (status, {}, b"[]")
    report = audited(there, path)
    assert states(report)["bad"] == ("not-asked", "none")
    (problem,) = (one for one in report.report.coverage.problems if one.where == "registries")
    assert what in problem.what
    assert not problem.harmless
    there.answers.clear()
    for kept in (there.cache / "registries").rglob("*"):
        if kept.is_file():
            kept.unlink()
    asked = len(there.asked)
    assert states(audited(there, path))["bad"] == ("present", "none")
    assert there.paths()[asked:] == ["/npm/bad"]


def test_a_registry_that_fails_and_fails_is_left_alone(
    there: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(there)
    monkeypatch.setattr("scanner.net._RETRIES", 0)
    path = sbom(tmp_path, *(part(f"pkg:npm/p{number}@1.0.0") for number in range(60)))
    for number in range(60):
        there.answers[f"/npm/p{number}"] = (429, {"Retry-After": "0"}, b"")
    report = audited(there, path)
    assert 5 <= len(there.asked) <= 9  # four are asked at a time
    whats = [one.what for one in report.report.coverage.problems if one.where == "registries"]
    assert len(whats) == 2
    assert any("failed 5 times in a row, and was left alone" in what for what in whats)
    assert report.report.exit_code == 3


def test_what_is_nobodys_business_is_not_sent(there: World, tmp_path: Path) -> None:
    configure(there)
    own = part("pkg:npm/%40corp/secret@1.0.0")
    elsewhere = part("pkg:npm/theirs@1.0.0?repository_url=https://npm.vendor.invalid")
    hosted = part("pkg:npm/hosted@1.0.0") | {
        "externalReferences": [{"type": "distribution", "url": "https://npm.vendor.invalid/hosted.tgz"}]
    }
    go = [part("pkg:golang/stdlib@1.22.1"), part("pkg:golang/acme/app@%28devel%29")]
    report = audited(there, sbom(tmp_path, own, elsewhere, hosted, *go), internal=("@corp/*",))
    assert there.asked == []
    assert {state for state, _ in states(report).values()} == {"not-asked"}
    problems = [one for one in report.report.coverage.problems if one.where == "registries"]
    assert all(one.harmless for one in problems)
    assert any("2 components were not asked about: from npm.vendor.invalid" in one.what for one in problems)
    assert "Is it what it says? Nobody could be asked." in shown(report, "text")


def test_other_maintainers_than_those_of_the_last_delivery_are_told(there: World, tmp_path: Path) -> None:
    configure(there)
    npm(there, "lib", version="1.0.0")
    document = json.loads(there.files["/npm/lib"])
    document["versions"]["1.1.0"] = {**document["versions"]["1.0.0"], "maintainers": [{"name": "eve"}]}
    document["time"]["1.1.0"] = BEFORE
    there.json("/npm/lib", document)
    old = sbom(tmp_path, part("pkg:npm/lib@1.0.0"), name="old.json")
    new = sbom(tmp_path, part("pkg:npm/lib@1.1.0"), name="new.json")
    report = audited(there, new, previous=old)
    assert there.paths() == ["/npm/lib"]
    assert report.changes is not None
    assert [(one.were, one.are) for one in report.changes.maintainers] == [(("ann",), ("eve",))]
    assert "other maintainers: lib 1.1.0: + eve, - ann" in shown(report, "text")
    assert "maintainers" in {one.about for one in report.questions}
    valid(json.loads(shown(report, "json")))
    same = audited(there, new, previous=new)
    assert same.changes is not None
    assert same.changes.maintainers == ()


def test_provenance_that_the_last_delivery_had_is_told_as_lost(there: World, tmp_path: Path) -> None:
    configure(there)
    npm(there, "lib", version="1.0.0", attestations={"url": "{url}/npm/-/attestations"})
    document = json.loads(there.files["/npm/lib"])
    bare = json.loads(json.dumps(document["versions"]["1.0.0"]))
    del bare["dist"]["attestations"]
    document["versions"] |= {"1.1.0": bare, "1.2.0": bare}
    there.json("/npm/lib", document)
    there.json("/npm/-/attestations", {"attestations": []})
    old = sbom(tmp_path, part("pkg:npm/lib@1.0.0"), name="old.json")
    new = sbom(tmp_path, part("pkg:npm/lib@1.2.0"), name="new.json")
    report = audited(there, new, previous=old)
    (lost,) = (one for one in report.report.findings if "lost its provenance" in one.title)
    assert "1.0.0, that of the last delivery" in lost.reason
    assert not [one for one in audited(there, new).report.findings if "lost its provenance" in one.title]


def test_attestations_are_verified_by_the_trust_root_that_is_given_and_kept(there: World, tmp_path: Path) -> None:
    configure(there)
    ours, trust = Sigstore(), tmp_path / "trusted_root.json"
    trust.write_bytes(ours.trust_root())
    parts = []
    for name, about in (("good", "good"), ("bad", "other")):
        purl = npm(there, name, attestations={"url": f"{{url}}/npm/-/{name}"})
        parts.append(part(purl, sha512=sha("sha512", tarball(name))))
        digest = {"sha512": sha("sha512", tarball(name))}
        told = provenance(f"pkg:npm/{about}@1.0.0", digest, "https://github.com/acme/lib")
        there.json(f"/npm/-/{name}", npm_document(ours.bundle(told, repository="https://github.com/acme/lib")))
    path = sbom(tmp_path, *parts)
    report = audited(there, path, trust_root=trust)
    found = {one.component.name: one.attestation for one in report.released or ()}
    assert {name: one and one.state for name, one in found.items()} == {
        "good": AttestationState.VERIFIED, "bad": AttestationState.FAILED
    }  # fmt: skip
    assert "bad 1.0.0 has an attestation that does not hold" in titles(report)
    assert "attestation" in {one.about for one in report.questions}
    valid(json.loads(shown(report, "json")))
    asked = len(there.asked)
    told_again: list[released.Sending] = []
    assert audited(there, path, trust_root=trust, announce=told_again.append).released == report.released
    assert (told_again, len(there.asked)) == ([], asked)
    # What another root verified is no answer to whom trusts this one.
    audited(there, path, announce=told_again.append)
    assert [one.releases for one in told_again] == [2]
    with pytest.raises(UsageError, match="trust root"):
        audited(there, path, trust_root=path)


def test_a_time_of_the_sbom_that_nothing_agrees_with_is_one_finding(there: World, tmp_path: Path) -> None:
    configure(there)
    parts = [part(npm(there, f"p{number}", published=AFTER)) for number in range(12)]
    report = audited(there, sbom(tmp_path, *parts))
    assert titles(report) == {"the SBOM is older than 12 of 12 components"}
    assert titles(audited(there, sbom(tmp_path, *parts, made="1980-01-01T00:00:00Z"))) == set()


def test_a_mirror_that_tells_when_it_took_a_package_in_says_nothing_of_its_age(there: World, tmp_path: Path) -> None:
    configure(there)
    path = sbom(tmp_path, part(npm(there, "clean", published=AFTER)))
    document = json.loads(there.files["/npm/clean"])
    del document["time"]["created"]
    there.json("/npm/clean", document)
    report = audited(there, path)
    assert titles(report) == set()
    assert "0 of 1 say when they were published" in shown(report, "text")


def test_versions_and_names_are_asked_for_as_their_registries_spell_them(there: World, tmp_path: Path) -> None:
    configure(there)
    npm(there, "@acme/lib")
    there.environ |= {"GOPROXY": f"{there.url}/go"}
    there.json("/go/forge.invalid/!acme/lib/@v/v1.2.3.info", {"Version": "v1.2.3", "Time": BEFORE})
    go = part("pkg:golang/forge.invalid/Acme/lib@1.2.3") | {"name": "forge.invalid/Acme/lib"}
    report = audited(there, sbom(tmp_path, part("pkg:npm/acme/lib@1.0.0"), go))
    assert [one.state for one in report.released or ()] == [ReleaseState.PRESENT] * 2
    assert set(there.paths()) == {"/npm/@acme/lib", "/go/forge.invalid/!acme/lib/@v/v1.2.3.info"}


def test_any_file_of_a_version_may_be_the_one_that_is_meant(there: World, tmp_path: Path) -> None:
    configure(there)
    there.configure(".gemrc", ":sources:\n- {url}/gem/\n")
    there.files["/gem/info/a"] = f"---\n1.0.0 |checksum:{'1' * 64}\n1.0.0-java |checksum:{'2' * 64}\n".encode()
    there.configure(".m2/settings.xml", "<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf>"
                    "<url>{url}/maven</url></mirror></mirrors></settings>")  # fmt: skip
    for ending, value in ((".sha512", "3" * 128), (".sha1", "4" * 40)):
        there.files[f"/maven/org/a/b/1.0/b-1.0.jar{ending}"] = value.encode()
    jar = part("pkg:maven/org.a/b@1.0") | {"hashes": [{"alg": "SHA-1", "content": "4" * 40}]}
    parts = [part("pkg:gem/a@1.0.0", sha256="2" * 64), part("pkg:gem/a@1.0.0", sha256="5" * 64), jar]
    report = audited(there, sbom(tmp_path, *parts))
    assert [one.digest for one in report.released or ()] == [DigestState.SAME, DigestState.DIFFERS, DigestState.SAME]


def test_a_package_that_was_removed_whole_is_told_by_its_table_of_times(there: World, tmp_path: Path) -> None:
    configure(there)
    gone = {"created": BEFORE, "unpublished": {"time": AFTER, "versions": ["1.0.0"]}}
    there.json("/npm/gone", {"name": "gone", "time": gone})
    parts = [part(f"pkg:npm/gone@{version}") for version in ("1.0.0", "2.0.0")]
    report = audited(there, sbom(tmp_path, *parts))
    assert [one.state for one in report.released or ()] == [ReleaseState.REMOVED, ReleaseState.NEVER_PUBLISHED]


def test_the_table_of_components_says_what_registries_say(there: World, tmp_path: Path) -> None:
    configure(there)
    report = audited(there, faults(there, tmp_path))
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(shown(report, "csv")))}
    assert {name: (row["registry_says"], row["registry_digest"]) for name, row in rows.items()} == FOUND
    assert rows["yanked"]["withdrawn"] == "yanked: broken"
    assert rows["young"]["published"] == "2026-10-05T08:00:00+00:00"


SIZES = {"sha1": 40, "sha256": 64, "sha512": 128}
DIGESTS = st.lists(
    st.tuples(st.sampled_from(sorted(SIZES)), st.sampled_from("012")).map(
        lambda one: f"{one[0]}:{one[1] * SIZES[one[0]]}"
    )
)


@given(DIGESTS, DIGESTS, DIGESTS)
def test_more_files_of_a_release_never_make_equal_bytes_differ(
    own: list[str], some: list[str], more: list[str]
) -> None:
    if compared(own, some) is DigestState.SAME and not {one[:5] for one in more} - {one[:5] for one in some}:
        assert compared(own, [*some, *more]) is DigestState.SAME
    assert compared(own, some) == compared(some, own)
    if own:
        assert compared(own, own) is DigestState.SAME


def test_a_store_that_is_none_is_told_and_kept(there: World, tmp_path: Path) -> None:
    configure(there)
    there.cache.mkdir()
    store = there.cache / "registry-answers.sqlite"
    store.write_bytes(b"somebody's notes, and no database at all" * 50)
    before = store.read_bytes()
    with pytest.raises(IntelError, match="cannot be read or kept"):
        audited(there, sbom(tmp_path, part("pkg:npm/a@1.0.0")))
    assert store.read_bytes() == before
    store.unlink()
    with pytest.raises(UsageError, match="ever kept"):
        Registries(Wish(as_of=NOW), settings(there))


def test_a_cache_that_cannot_be_used_costs_only_the_keeping(there: World, tmp_path: Path) -> None:
    configure(there)
    there.cache.mkdir(mode=0o777)
    there.cache.chmod(0o777)  # that anybody may write there is the case
    report = audited(there, sbom(tmp_path, part(npm(there, "clean"))))
    assert states(report) == {"clean": ("present", str(DigestState.NONE))}
    assert any("could not be kept" in one.what for one in report.report.coverage.problems)
    assert not (there.cache / "registry-answers.sqlite").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--as-of", "yesterday"), "no date"),
        (("--internal-scope", "@a/*"), "it goes with --online"),
        (("--as-of", "2026-11-30"), "no answer of a registry was ever kept"),
    ],
)
def test_wrong_words(there: World, tmp_path: Path, arguments: tuple[str, ...], says: str, warm: Warm) -> None:
    ran = warm("audit", sbom(tmp_path, part("pkg:npm/a@1.0.0")), *arguments, environ=configure(there))
    assert ran.status == 2
    assert says in ran.err


def test_who_asks_nobody_imports_nothing_of_it(there: World, tmp_path: Path) -> None:
    environ = configure(there)
    path = sbom(tmp_path, part(npm(there, "clean")))
    probe = (
        "import sys\nfrom scanner.cli import main\ntry:\n    main()\nfinally:\n"
        "    print(sorted({'requests', 'scanner.intel.registry_answers', 'scanner.pipeline.released'} "
        "& sys.modules.keys()), file=sys.stderr)\n"
    )
    for arguments, expected in (
        ((), "[]"),
        (("--online",), "['requests', 'scanner.intel.registry_answers', 'scanner.pipeline.released']"),
    ):
        line = [command()[0], "-c", probe, "audit", str(path), *arguments]
        ended = subprocess.run(line, capture_output=True, env=environ, cwd=ROOT, text=True)
        assert ended.stderr.rstrip().rpartition("\n")[2] == expected


def test_a_folder_is_asked_about_as_one(there: World, tmp_path: Path, warm: Warm) -> None:
    environ = configure(there)
    folder = tmp_path / "deliveries"
    folder.mkdir()
    for name in ("a.json", "b.json"):
        sbom(folder, part(npm(there, "clean")), name=name)
    ran = warm("audit", folder, "--online", environ=environ)
    assert "Traceback" not in ran.err
    assert there.paths() == ["/npm/clean"]


@pytest.mark.network
def test_real_releases_of_the_registries_that_are_configured_here(tmp_path: Path, warm: Warm) -> None:
    environ = {**os.environ, "PRATIQUE_CACHE": str(tmp_path / "cache")}
    path = sbom(
        tmp_path,
        part("pkg:npm/axios@1.13.1"),
        part("pkg:npm/axios@1.14.1"),
        part("pkg:npm/left-pad@1.3.0"),
        part("pkg:npm/%40babel/parser@7.28.4"),
        part("pkg:pypi/requests@2.32.3"),
        part("pkg:pypi/requests@2.32.0"),
        part("pkg:npm/left-pad@77.0.0"),
        made="2026-11-01T00:00:00Z",
    )
    first = warm("audit", path, "--online", "--format", "json", environ=environ)
    found = {(one["name"], one["version"]): one for one in json.loads(first.out)["released"]}
    assert found["axios", "1.13.1"]["state"] == "present"
    assert found["axios", "1.14.1"]["state"] in ("removed", "absent", "never-published")
    assert found["requests", "2.32.3"]["published"].startswith("2024-05-29")
    assert found["requests", "2.32.0"]["withdrawn"].startswith("yanked")
    assert found["left-pad", "77.0.0"]["state"] in ("never-published", "absent")
    again = warm("audit", path, "--online", "--format", "json", environ=environ)
    assert json.loads(again.out)["released"] == json.loads(first.out)["released"]
    assert "go to" not in again.err
