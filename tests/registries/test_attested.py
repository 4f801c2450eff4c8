"""Attestations end to end: a registry on this machine, a Sigstore of our own, the real libraries that verify."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.model import purl as purls
from scanner.model.attestation import Attestation, AttestationKind, AttestationState
from scanner.pipeline import attested
from scanner.pipeline.attested import Attested
from scanner.pipeline.registry_door import Door
from scanner.registries import bundles, clients, protocols
from scanner.registries.release import Release, ReleaseFacts
from tests.registries.signing import WHEN, Sigstore, npm_document, pep740, provenance
from tests.registries.world import World
from tests.support import registry_host

DATA = b"the tarball"
SHA512 = hashlib.sha512(DATA).hexdigest()
SHA256 = hashlib.sha256(DATA).hexdigest()
BASE = "https://mirror.invalid/npm/"
URL = f"{BASE}attestations"
REPOSITORY = "https://github.com/acme/lib"
PURL = purls.parse("pkg:npm/%40acme/lib@1.2.3")
NAME = "pkg:npm/%40acme/lib@1.2.3"
RELEASE = Release(
    url=f"{BASE}lib.tgz",
    file="lib-1.2.3.tgz",
    digests=(f"sha512:{SHA512}",),
    facts=ReleaseFacts(attested=True),
    attestation=URL,
)
WHEEL = "lib-1.2.3-py3-none-any.whl"
PYTHON = purls.parse("pkg:pypi/lib@1.2.3")
ON_INDEX = Release(
    url=f"{BASE}{WHEEL}",
    file=WHEEL,
    digests=(f"sha256:{SHA256}",),
    facts=ReleaseFacts(attested=True),
    attestation=URL,
)


@pytest.fixture(scope="module")
def ours() -> Sigstore:
    return Sigstore()


@pytest.fixture(scope="module")
def judge(ours: Sigstore, tmp_path_factory: pytest.TempPathFactory) -> Attested:
    path = tmp_path_factory.mktemp("trust") / "trusted_root.json"
    path.write_bytes(ours.trust_root())
    return Attested(path)


def serving(document: Any) -> Callable[..., bytes | None]:
    """Answers at the one address with one document."""
    data = document if isinstance(document, bytes) else json.dumps(document).encode()

    def ask(url: str, *, accept: str = "") -> bytes | None:
        assert url == URL
        return data

    return ask


def npm(judge: Attested, *made: dict[str, Any], release: Release = RELEASE) -> Attestation:
    found = judge.of(serving(npm_document(*made)), BASE, PURL, release)
    assert found is not None
    return found


def said(ours: Sigstore, **changed: Any) -> dict[str, Any]:
    told = {"name": NAME, "digest": {"sha512": SHA512}, "repository": REPOSITORY} | changed
    return ours.bundle(provenance(**told), repository=REPOSITORY)


@pytest.mark.parametrize("kind", ["dsse", "intoto"])
def test_a_good_one_is_verified_and_says_where_it_was_built(judge: Attested, ours: Sigstore, kind: str) -> None:
    statement = provenance(NAME, {"sha512": SHA512}, REPOSITORY)
    found = npm(judge, ours.bundle(statement, repository=REPOSITORY, kind=kind))
    assert found.state is AttestationState.VERIFIED, found.why
    assert (found.kind, found.repository, found.commit) == (AttestationKind.NPM_PROVENANCE, REPOSITORY, "c" * 40)
    assert (found.ref, found.builder) == ("refs/heads/main", "github-hosted")
    assert found.workflow == f"{REPOSITORY}/.github/workflows/release.yml@refs/heads/main"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": "pkg:npm/%40acme/other@1.2.3"}, "something else"),
        ({"name": "pkg:npm/%40acme/lib@1.2.4"}, "something else"),
        ({"name": "nonsense"}, "something else"),
        ({"digest": {"sha512": "0" * 128}}, "other bytes"),
        ({"repository": "https://github.com/evil/lib"}, "evil/lib"),
        ({"commit": "d" * 40}, "commit"),
    ],
)
def test_one_about_something_else_fails(judge: Attested, ours: Sigstore, changed: dict[str, Any], why: str) -> None:
    found = npm(judge, said(ours, **changed))
    assert found.state is AttestationState.FAILED
    assert why in found.why
    assert found.repository is None


@pytest.mark.parametrize("kind", ["dsse", "intoto"])
@pytest.mark.parametrize("part", ["payload", "signature", "body", "promise", "checkpoint", "certificate"])
def test_one_that_was_tampered_with_fails(judge: Attested, ours: Sigstore, kind: str, part: str) -> None:
    statement = provenance(NAME, {"sha512": SHA512}, REPOSITORY)
    made, other = (ours.bundle(statement, repository=REPOSITORY, kind=kind) for _ in range(2))
    entry, theirs = (one["verificationMaterial"]["tlogEntries"][0] for one in (made, other))
    match part:
        case "payload":
            changed = ours.bundle(statement | {"more": 1}, repository=REPOSITORY, kind=kind)
            made["dsseEnvelope"]["payload"] = changed["dsseEnvelope"]["payload"]
        case "signature":
            made["dsseEnvelope"]["signatures"] = other["dsseEnvelope"]["signatures"]
        case "body":  # a whole entry, and a good one: of another envelope
            made["verificationMaterial"]["tlogEntries"] = [theirs]
        case "promise":
            entry["inclusionPromise"] = theirs["inclusionPromise"]
        case "checkpoint":
            entry["inclusionProof"] = theirs["inclusionProof"]
        case "certificate":
            made["verificationMaterial"]["certificate"] = other["verificationMaterial"]["certificate"]
    assert npm(judge, made).state is AttestationState.FAILED


def test_one_logged_after_its_certificate_expired_fails(judge: Attested, ours: Sigstore) -> None:
    statement = provenance(NAME, {"sha512": SHA512}, REPOSITORY)
    late = ours.bundle(statement, repository=REPOSITORY, logged=WHEN + timedelta(hours=1))
    assert npm(judge, late).state is AttestationState.FAILED


def test_one_under_another_root_fails(judge: Attested) -> None:
    assert npm(judge, said(Sigstore())).state is AttestationState.FAILED


def test_the_root_that_travels_with_the_library_does_not_know_ours(ours: Sigstore) -> None:
    assert "sigstore" in bundles.root().name
    assert npm(Attested(), said(ours)).state is AttestationState.FAILED


@pytest.mark.parametrize("issuer", ["https://accounts.invalid", "https://gitlab.com"])
def test_who_may_not_vouch_for_a_repository_of_that_forge_fails(judge: Attested, ours: Sigstore, issuer: str) -> None:
    statement = provenance(NAME, {"sha512": SHA512}, REPOSITORY)
    assert npm(judge, ours.bundle(statement, repository=REPOSITORY, issuer=issuer)).state is AttestationState.FAILED


def test_a_good_one_does_not_outweigh_a_bad_one(judge: Attested, ours: Sigstore) -> None:
    assert npm(judge, said(ours), said(ours, digest={"sha512": "0" * 128})).state is AttestationState.FAILED


def test_the_bytes_in_hand_count_before_what_the_registry_says(judge: Attested, ours: Sigstore) -> None:
    found = judge.of(serving(npm_document(said(ours))), BASE, PURL, RELEASE, ["sha512:" + "1" * 128])
    assert found is not None
    assert found.state is AttestationState.FAILED
    found = judge.of(serving(npm_document(said(ours))), BASE, PURL, RELEASE, [])
    assert found is not None
    assert (found.state, "no digest" in found.why) == (AttestationState.UNKNOWN, True)


@pytest.mark.parametrize(
    ("changed", "publisher", "state"),
    [
        ({}, {}, AttestationState.VERIFIED),
        ({"subject": [{"name": "Lib-1.2.3-py3-none-any.whl", "digest": {"sha256": SHA256}}]}, {}, "verified"),
        ({"subject": [{"name": "lib-1.2.4-py3-none-any.whl", "digest": {"sha256": SHA256}}]}, {}, "failed"),
        ({"subject": [{"name": WHEEL, "digest": {"sha256": "0" * 64}}]}, {}, "failed"),
        ({}, {"repository": "evil/lib"}, "failed"),
        ({}, {"workflow": "other.yml"}, "failed"),
        ({}, {"kind": "Google"}, "unknown"),
    ],
)
def test_of_a_python_file(
    judge: Attested, ours: Sigstore, changed: dict[str, Any], publisher: dict[str, str], state: str
) -> None:
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": WHEEL, "digest": {"sha256": SHA256}}],
        "predicateType": "https://attestations.invalid/publish/v1",
        "predicate": None,
    } | changed
    document = pep740(ours.bundle(statement, repository=REPOSITORY), **({"repository": "acme/lib"} | publisher))
    found = judge.of(serving(document), BASE, PYTHON, ON_INDEX)
    assert found is not None
    assert found.state == state, found.why
    assert found.kind is AttestationKind.PEP740


@pytest.mark.parametrize(
    "document",
    [
        b"", b"{", b"[]", b"null", b'{"attestations": 3}', b'{"attestations": [7]}', b"\xff\xfe", b"[" * 100_000,
        b" " * (10 << 20), b'{"attestations":[' + b'{"bundle":{}},' * 50 + b'{"bundle":{}}]}', None,
    ],
)  # fmt: skip
def test_a_document_that_is_none_is_unknown(judge: Attested, document: bytes | None) -> None:
    def ask(url: str, *, accept: str = "") -> bytes | None:
        return document

    for purl, release in ((PURL, RELEASE), (PYTHON, ON_INDEX)):
        found = judge.of(ask, BASE, purl, release)
        assert found is not None
        assert found.state is AttestationState.UNKNOWN
        assert 10 < len(found.why) < 400


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_spoilt_bundle_raises_or_is_believed(judge: Attested, ours: Sigstore, data: st.DataObject) -> None:
    made = copy.deepcopy(said(ours))
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            places.append((value, key))
            if isinstance(one, dict | list):
                walk(one)

    walk(made)
    holder, key = data.draw(st.sampled_from(places))
    wrong: list[Any] = [None, 7, -1, "", "x", "AAAA", [], {}, [[]], {"a": 1}, "9" * 5000, "é" * 50, True]
    spoilt = data.draw(st.sampled_from(wrong))
    assume(spoilt != holder[key])
    holder[key] = spoilt
    assert npm(judge, made).state in (AttestationState.FAILED, AttestationState.UNKNOWN)


def test_an_address_elsewhere_is_not_followed(judge: Attested) -> None:
    def never(url: str, *, accept: str = "") -> bytes | None:
        raise AssertionError(url)

    for url in ("https://evil.invalid/a", "//evil.invalid/a", "https://mirror.invalid@evil.invalid/a", "http://[bad"):
        release = Release(url=BASE, file="f", facts=ReleaseFacts(attested=True), attestation=url)
        found = judge.of(never, BASE, PURL, release)
        assert found is not None
        assert (found.state, found.why[:18]) == (AttestationState.UNKNOWN, "it could not be ha")


def test_what_has_none_what_does_not_tell_and_what_knows_none(judge: Attested) -> None:
    def never(url: str, *, accept: str = "") -> bytes | None:
        raise AssertionError(url)

    for told, state in ((False, AttestationState.ABSENT), (None, AttestationState.UNKNOWN)):
        found = judge.of(never, BASE, PURL, Release(url=BASE, file="f", facts=ReleaseFacts(attested=told)))
        assert found is not None
        assert found.state is state
    assert judge.of(never, BASE, purls.parse("pkg:maven/a/b@1"), RELEASE) is None


def test_without_the_extra_it_is_unknown_and_told_once() -> None:
    def load(path: Path | None) -> bundles.Root:
        raise bundles.NotInstalledError(bundles.MISSING)

    judge = Attested(load=load)
    for _ in range(3):
        found = judge.of(serving(b""), BASE, PURL, RELEASE)
        assert found is not None
        assert (found.state, found.why) == (AttestationState.UNKNOWN, "pip install 'pratique[attest]'")
    (told,) = judge.remarks()
    assert "3 releases" in told.what


@pytest.mark.parametrize("text", ["", "{}", "[]", "x" * (2 << 20)])
def test_a_trust_root_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "root.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="trust root"):
        Attested(path).root()
    with pytest.raises(UsageError, match="trust root"):
        Attested(tmp_path / "none").root()


def test_npm_s_own_word_is_no_provenance(judge: Attested) -> None:
    bundle = {"mediaType": "application/vnd.dev.sigstore.bundle+json;version=0.2",
              "verificationMaterial": {"publicKey": {"hint": "SHA256:x"}, "tlogEntries": []}}  # fmt: skip
    document = {"attestations": [{"predicateType": "https://publish.invalid/v0.1", "bundle": bundle}]}
    found = judge.of(serving(document), BASE, PURL, RELEASE)
    assert found is not None
    assert (found.state, found.kind) == (AttestationState.UNKNOWN, AttestationKind.NPM_PUBLISH)


def test_provenance_is_lost_only_where_the_registry_says_so() -> None:
    then, now = ReleaseFacts(attested=True, publisher="GitHub Actions"), ReleaseFacts(attested=False, publisher="ann")
    found = attested.lost("1.2.2", then, now)
    assert found is not None
    assert found.other_publisher
    assert attested.lost("1.2.2", then, ReleaseFacts(attested=None)) is None
    assert attested.lost("1.2.2", ReleaseFacts(attested=False), now) is None


def test_the_release_below_is_asked_of_the_same_document() -> None:
    def entry(*, attested: bool, by: str) -> dict[str, Any]:
        dist: dict[str, Any] = {"tarball": f"{BASE}t.tgz"} | ({"attestations": {"url": URL}} if attested else {})
        return {"dist": dist, "_npmUser": {"name": by}}

    document = {
        "versions": {
            "1.2.0": entry(attested=False, by="ann"),
            "1.2.2": entry(attested=True, by="GitHub Actions"),
            "1.2.3-rc.1": entry(attested=False, by="ann"),
            "1.2.3": entry(attested=False, by="ann"),
            "2.0.0": entry(attested=True, by="GitHub Actions"),
        }
    }
    data = json.dumps(document).encode()

    def ask(url: str, *, accept: str = "") -> bytes | None:
        return data

    now = Release(url=BASE, file="f", facts=ReleaseFacts(attested=False, publisher="ann"))
    found = attested.earlier(ask, BASE, PURL, now)
    assert found is not None
    assert (found.version, found.other_publisher, found.delivered) == ("1.2.2", True, False)
    assert attested.earlier(ask, BASE, PURL, msgspec.structs.replace(now, others=(RELEASE,))) is None
    first = purls.parse("pkg:npm/%40acme/lib@1.2.0")
    assert attested.earlier(ask, BASE, first, now) is None


def test_the_release_below_on_an_index_counts_with_all_its_files() -> None:
    files = [
        {"filename": "lib-1.2.2.tar.gz", "url": "a"},
        {"filename": "lib-1.2.2-py3-none-any.whl", "url": "b", "provenance": URL},
        {"filename": "lib-1.2.3rc1.tar.gz", "url": "c"},
        {"filename": WHEEL, "url": "d"},
    ]
    now = Release(url=BASE, file=WHEEL, facts=ReleaseFacts(attested=False))
    found = attested.earlier(lambda url, *, accept="": json.dumps({"files": files}).encode(), BASE, PYTHON, now)
    assert found is not None
    assert (found.version, found.other_publisher) == ("1.2.2", False)


def asked(there: World, judge: Attested, purl: str) -> tuple[Attestation | None, list[str]]:
    """As an audit asks: the person's registry, its release, its attestation, over real connections."""
    wanted = purls.parse(purl)
    (registry, *_) = clients.registries(wanted, there.environ, there.home)
    door = Door(there.cache, online=True, timeout=(20, 20), backoff=0.01)
    try:
        ask = door.ask(registry)
        release = protocols.speaker(wanted.type).release(ask, registry.url, wanted)
        assert isinstance(release, Release)
        found = judge.of(ask, registry.url, wanted, release)
        # The second time nothing is asked: the answer is fresh.
        before = len(there.asked)
        assert judge.of(ask, registry.url, wanted, release) == found
        assert len(there.asked) == before
    finally:
        door.close()
    return found, there.paths()


def test_a_mirror_that_names_the_public_registry_is_asked_itself(there: World, judge: Attested, ours: Sigstore) -> None:
    there.configure(".npmrc", "registry={url}/npm/\n")
    public = f"https://{registry_host('npm')}"
    dist = {
        "tarball": f"{public}/@acme/lib/-/lib-1.2.3.tgz",
        "integrity": f"sha512-{base64.b64encode(bytes.fromhex(SHA512)).decode()}",
        "attestations": {"url": f"{public}/-/npm/v1/attestations/lib"},
    }
    there.json("/npm/@acme/lib", {"versions": {"1.2.3": {"dist": dist}}})
    there.json("/npm/-/npm/v1/attestations/lib", npm_document(said(ours)))
    found, paths = asked(there, judge, NAME)
    assert found is not None
    assert found.state is AttestationState.VERIFIED, found.why
    assert paths == ["/npm/@acme/lib", "/npm/-/npm/v1/attestations/lib"]


@pytest.mark.parametrize("where", ["{url}/integrity/p", "../../integrity/p", "https://evil.invalid/p"])
def test_an_index_is_asked_for_its_own_only(there: World, judge: Attested, ours: Sigstore, where: str) -> None:
    there.environ["PIP_INDEX_URL"] = f"{there.url}/simple"
    file = {"filename": WHEEL, "url": f"../{WHEEL}", "hashes": {"sha256": SHA256}, "provenance": where}
    there.json("/simple/lib/", {"meta": {"api-version": "1.3"}, "files": [file]})
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": WHEEL, "digest": {"sha256": SHA256}}],
        "predicateType": "https://attestations.invalid/publish/v1",
        "predicate": None,
    }
    there.json("/integrity/p", pep740(ours.bundle(statement, repository=REPOSITORY), "acme/lib"))
    found, paths = asked(there, judge, "pkg:pypi/lib@1.2.3")
    assert found is not None
    if "evil" in where:
        assert (found.state, paths) == (AttestationState.UNKNOWN, ["/simple/lib/"])
        assert "another server" in found.why
    else:
        assert (found.state, paths[1:]) == (AttestationState.VERIFIED, ["/integrity/p"])


def test_nobody_pays_for_the_libraries_who_verifies_nothing() -> None:
    code = (
        "import sys, scanner.pipeline.attested; "
        "sys.exit(bool({'sigstore', 'pypi_attestations', 'cryptography', 'tuf'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.network
@pytest.mark.parametrize("purl", ["pkg:npm/sigstore@3.1.0", "pkg:pypi/pypi-attestations@0.0.30"])
def test_a_real_one_of_the_registry_that_is_configured_here(purl: str, tmp_path: Path) -> None:
    wanted = purls.parse(purl)
    (registry, *_) = clients.registries(wanted, os.environ, Path.home())
    door = Door(tmp_path, online=True)
    try:
        ask = door.ask(registry)
        release = protocols.speaker(wanted.type).release(ask, registry.url, wanted)
        assert isinstance(release, Release)
        if not release.facts.attested:
            pytest.skip("the mirror strips attestations")
        found = Attested().of(ask, registry.url, wanted, release)
    finally:
        door.close()
    assert found is not None
    assert found.state is AttestationState.VERIFIED, found.why
