"""The door to the network, against a real server that lies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.errors import EngineError, UsageError
from scanner.net import Client, Outcome, RefusedError, Validators
from tests.servers import Lie, Server, serving

BODY = bytes(range(256)) * 1000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    root = tmp_path / "served"
    (root / "a b").mkdir(parents=True)
    (root / "a b" / "all.zip").write_bytes(BODY)
    (root / "list.csv").write_bytes(b"1,2\n")
    with serving(root) as running:
        yield running


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(timeout=(10, 10), backoff=0.01) as made:
        yield made


def test_fetches_once_and_then_asks_whether_it_changed(server: Server, client: Client) -> None:
    for etags in (True, False):
        server.etags = etags
        first = client.fetch(server.url + "/list.csv", limit=100)
        assert (first.outcome, first.data) == (Outcome.NEW, b"1,2\n")
        again = client.fetch(server.url + "/list.csv", limit=100, known=first.validators)
        assert (again.outcome, again.data) == (Outcome.UNCHANGED, b"")


def test_what_is_not_there_is_absent(server: Server, client: Client) -> None:
    assert client.fetch(server.url + "/none", limit=100).outcome is Outcome.ABSENT


def test_a_file_arrives_whole_and_progress_is_told(server: Server, client: Client, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    path = tmp_path / "got"
    client.fetch_to(path, server.url + "/a%20b/all.zip", limit=1_000_000, progress=lambda *p: told.append(p))
    assert path.read_bytes() == BODY
    assert told[-1] == (len(BODY), len(BODY))


@pytest.mark.parametrize("lie", [Lie.TOO_MANY, Lie.BROKEN, Lie.TRUNCATED])
def test_a_passing_failure_is_overcome(server: Server, client: Client, tmp_path: Path, lie: Lie) -> None:
    server.lie("a b/all.zip", lie, times=2)
    client.fetch_to(tmp_path / "got", server.url + "/a%20b/all.zip", limit=1_000_000)
    assert (tmp_path / "got").read_bytes() == BODY


def test_a_download_goes_on_where_it_broke_off(server: Server, client: Client, tmp_path: Path) -> None:
    server.lie("a b/all.zip", Lie.TRUNCATED, times=1)
    client.fetch_to(tmp_path / "got", server.url + "/a%20b/all.zip", limit=1_000_000)
    assert server.statuses("a b/all.zip") == [200, 206]
    assert (tmp_path / "got").read_bytes() == BODY


def test_a_download_begins_anew_where_the_server_knows_no_ranges(
    server: Server, client: Client, tmp_path: Path
) -> None:
    server.ranges = False
    server.lie("a b/all.zip", Lie.TRUNCATED, times=1)
    client.fetch_to(tmp_path / "got", server.url + "/a%20b/all.zip", limit=1_000_000)
    assert (tmp_path / "got").read_bytes() == BODY


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (Lie.TOO_MANY, "answers 429"),
        (Lie.BROKEN, "answers 500"),
        (Lie.FORBIDDEN, "answers 403"),
        (Lie.TRUNCATED, "breaks off"),
        (Lie.WRONG_LENGTH, "breaks off"),
        (Lie.DAMAGED, "checksum"),
        (Lie.SLOW, "in time"),
        (Lie.REDIRECT_LOOP, "redirects"),
        (Lie.GZIP_BOMB, "compresses"),
        (Lie.ENDLESS, "more than"),
    ],
)
def test_a_lasting_failure_is_said_in_words(
    server: Server, client: Client, tmp_path: Path, lie: Lie, said: str
) -> None:
    if lie is Lie.WRONG_LENGTH:
        server.ranges = False
    server.lie("a b/all.zip", lie)
    impatient = Client(timeout=(0.5, 0.5), backoff=0.01)
    with impatient, pytest.raises(EngineError, match=said) as caught:
        (impatient if lie is Lie.SLOW else client).fetch_to(
            tmp_path / "got", server.url + "/a%20b/all.zip", limit=1_000_000
        )
    assert caught.value.where
    assert caught.value.hint


def test_too_long_a_body_is_not_begun(server: Server, client: Client) -> None:
    with pytest.raises(EngineError, match="256000 bytes"):
        client.fetch(server.url + "/a%20b/all.zip", limit=1000)


def test_credentials_are_not_shown(client: Client, server: Server) -> None:
    url = server.url.replace("//", "//user:secret@")
    server.lie("x", Lie.FORBIDDEN)
    with pytest.raises(EngineError) as caught:
        client.fetch(url + "/x", limit=10)
    assert "secret" not in str(caught.value)
    with pytest.raises(EngineError, match="no connection") as caught:
        client.fetch("http://user:secret@127.0.0.1:9/x", limit=10)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "x"])
def test_other_schemes_are_refused(client: Client, url: str) -> None:
    with pytest.raises(UsageError):
        client.fetch(url, limit=10, known=Validators())


def test_importing_the_door_loads_no_network_client() -> None:
    code = "import sys, scanner.net, scanner.intel.store; print('requests' in sys.modules, 'urllib3' in sys.modules)"
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert got.stdout.split() == ["False", "False"]


def test_who_waits_itself_is_told_at_once(server: Server) -> None:
    server.lie("list.csv", Lie.TOO_MANY)
    with Client(backoff=0.01, waits=False) as client, pytest.raises(RefusedError, match="answers 429") as told:
        client.fetch(server.url + "/list.csv", limit=100)
    assert (told.value.status, told.value.headers["retry-after"], server.asked("list.csv")) == (429, "0", 1)
