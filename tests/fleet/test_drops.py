"""Buckets and Dependency-Track: what they hold is read like an SBOM, and fetched again only when it has changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.errors import EngineError, InputError, UsageError
from scanner.fleet.listings import signing
from scanner.fleet.store import Store, open_store
from scanner.pipeline.fleet import drops, intelligence, listing, looking, remotes
from scanner.pipeline.fleet.listing import Refreshed
from scanner.pipeline.fleet.looking import Did, Looked
from tests.factories import NOW
from tests.fleet.services import Bucket, Service, Track
from tests.servers import Answer, Question

KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIA" + "IOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
}
"""Those of the examples in the specification."""


def bom(*purls: str) -> bytes:
    found = [
        {"type": "library", "name": purl.split("/")[1].split("@")[0], "version": purl.split("@")[1], "purl": purl}
        for purl in purls
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": found}).encode()


GOOD, BAD = bom("pkg:npm/left@1.0.0"), bom("pkg:npm/axios@1.14.1")


class Fleet:
    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        ticks = count()
        environ = {**KEYS, "DEPENDENCY_TRACK_API_KEY": "odt_" + "x" * 12}
        self.listing = listing.Settings(environ=environ, now=lambda: NOW + timedelta(seconds=next(ticks)))
        self.looking = looking.Settings(
            intel_directory=folder / "intel", intelligence=intelligence.name(folder / "intel", now=NOW),
            copies=folder / "copies", now=self.listing.now, environ=environ, home=folder,
        )  # fmt: skip

    def add(self, service: Service, name: str = "sboms", **fields: Any) -> Refreshed:
        how = (
            listing.asked("s3", f"s3://{name}", api=service.url, environ={}, **fields)
            if isinstance(service, Bucket)
            else listing.asked("dependency-track", service.url, api=None, environ={}, **fields)
        )
        return listing.add(self.store, how, every=72_000, settings=self.listing)

    def look(self) -> list[Looked]:
        return [looking.look(self.store, target.id, self.looking) for target in self.store.targets()]


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Store]:
    """On SQLite: what differs between the databases is below `Store`, and tested there."""
    with open_store(tmp_path / "fleet.sqlite") as store:
        yield store


@pytest.fixture
def fleet(alone: Store, tmp_path: Path, campaigns: Path) -> Fleet:
    shutil.copytree(campaigns, tmp_path / "intel")
    return Fleet(alone, tmp_path)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    found = Bucket()
    with found.running():
        yield found


@pytest.fixture
def track() -> Iterator[Track]:
    found = Track()
    with found.running():
        yield found


def test_a_bucket_from_its_list_to_what_was_found(fleet: Fleet, bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects = {
        "releases/a.cdx.json": GOOD,
        "releases/b c.json": BAD,
        "releases/x.png": b"x",
        "releases/": b"",
        "other.json": BAD,
    }
    told = fleet.add(bucket, "sboms/releases/", labels=("drop",))
    assert (told.seen, told.left_out, told.status, told.visible) == (4, {"nothing that is read": 2}, 0, {})
    assert [(one.kind, one.address.removeprefix(f"s3+{bucket.url}")) for one in fleet.store.targets()] == [
        ("drop", "/sboms/releases/a.cdx.json"), ("drop", "/sboms/releases/b%20c.json"),
    ]  # fmt: skip
    looked = fleet.look()
    assert [(one.did, one.introduced, one.status, one.why) for one in looked] == [
        (Did.READ, 0, 3, ""),
        (Did.READ, 1, 1, ""),
    ]
    assert all(
        question.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIA") for question in bucket.asked
    )
    bucket.asked.clear()
    assert [one.did for one in fleet.look()] == [Did.UNCHANGED] * 2
    assert len(bucket.asked) == 2
    assert all("if-none-match" in question.headers for question in bucket.asked)
    fleet.looking = msgspec.structs.replace(fleet.looking, intelligence="newer")
    assert [one.did for one in fleet.look()] == [Did.MATCHED] * 2
    bucket.objects["releases/b c.json"] = GOOD
    assert [(one.did, one.gone) for one in fleet.look()] == [(Did.UNCHANGED, 0), (Did.READ, 1)]
    del bucket.objects["releases/b c.json"]
    (again,) = listing.refresh(fleet.store, fleet.listing)
    assert [why for _, _, why in again.changed.gone] == ["it is listed no longer"]
    assert "not there any more" in fleet.look()[1].why
    # Nothing that was fetched is kept.
    assert not list((tmp_path / "copies" / "drops").iterdir())


def test_thousands_of_objects_and_keys_that_nobody_would_choose(fleet: Fleet, bucket: Bucket) -> None:
    hostile = [
        "a/../../etc/x.json",
        "./x.json",
        "a//b.json",
        "<b>\x1b[31m&.json",
        "%2e%2e/x.json",
        "--x?y#z.json",
        "ü +.json",
    ]
    bucket.objects = {f"{number:05}.json": GOOD for number in range(250)} | dict.fromkeys(hostile, GOOD)
    bucket.page = 100
    told = fleet.add(bucket)
    assert (told.seen, told.left_out, told.status) == (257, {"refused": 2}, 3)
    assert {problem.what for problem in told.problems} == {"its key has . or .. as a part"}
    assert len([question for question in bucket.asked if "list-type" in question.query]) == 3
    odd = [target for target in fleet.store.targets() if not target.address[-10:-5].isdigit()]
    assert len(odd) == 5
    for target in odd:
        looked = looking.look(fleet.store, target.id, fleet.looking)
        assert (looked.did, looked.components) == (Did.READ, 1), (target.address, looked.why)


def test_what_is_too_large_or_no_sbom_is_told(fleet: Fleet, bucket: Bucket) -> None:
    bucket.objects = {"large.json": b" " * 300_000, "torn.cdx.json": GOOD[:40], "good.json": GOOD}
    fleet.looking = msgspec.structs.replace(fleet.looking, most_bytes=100_000)
    fleet.add(bucket)
    good, large, torn = fleet.look()
    assert (good.did, large.did, "a body of 300000 bytes" in large.why) == (Did.READ, Did.FAILED, True)
    assert (torn.did, torn.verdict, torn.status) == (Did.READ, "incomplete", 3)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><ListBucketResult/>", "document type"),
        (b"<Error><Code>x</Code></Error>", "no list of a bucket"),
        (b"{}", "not XML"),
        (b"", "empty"),
    ],
)
def test_answers_that_are_no_list(fleet: Fleet, bucket: Bucket, body: bytes, says: str) -> None:
    bucket.instead = [lambda _: (200, {}, body)]
    with pytest.raises(InputError, match=says):
        fleet.add(bucket)


def test_a_list_without_end(fleet: Fleet, bucket: Bucket) -> None:
    page = b"<ListBucketResult><IsTruncated>true</IsTruncated>"
    page += b"<NextContinuationToken>%s</NextContinuationToken>%s</ListBucketResult>"
    entry = b"<Contents><Key>a.json</Key><Size>1</Size></Contents>"
    bucket.instead = [lambda _: (200, {}, page % (b"x", entry))] * 9
    with pytest.raises(EngineError, match="same page again"):
        fleet.add(bucket)
    bucket.instead = [lambda _: (200, {}, page % (b"x", b""))] * 9
    with pytest.raises(EngineError, match="lead back"):
        fleet.add(bucket)


def test_a_page_that_is_cut_short_is_not_the_last(fleet: Fleet, bucket: Bucket, track: Track) -> None:
    """A proxy gives ten a page, whatever we ask for; another one loses the mark of where to go on."""
    track.items = [track.project(number, f"p{number}") for number in range(25)]

    def ten(question: Question) -> Answer:
        page = int(question.query["pageNumber"])
        return track.body(track.items[(page - 1) * 10 : page * 10], **{"X-Total-Count": "25"})

    track.instead = [ten] * 3
    assert fleet.add(track).seen == 25
    track.instead = [
        lambda _: track.body(track.items[:10], **{"X-Total-Count": "25"}),
        lambda _: track.body([], **{"X-Total-Count": "25"}),
    ]
    with pytest.raises(EngineError, match="counts 25 projects and gives 10"):
        fleet.add(track)
    page = b"<ListBucketResult>%s<Contents><Key>a.json</Key><Size>1</Size></Contents></ListBucketResult>"
    bucket.instead = [lambda _: (200, {}, page % b"<IsTruncated>true</IsTruncated>")]
    with pytest.raises(InputError, match="there is more"):
        fleet.add(bucket)


def test_dependency_track_from_its_list_to_what_was_found(fleet: Fleet, track: Track) -> None:
    track.items = [track.project(number, f"p{number}") for number in range(250)]
    track.items[1] |= {"name": "sh\x1bop", "version": None, "tags": [{"name": "team-web"}]}
    track.items[2]["active"] = False
    track.items[3]["lastBomImport"] = None
    track.items[4]["uuid"] = "../../user"
    track.boms = {one["uuid"]: GOOD for one in track.items} | {track.items[1]["uuid"]: BAD}
    told = fleet.add(track, owner_from="topic:team-")
    assert (told.seen, told.left_out) == (250, {"archived": 1, "empty": 1, "refused": 1})
    targets = fleet.store.targets()
    assert len(targets) == 247
    assert targets[0].address == f"dependency-track+{track.url}/{track.items[0]['uuid']}#p0@1.0"
    assert (targets[1].owner, targets[1].address.rpartition("#")[2]) == ("web", "sh%1Bop")
    for target in targets[2:]:
        fleet.store.remove(target.id)
    assert [(one.did, one.introduced, one.why) for one in fleet.look()] == [(Did.READ, 0, ""), (Did.READ, 1, "")]
    track.asked.clear()
    assert [one.did for one in fleet.look()] == [Did.UNCHANGED] * 2
    assert not [question for question in track.asked if "/bom/" in question.path]
    track.items[1]["lastBomImport"] += 1
    track.boms[track.items[1]["uuid"]] = GOOD
    assert [(one.did, one.gone) for one in fleet.look()] == [(Did.UNCHANGED, 0), (Did.READ, 1)]
    track.items[1]["lastBomImport"] = None
    assert "no bill of materials" in fleet.look()[1].why


def test_keys_go_to_their_own_server_only(fleet: Fleet, bucket: Bucket, track: Track) -> None:
    other = Bucket()
    with other.running():
        track.instead = [lambda question: (302, {"Location": f"{other.url}{question.path}"}, b"")]
        with pytest.raises(EngineError):
            fleet.add(track)
        session = {**fleet.listing.environ, "AWS_SESSION_TOKEN": "s" * 20}
        fleet.listing = msgspec.structs.replace(fleet.listing, environ=session)
        bucket.instead = [lambda question: (302, {"Location": f"{other.url}/x?list-type=2"}, b"")]
        fleet.add(bucket)
    assert len(other.asked) == 2
    for question in other.asked:
        assert not {"authorization", "x-api-key", "x-amz-security-token"} & set(question.headers)
    with pytest.raises(UsageError, match="plain http"):
        listing.asked("dependency-track", "http://dtrack.invalid", api=None, environ={})
    with pytest.raises(UsageError, match="names nothing"):
        listing.asked("s3", "s3://", api=bucket.url, environ={})


def test_what_is_in_use_is_not_pruned(fleet: Fleet, bucket: Bucket, tmp_path: Path) -> None:
    bucket.objects = {"a.json": GOOD}
    folder = tmp_path / "copies"
    with drops.fetched(
        f"s3+{bucket.url}/sboms/a.json", None, folder=folder, most_bytes=10_000, environ=KEYS, now=fleet.listing.now
    ) as found:
        remotes.prune(folder, most_bytes=0)
        assert found.path is not None
        assert found.path.read_bytes() == GOOD
    (folder / "drops" / "left-by-who-was-killed").write_bytes(b"x")
    remotes.prune(folder, most_bytes=0)
    assert not (folder / "drops").exists()


@pytest.mark.parametrize(
    ("query", "signature"),
    [
        ("?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        ("?prefix=J&max-keys=2", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_signatures_of_the_specification(query: str, signature: str) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, its examples."""
    keys = signing.Keys(id=KEYS["AWS_ACCESS_KEY_ID"], secret=KEYS["AWS_SECRET_ACCESS_KEY"], region="us-east-1")
    at = datetime(2013, 5, 24, tzinfo=UTC)
    for host in ("examplebucket.s3.amazonaws.com", "examplebucket.s3.amazonaws.com:443"):
        signed = signing.headers(f"https://{host}/{query}", keys, now=at)
        assert signed["Authorization"].endswith(
            f"SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature={signature}"
        )
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in repr(keys)


def test_regions() -> None:
    for host, environ, region in (
        ("s3.eu-central-1.amazonaws.com", {"AWS_REGION": "us-west-2"}, "eu-central-1"),
        ("minio.invalid", {"AWS_REGION": "us-west-2"}, "us-west-2"),
        ("minio.invalid", {}, "us-east-1"),
    ):
        signed = drops.signer("s3", {**KEYS, **environ}, lambda: NOW)(f"https://{host}/b")
        assert f"/{region}/s3/aws4_request" in signed["Authorization"]
    assert drops.signer("s3", {}, lambda: NOW)("https://minio.invalid/b") == {}
    assert listing.api_of("s3", None, {"AWS_REGION": "eu-west-1"}) == "https://s3.eu-west-1.amazonaws.com"
