"""Registries that lie, break off, or send us where we must not go; digests that do not fit."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scanner.codescan import dirhash
from scanner.errors import EngineError, InputError, PratiqueError, UsageError
from scanner.model.component import Component, Location
from scanner.model.purl import Purl
from scanner.pipeline import registry_door
from scanner.pipeline.releases import spelled
from scanner.registries import addresses
from tests.registries.world import World, sha, tgz, world, zipped
from tests.servers import Answer, Question, answering

DATA = tgz({"package/package.json": b"{}"})
PURL = "pkg:npm/a@1.0.0"


def serve(there: World, *, tarball: str = "{url}/a.tgz", integrity: str | None = None) -> None:
    there.configure(".npmrc", "registry={url}/\n{place}/:_authToken=" + "k" * 8 + "\n")
    good = "sha512-" + base64.b64encode(hashlib.sha512(DATA).digest()).decode()
    dist = {"tarball": tarball, "integrity": integrity or good}
    there.json("/a", {"versions": {"1.0.0": {"dist": dist}}})
    there.files.setdefault("/a.tgz", DATA)


def kept(there: World) -> list[Path]:
    folder = there.cache / "artefacts"
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def refused(there: World, text: str = PURL, kind: type[PratiqueError] = PratiqueError, **given: tuple[str, ...]) -> str:
    with there.releases() as releases, pytest.raises(kind) as raised:
        releases.fetched(spelled(text), [], **given)
    assert raised.value.where
    assert kept(there) == []
    return raised.value.what


def test_the_honest_one_is_fetched(there: World) -> None:
    serve(there)
    with there.releases() as releases:
        releases.fetched(spelled(PURL), [])
    assert len(kept(there)) == 5
    assert all(question.headers["authorization"] == "Bearer " + "k" * 8 for question in there.asked)


def test_a_wrong_digest_keeps_nothing(there: World) -> None:
    serve(there, integrity="sha512-" + base64.b64encode(bytes(64)).decode())
    assert "its sha512 is not what the registry publishes" in refused(there, kind=EngineError)


def test_a_weaker_digest_does_not_outvote_a_stronger(there: World) -> None:
    wrong = base64.b64encode(bytes(64)).decode()
    serve(there, integrity=f"sha512-{wrong} sha1:{sha('sha1', DATA)}")
    assert "sha512" in refused(there)


def test_a_digest_that_the_lockfile_gave_must_fit_too(there: World) -> None:
    serve(there)
    assert "is not the digest that was given" in refused(there, digests=("sha256:" + "0" * 64,))


def test_a_body_that_breaks_off_keeps_nothing(there: World) -> None:
    serve(there)
    there.answers["/a.tgz"] = (200, {"Content-Length": str(len(DATA) + 10)}, DATA)
    assert refused(there, kind=EngineError) == "the answer breaks off"


def test_a_huge_body_is_not_taken(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(there)
    monkeypatch.setattr(registry_door, "MOST_ARTEFACT", 50)
    assert "a body of" in refused(there)
    monkeypatch.setattr(registry_door, "MOST_METADATA", 50)
    there.now += 86_400
    assert "a body of" in refused(there)


def test_a_file_that_is_listed_and_gone_is_told(there: World) -> None:
    serve(there)
    del there.files["/a.tgz"]
    assert "does not have it" in refused(there, kind=InputError)


@pytest.mark.parametrize(
    ("tarball", "why"),
    [
        ("file:///etc/passwd", "is not http"),
        ("ftp://x.invalid/a.tgz", "is not http"),
        ("javascript:alert(1)", "is not http"),
        ("http://", "is not http"),
        ("http://[::1/a", "is not http"),
        ("https://me:key@x.invalid/a.tgz", "carries a user or a key"),
        ("http://169.254.169.254/latest/meta-data/", "into this machine's own network"),
        ("https://10.0.0.1/a", "into this machine's own network"),
        ("https://[::1]/a", "into this machine's own network"),
        ("https://localhost/a", "into this machine's own network"),
        ("https://2130706433/a", "into this machine's own network"),
    ],
)
def test_an_address_that_leads_astray_is_not_followed(there: World, tarball: str, why: str) -> None:
    serve(there, tarball=tarball)
    assert why in refused(there, kind=InputError)
    assert there.paths() == ["/a"]


@pytest.mark.parametrize(
    ("url", "base", "followed"),
    [
        ("https://cdn.invalid/a", "https://r.invalid/", "https://cdn.invalid/a"),
        # A mirror that does not know that TLS ends before it.
        ("http://r.invalid/a?b", "https://r.invalid:8443/x/", "https://r.invalid:8443/a?b"),
        ("http://cdn.invalid/a", "https://r.invalid/", None),
        ("http://cdn.invalid/a", "http://r.invalid/", "http://cdn.invalid/a"),
        ("http://10.0.0.1/a", "http://10.0.0.1:8081/x/", "http://10.0.0.1/a"),
        ("http://10.0.0.2/a", "http://10.0.0.1:8081/x/", None),
    ],
)
def test_which_addresses_are_followed(url: str, base: str, followed: str | None) -> None:
    if followed is None:
        with pytest.raises(InputError):
            addresses.checked(url, base)
    else:
        assert addresses.checked(url, base) == followed


@pytest.mark.parametrize("digest", ["h1:", "h1:x", "sha512:", "sha512-", "sha256:00", "md5:zz", ""])
def test_a_digest_that_is_none_confirms_nothing(there: World, tmp_path: Path, digest: str) -> None:
    folder = there.home / "go/pkg/mod/cache/download/forge.invalid/a/@v"
    folder.mkdir(parents=True)
    (folder / "v1.zip").write_bytes(b"no zip")
    with there.releases(folder, online=False) as releases:
        assert releases.known(component(spelled("pkg:golang/forge.invalid/a@v1"), digest), []) is None


def test_no_key_goes_along_to_another_server(there: World, tmp_path: Path) -> None:
    with world(tmp_path / "other") as other:
        other.files["/x.tgz"] = DATA
        serve(there)
        there.answers["/a.tgz"] = (302, {"Location": f"{other.url}/x.tgz"}, b"")
        with there.releases() as releases:
            releases.fetched(spelled(PURL), [])
        (question,) = other.asked
        assert "authorization" not in question.headers
        assert there.asked[-1].headers["authorization"]


@pytest.mark.parametrize(
    "document",
    [
        b"", b"{", b"[]", b'{"versions": []}', b'{"versions": {"1.0.0": 5}}', b'{"versions": {"1.0.0": {"dist": []}}}',
        b'{"versions": {"1.0.0": {"dist": {"tarball": 7}}}, "time": {"1.0.0": {}}}', b"\xff\xfe", b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_document_that_makes_no_sense_is_told(there: World, document: bytes) -> None:
    serve(there)
    there.files["/a"] = document
    refused(there, kind=InputError)


def test_what_is_no_archive_is_told(there: World) -> None:
    text = b"not an archive"
    serve(there, integrity="sha512-" + base64.b64encode(hashlib.sha512(text).digest()).decode())
    there.files["/a.tgz"] = text
    with there.releases() as releases, pytest.raises(InputError, match="neither a folder nor an archive"):
        releases.fetched(spelled(PURL), [])


def test_a_registry_that_an_sbom_names_is_not_asked(there: World) -> None:
    serve(there)
    assert "not configured for" in refused(there, f"{PURL}?repository_url=https://evil.invalid/npm", InputError)
    assert there.asked == []


def test_a_damaged_cache_is_fetched_anew(there: World) -> None:
    serve(there)
    with there.releases() as releases:
        releases.fetched(spelled(PURL), [])
    (file,) = (there.cache / "artefacts/sha256").rglob("*/*")
    file.write_bytes(tgz({"package/evil.js": b"1"}))
    with there.releases() as releases:
        assert list(releases.fetched(spelled(PURL), []).tree.entries) == ["package.json"]
    assert there.paths().count("/a.tgz") == 2


def test_a_cache_that_others_may_write_is_not_used(there: World) -> None:
    serve(there)
    (there.cache / "artefacts").mkdir(parents=True)
    (there.cache / "artefacts").chmod(0o777)
    with there.releases() as releases, pytest.raises(EngineError, match="the cache cannot be used"):
        releases.fetched(spelled(PURL), [])


def test_no_more_than_a_few_connections_at_a_time(there: World) -> None:
    serve(there)
    lock, now, most = threading.Lock(), 0, 0
    answer = there.answer

    def slow(question: Question) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        return answer(question)

    for number in range(24):
        there.files[f"/p{number}"] = there.files["/a"]
    with answering(slow) as url, there.releases() as releases:
        there.configure(".npmrc", f"registry={url}/\n")
        with ThreadPoolExecutor(12) as pool:
            found = list(pool.map(releases.facts, (spelled(f"pkg:npm/p{number}@1.0.0") for number in range(24))))
    assert None not in found
    assert 1 < most <= registry_door.CONNECTIONS


def test_a_file_of_certificates_that_is_not_there_is_told(there: World) -> None:
    serve(there)
    there.configure(".npmrc", "registry={url}/\ncafile=/nowhere/ca.pem\n")
    assert "certificates" in refused(there, kind=UsageError)


def test_without_network_nothing_is_asked(there: World) -> None:
    serve(there)
    with there.releases(online=False) as releases, pytest.raises(InputError, match="without network") as raised:
        releases.fetched(spelled(PURL), [])
    assert "--pristine FOLDER" in str(raised.value.hint)
    assert there.asked == []


def component(purl: Purl, *digests: str) -> Component:
    return Component(
        name=f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name,
        version=purl.version,
        purl=purl,
        location=Location("lock"),
        digests=digests,
    )


def test_a_pristine_folder_is_searched_by_digest_and_believed_by_nothing_else(there: World, tmp_path: Path) -> None:
    folder = tmp_path / "pristine"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/whatever.bin").write_bytes(DATA)
    (folder / "a-1.0.0.tgz").write_bytes(tgz({"package/evil.js": b"1"}))
    for algorithm in ("sha512", "sha256", "sha1", "md5"):
        with there.releases(folder, online=False) as releases:
            found = releases.known(component(spelled(PURL), f"{algorithm}:{sha(algorithm, DATA)}"), [])
            assert found is not None
            assert list(found.tree.entries) == ["package.json"]
            assert found.proof == f"{algorithm} in lock"
            assert releases.known(component(spelled(PURL), f"{algorithm}:{sha(algorithm, b'')}"), []) is None
            assert releases.known(component(spelled(PURL)), []) is None
    # What the index remembers is no proof: the file has been changed under its size and time.
    path = folder / "deep/whatever.bin"
    times = path.stat().st_mtime_ns
    path.write_bytes(bytes(len(DATA)))
    os.utime(path, ns=(times, times))
    with there.releases(folder, online=False) as releases:
        assert releases.known(component(spelled(PURL), f"sha512:{sha('sha512', DATA)}"), []) is None


def test_a_module_is_found_by_its_h1(there: World, tmp_path: Path) -> None:
    name = "forge.invalid/Org/mod"
    data = zipped({f"{name}@v1.0.0/go.mod": b"x", f"{name}@v1.0.0/a.go": b"y"})
    folder = there.home / "go/pkg/mod/cache/download/forge.invalid/!org/mod/@v"
    folder.mkdir(parents=True)
    (folder / "v1.0.0.zip").write_bytes(data)
    wanted = component(spelled(f"pkg:golang/{name}@v1.0.0"), dirhash.of_zip(data))
    with there.releases(online=False) as releases:
        found = releases.known(wanted, [])
    assert found is not None
    assert sorted(found.tree.entries) == ["a.go", "go.mod"]
    (folder / "v1.0.0.zip").write_bytes(zipped({f"{name}@v1.0.0/a.go": b"z"}))
    with there.releases(online=False) as releases:
        assert releases.known(wanted, []) is None


@pytest.mark.parametrize(
    ("text", "path", "algorithm"),
    [
        (PURL, "", "sha512"),
        ("pkg:cargo/a@1.0.0", ".cargo/registry/cache/index-123/a-1.0.0.crate", "sha256"),
        ("pkg:gem/a@1.0.0", ".gem/ruby/3.3.0/cache/a-1.0.0.gem", "sha256"),
        ("pkg:maven/g.h/a@1.0.0", ".m2/repository/g/h/a/1.0.0/a-1.0.0.jar", "sha1"),
        ("pkg:nuget/A@1.0.0", ".nuget/packages/a/1.0.0/a.1.0.0.nupkg", "sha512"),
    ],
)
def test_the_clients_own_caches_are_searched(there: World, text: str, path: str, algorithm: str) -> None:
    data = zipped({"a-1.0.0/package.json": b"{}"}) if path.endswith(("jar", "nupkg")) else DATA
    digest = sha("sha512", data)
    file = there.home / (path or f".npm/_cacache/content-v2/sha512/{digest[:2]}/{digest[2:4]}/{digest[4:]}")
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    with there.releases(online=False) as releases:
        found = releases.known(component(spelled(text), f"{algorithm}:{sha(algorithm, data)}"), [])
        assert found is not None
        assert "package.json" in found.tree.entries
        assert releases.known(component(spelled(text), f"{algorithm}:{sha(algorithm, b'x')}"), []) is None


def test_pips_cache_is_searched_by_address(there: World) -> None:
    url = "https://files.invalid/a-1.0.tar.gz"
    key = hashlib.sha224(url.encode()).hexdigest()
    path = there.home.joinpath(".cache/pip/http-v2", *key[:5], f"{key}.body")
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    wanted = Component(
        name="a", version="1.0", purl=spelled("pkg:pypi/a@1.0"), location=Location("lock"),
        digests=(f"sha256:{sha('sha256', DATA)}",), source_url=url,
    )  # fmt: skip
    with there.releases(online=False) as releases:
        assert releases.known(wanted, []) is not None


@pytest.mark.parametrize("type_", ["npm", "pypi", "cargo", "gem", "golang", "maven", "nuget", "composer", "x"])
def test_names_that_climb_lead_nowhere(there: World, type_: str) -> None:
    with there.releases(online=False) as releases:
        for name in ("../../../../etc/passwd", "a/../../x", "*", "\0", "~", ""):
            purl = Purl(type_, name, name, name)
            for digest in ("sha512:" + "0" * 128, "sha1:../../x", "h1:" + "A" * 43 + "="):
                assert releases.known(component(purl, digest), []) is None
