"""TAXII collections and MISP feeds as lists: from servers that speak the protocols, and from a real one."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.intel import intel
from scanner.errors import UsageError
from scanner.model.campaign import IndicatorType
from scanner.net import Client
from scanner.pipeline import added, subscriptions
from scanner.pipeline.sync import Action, FeedResult
from tests.servers import Answer, Question, answering, serving

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ROOT, ID = "/api1", "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
TYPE = {"Content-Type": "application/taxii+json;version=2.1"}


def indicator(number: int, domain: str, *, modified: str = "2026-11-01T00:00:00.000Z", **more: Any) -> dict[str, Any]:
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
        "created": "2026-11-01T00:00:00.000Z",
        "modified": modified,
        "pattern": f"[domain-name:value = '{domain}']",
        "pattern_type": "stix",
        "valid_from": "2026-11-01T00:00:00Z",
        **more,
    }


class Taxii:
    """A server, from the shapes in the specification's examples."""

    def __init__(self) -> None:
        self.objects: list[tuple[str, dict[str, Any]]] = [
            (f"2026-11-01T00:00:{number:02d}.000000Z", indicator(number, f"bad-{number}.invalid"))
            for number in range(5)
        ]
        self.page = 2
        self.asked: list[Question] = []
        self.collections = [{"id": ID, "title": "Ours", "can_read": True, "can_write": False}]
        self.wants: str | None = None
        """The Authorization that it asks for."""
        self.override: dict[str, Answer] = {}

    def __call__(self, asked: Question) -> Answer:
        self.asked.append(asked)
        if asked.path in self.override:
            return self.override[asked.path]
        if self.wants is not None and asked.headers.get("authorization") != self.wants:
            return 401, {"WWW-Authenticate": "Basic"}, b"{}"
        if asked.headers.get("accept") != TYPE["Content-Type"]:
            return 406, {}, b"{}"
        base = f"{ROOT}/collections/"
        match asked.path:
            case "/taxii2/":
                return self.say(
                    {"title": "T", "default": f"http://{asked.headers['host']}{ROOT}/", "api_roots": [f"{ROOT}/"]}
                )
            case path if path == f"{ROOT}/":
                return self.say(
                    {"title": "Root", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 1}
                )
            case path if path == base:
                return self.say({"collections": self.collections})
            case path if path.endswith("/objects/"):
                return self.envelope(asked.query)
            case path if path.startswith(base):
                return self.say(self.collections[0])
        return 404, {}, b"{}"

    def envelope(self, query: dict[str, str]) -> Answer:
        after = query.get("added_after", "")
        found = [(added, one) for added, one in self.objects if added > after]
        begin = int(query.get("next", "0"))
        page = found[begin : begin + self.page]
        body: dict[str, Any] = {"objects": [one for _, one in page]} if page else {}
        if begin + self.page < len(found):
            body |= {"more": True, "next": str(begin + self.page)}
        status, headers, data = self.say(body)
        if page:
            headers = {**headers, "X-TAXII-Date-Added-First": page[0][0], "X-TAXII-Date-Added-Last": page[-1][0]}
        return status, headers, data

    @staticmethod
    def say(body: Any) -> Answer:
        return 200, TYPE, json.dumps(body).encode()


@pytest.fixture
def taxii() -> Taxii:
    return Taxii()


@pytest.fixture
def url(taxii: Taxii) -> Iterator[str]:
    with answering(taxii) as address:
        yield address


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that waits as long as a test can."""
    for module in ("taxii", "misp_feed"):
        monkeypatch.setattr(f"scanner.feeds.{module}.Client", lambda: Client(timeout=(1, 1), backoff=0.01))


def run(
    url: str, db: Path, *, collection: str | None = None, now: datetime = NOW, environ: dict[str, str] | None = None
) -> FeedResult:
    return subscriptions.sync(
        lambda: subscriptions.Taxii(url, collection, environ or {}), "mine", db, now=now, notify=lambda _: None
    )


def domains(db: Path, now: datetime = NOW) -> list[str]:
    with added.opened(db, now=now, max_age=7) as lists:
        return sorted(key for _, store in lists.stores for key in store.keys(IndicatorType.DOMAIN))


@pytest.mark.parametrize(
    "path", ["/taxii2/", "/taxii2", f"{ROOT}/", f"{ROOT}/collections/", f"{ROOT}/collections/{ID}/"]
)
def test_a_collection_is_found_from_any_address_of_its_server(
    url: str, taxii: Taxii, tmp_path: Path, path: str
) -> None:
    result = run(f"{url}{path}", tmp_path)
    assert (result.feed, result.action, result.records, result.changed) == ("added/mine", Action.REBUILT, 5, 5)
    assert result.newest == "2026-11-01T00:00:04.000000Z"
    assert domains(tmp_path) == [f"bad-{number}.invalid" for number in range(5)]
    assert sum(asked.path.endswith("/objects/") for asked in taxii.asked) == 3  # pages of two


def test_only_what_is_new_is_fetched(url: str, taxii: Taxii, tmp_path: Path) -> None:
    place = f"{url}{ROOT}/collections/{ID}/"
    run(place, tmp_path)
    taxii.asked.clear()
    later = NOW + timedelta(days=1)
    assert run(place, tmp_path, now=later).action is Action.NOTHING_NEW
    assert [asked.query.get("added_after") for asked in taxii.asked] == ["2026-11-01T00:00:04.000000Z"]
    with added.opened(tmp_path, now=later, max_age=7) as lists:
        assert [(state.status, state.age_hours) for state in lists.states] == [("fresh", 0.0)]
    with added.opened(tmp_path, now=later + timedelta(days=8), max_age=7) as lists:
        assert [state.status for state in lists.states] == ["stale"]

    taxii.objects += [
        ("2026-11-02T00:00:00.000000Z", indicator(9, "new.invalid")),
        (
            "2026-11-02T00:00:01.000000Z",
            indicator(1, "bad-1.invalid", modified="2026-11-02T00:00:00.000Z", revoked=True),
        ),
        ("2026-11-02T00:00:02.000000Z", indicator(2, "stale.invalid", modified="2020-01-01T00:00:00.000Z")),
    ]
    result = run(place, tmp_path, now=later)
    assert (result.action, result.changed, result.records) == (Action.UPDATED, 2, 5)
    assert domains(tmp_path) == ["bad-0.invalid", "bad-2.invalid", "bad-3.invalid", "bad-4.invalid", "new.invalid"]

    # What was deleted shows at the next whole reading.
    del taxii.objects[0]
    assert "bad-0.invalid" in domains(tmp_path)
    run(place, tmp_path, now=NOW + timedelta(days=10))
    assert "bad-0.invalid" not in domains(tmp_path)


def test_several_collections_want_a_choice(url: str, taxii: Taxii, tmp_path: Path) -> None:
    taxii.collections.append({"id": "52892447-4d7e-4f70-b94d-d7f22742ff63", "title": "Other\x1b[2J", "can_read": True})
    taxii.collections.append({"id": "hidden", "title": "Not for us", "can_read": False})
    with pytest.raises(UsageError, match="2 collections") as told:
        run(f"{url}/taxii2/", tmp_path)
    assert ID in str(told.value)
    assert "\x1b" not in str(told.value)
    assert run(f"{url}/taxii2/", tmp_path, collection="Ours").records == 5
    with pytest.raises(UsageError, match="no collection 'hidden'"):
        run(f"{url}/taxii2/", tmp_path, collection="hidden")


def test_keys_come_from_the_environment_and_stay_there(url: str, taxii: Taxii, tmp_path: Path) -> None:
    place = f"{url}{ROOT}/collections/{ID}/"
    taxii.wants = "Basic " + base64.b64encode(b"me:s3cret").decode()
    assert "401" in str(run(place, tmp_path).error)
    assert run(place, tmp_path, environ={"PRATIQUE_TAXII_USER": "me", "PRATIQUE_TAXII_PASSWORD": "s3cret"}).records == 5
    taxii.wants = "Bearer t0ken"
    assert run(place, tmp_path, environ={"PRATIQUE_TAXII_TOKEN": "t0ken"}).error is None
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or not any(secret in file.read_bytes() for secret in (b"s3cret", b"t0ken", b"bWU6"))
    for bad in ("http://example.invalid/taxii2/", "http://me:s3cret@127.0.0.1/taxii2/"):
        with pytest.raises(UsageError) as told:
            run(bad, tmp_path, environ={"PRATIQUE_TAXII_TOKEN": "t0ken"})
        assert not any(secret in str(told.value) for secret in ("s3cret", "t0ken"))


def test_a_key_does_not_follow_to_another_server(url: str, taxii: Taxii, tmp_path: Path) -> None:
    heard: list[Question] = []

    def stranger(asked: Question) -> Answer:
        heard.append(asked)
        return taxii.say({"objects": []})

    with answering(stranger) as other:
        taxii.override["/taxii2/"] = taxii.say({"api_roots": [f"{other}/api/"]})
        with pytest.raises(UsageError, match="points to another"):
            run(f"{url}/taxii2/", tmp_path, environ={"PRATIQUE_TAXII_TOKEN": "t0ken"})
        taxii.override[f"{ROOT}/collections/{ID}/objects/"] = (302, {"Location": f"{other}/x"}, b"")
        run(f"{url}{ROOT}/collections/{ID}/", tmp_path, environ={"PRATIQUE_TAXII_TOKEN": "t0ken"})
    assert [asked.headers.get("authorization") for asked in heard] == [None]


@pytest.mark.parametrize(
    "answer",
    [
        (200, TYPE, b""),
        (200, TYPE, b"<html>"),
        (200, TYPE, b"[" * 100_000),
        (200, TYPE, b'{"objects": 1}'),
        (200, TYPE, b'{"objects": [1]}'),
        (200, TYPE, b'{"objects": [{"type": "indicator"}]}'),
        (200, TYPE, b'{"more": true, "next": "1", "objects": []}'),
        (200, TYPE, b'{"more": true}'),
        (200, {**TYPE, "Content-Length": "99"}, b"{}"),
        (200, {**TYPE, "Content-Length": "99999999999"}, b"{}"),
        (200, {**TYPE, "Content-Encoding": "gzip"}, b"{}"),
        (302, {"Location": "?again"}, b""),
        (302, {"Location": "http://127.0.0.1:99999999/"}, b""),
        (404, {}, b""),
        (429, {"Retry-After": "0"}, b""),
        (500, {}, b"oh no"),
    ],
)
def test_a_lying_server_does_no_harm(url: str, taxii: Taxii, tmp_path: Path, answer: Answer) -> None:
    place = f"{url}{ROOT}/collections/{ID}/"
    run(place, tmp_path)
    taxii.override[f"{ROOT}/collections/{ID}/objects/"] = answer
    result = run(place, tmp_path, now=NOW + timedelta(days=10))
    assert result.action is Action.FAILED
    assert len(domains(tmp_path)) == 5
    taxii.override.clear()
    assert run(place, tmp_path, now=NOW + timedelta(days=10)).error is None


def test_a_collection_that_lost_most_is_not_believed(url: str, taxii: Taxii, tmp_path: Path) -> None:
    place = f"{url}{ROOT}/collections/{ID}/"
    run(place, tmp_path)
    taxii.objects = taxii.objects[:1]
    assert "the old are kept" in str(run(place, tmp_path, now=NOW + timedelta(days=10)).error)
    assert len(domains(tmp_path)) == 5


# --- MISP ---------------------------------------------------------------------------------------------------------

EVENTS = ("5cdc0b3a-0000-4000-8000-000000000001", "5cdc0b3a-0000-4000-8000-000000000002")


def event(folder: Path, uuid: str, domain: str, timestamp: int) -> None:
    attribute = {"uuid": uuid, "type": "domain", "category": "Network activity", "value": domain, "to_ids": True}
    info = f"Event on {domain}"
    body = {"Event": {"uuid": uuid, "info": info, "timestamp": str(timestamp), "Attribute": [attribute]}}
    (folder / f"{uuid}.json").write_text(json.dumps(body))
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text()) if path.exists() else {}
    manifest[uuid] = {"info": info, "timestamp": str(timestamp), "Orgc": {"name": "Ours"}, "date": "2026-11-01"}
    path.write_text(json.dumps(manifest))


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    folder = tmp_path / "feed"
    folder.mkdir()
    event(folder, EVENTS[0], "one.invalid", 1_764_000_000)
    event(folder, EVENTS[1], "two.invalid", 1_764_000_001)
    return folder


def misp(url: str, db: Path) -> FeedResult:
    return subscriptions.sync(lambda: subscriptions.Misp(url, {}), "misp", db, now=NOW, notify=lambda _: None)


def test_a_feed_is_fetched_event_by_event(feed: Path, tmp_path: Path) -> None:
    db = tmp_path / "db"
    with serving(feed) as server:
        first = misp(server.url, db)
        assert (first.action, first.records, first.newest) == (Action.REBUILT, 2, "2025-11-24T16:00:01+00:00")
        with added.opened(db, now=NOW, max_age=7) as lists:
            ((_, store),) = lists.stores
            assert [campaign.name for campaign in store.campaigns()] == ["Event on one.invalid", "Event on two.invalid"]
        assert misp(f"{server.url}/manifest.json", db).action is Action.NOTHING_NEW
        assert server.asked(f"{EVENTS[0]}.json") == 1
        event(feed, EVENTS[1], "three.invalid", 1_764_000_002)
        os.utime(feed / "manifest.json", (2_000_000_000, 2_000_000_000))
        second = misp(server.url, db)
        assert (second.action, second.changed) == (Action.UPDATED, 1)
        assert domains(db) == ["one.invalid", "three.invalid"]
        assert server.asked(f"{EVENTS[0]}.json") == 1
        manifest = json.loads((feed / "manifest.json").read_text())
        del manifest[EVENTS[1]]
        (feed / "manifest.json").write_text(json.dumps(manifest | {"../../etc/passwd": {}, "x": {}}))
        third = misp(server.url, db)
        assert [problem.what for problem in third.problems] == ["2 entries make no sense"]
        assert domains(db) == ["one.invalid"]


def test_an_event_that_cannot_be_read_costs_itself(feed: Path, tmp_path: Path) -> None:
    (feed / f"{EVENTS[0]}.json").write_text("{")
    manifest = json.loads((feed / "manifest.json").read_text())
    (feed / "manifest.json").write_text(json.dumps(manifest | {EVENTS[0].replace("1", "9"): {"timestamp": 1}}))
    with serving(feed) as server:
        result = misp(server.url, tmp_path / "db")
        assert len(result.problems) == 2
        assert domains(tmp_path / "db") == ["two.invalid"]
        (feed / "manifest.json").write_text("[]")
        assert misp(server.url, tmp_path / "db").action is Action.FAILED
        (feed / "manifest.json").unlink()
        assert misp(server.url, tmp_path / "db").action is Action.FAILED
        assert domains(tmp_path / "db") == ["two.invalid"]


# --- the command, and a real server -------------------------------------------------------------------------------


def test_the_command(url: str, feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def command(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(
            intel, [*arguments, "--intel-dir", str(tmp_path / "db")], standalone_mode=False, catch_exceptions=False
        )
        assert isinstance(result.return_value, int), result.output
        return result.return_value, result.stdout

    monkeypatch.delenv("PRATIQUE_TAXII_TOKEN", raising=False)
    with serving(feed) as server:
        code, out = command("sync", "--taxii", f"{url}/taxii2/", "--misp", server.url)
        assert (code, [row.split()[:3] for row in out.splitlines()]) == (
            0, [["added/127.0.0.1-91a7b528", "5", "records,"], ["added/127.0.0.1-misp", "2", "records,"]]
        )  # fmt: skip
        code, out = command("sync", "--misp", server.url, "--name", "127.0.0.1-91a7b528")
        assert (code, "a list of that id is there" in out) == (3, True)
    assert command("remove", "127.0.0.1-misp")[0] == 0


_SERVE = """
import sys
from medallion import load_app
app = load_app(sys.argv[1])
app.run(host="127.0.0.1", port=int(sys.argv[2]))
"""


def test_a_real_server(tmp_path: Path) -> None:
    """medallion, OASIS's own TAXII 2.1 server: PRATIQUE_MEDALLION is the Python of an environment that has it."""
    python = os.environ.get("PRATIQUE_MEDALLION", "")
    if not python or subprocess.run([python, "-c", "import medallion"], capture_output=True, check=False).returncode:
        pytest.skip(
            "PRATIQUE_MEDALLION names no Python with medallion: python -m venv V && V/bin/pip install medallion"
        )
    objects = [indicator(number, f"real-{number}.invalid") for number in range(25)]
    manifest = [
        {"id": one["id"], "date_added": f"2026-11-01T00:00:{number:02d}.000000Z", "version": one["modified"],
         "media_type": "application/stix+json;version=2.1"}
        for number, one in enumerate(objects)
    ]  # fmt: skip
    collection = {
        "id": ID,
        "title": "Real",
        "can_read": True,
        "can_write": True,
        "media_types": ["application/stix+json;version=2.1"],
        "objects": objects,
        "manifest": manifest,
    }
    root = {
        "information": {"title": "R", "versions": [TYPE["Content-Type"]], "max_content_length": 9_765_625},
        "status": [],
        "collections": [collection],
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    discovery = {
        "title": "D",
        "default": f"http://127.0.0.1:{port}/api1/",
        "api_roots": [f"http://127.0.0.1:{port}/api1/"],
    }
    (tmp_path / "data.json").write_text(json.dumps({"/discovery": discovery, "api1": root}))
    settings = {
        "backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
                    "filename": str(tmp_path / "data.json")},
        "users": {"me": "s3cret"},
        "taxii": {"max_page_size": 10},
    }  # fmt: skip
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    command = [python, "-c", _SERVE, str(tmp_path / "settings.json"), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            end = time.monotonic() + 20
            while time.monotonic() < end and server.poll() is None:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            keys = {"PRATIQUE_TAXII_USER": "me", "PRATIQUE_TAXII_PASSWORD": "s3cret"}
            place = f"http://127.0.0.1:{port}/taxii2/"
            assert "401" in str(run(place, tmp_path / "db").error)
            first = run(place, tmp_path / "db", environ=keys)
            assert (first.error, first.records) == (None, 25)
            assert domains(tmp_path / "db") == sorted(f"real-{number}.invalid" for number in range(25))
            assert run(place, tmp_path / "db", environ=keys).action is Action.NOTHING_NEW
        finally:
            server.terminate()
