"""What may be sent where, how fast, in which letters; and that nobody's upload is read."""

from __future__ import annotations

import http.client
import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from fastapi import HTTPException

from scanner.errors import EngineError
from scanner.fleet.store import Store
from scanner.fleet.store.audit import Note
from scanner.web import bodies
from scanner.web.dossiers import Desk, Sent
from scanner.web.limits import Turns
from tests.web.running import Running, csrf, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("fleet")
    with running(folder, largest=10_000, lists=30_000, sboms=60_000, sign_ins=1_000) as one:
        yield one


@pytest.mark.parametrize(
    ("path", "most"),
    [("/sign-in", 10_000), ("/api/v1/hunt", 30_000), ("/api/v1/hunt.csv", 30_000), ("/hunt", 30_000),
     ("/api/v1/audit", 60_000), ("/audit", 60_000)],
)  # fmt: skip
def test_lists_and_sboms_may_be_larger_than_what_anybody_sends(server: Running, path: str, most: int) -> None:
    bearer = {"Authorization": f"Bearer {server.token(f'size{path}', 'triager')}"}
    bearer["Content-Type"] = "application/x-www-form-urlencoded"
    for body in (b"a=" + b"#" * (most - 1), iter([b"a=", b"#" * (most - 2), b"#"])):
        answer = requests.post(server.url + path, body, headers=bearer)
        assert (answer.status_code, f"more than {most:,} bytes" in answer.text) == (413, True)
    if path != "/api/v1/audit":  # there it would be judged
        assert requests.post(server.url + path, b"a=" + b"#" * (most - 2), headers=bearer).status_code != 413


def test_a_list_in_the_form_may_be_as_large_as_one_in_a_file(tmp_path: Path) -> None:
    with running(tmp_path) as roomy:
        browser = roomy.sign_in(roomy.token("ann", "triager"))
        form = {"csrf": csrf(browser.get(f"{roomy.url}/hunt")), "list": "pkg:npm/x@1\n" + f"# {'more' * 300}\n" * 2_000}
        answer = browser.post(f"{roomy.url}/hunt", form, files={"file": ("", b"")})
        assert (answer.status_code, "1 indicator" in answer.text) == (200, True)


@pytest.mark.parametrize("path", ["/hunt", "/audit", "/api/v1/hunt", "/api/v1/audit"])
@pytest.mark.parametrize("who", ["nobody", "viewer"])
def test_what_is_sent_by_who_may_not_is_not_waited_for(server: Running, path: str, who: str) -> None:
    headers = {} if who == "nobody" else {"Authorization": f"Bearer {server.token(f'{who}{path}')}"}
    connection = http.client.HTTPConnection("127.0.0.1", server.settings.port, timeout=5)
    connection.request("POST", path, headers=headers | {"Content-Length": "20000", "Content-Type": "application/json"})
    assert connection.getresponse().status == (401 if who == "nobody" else 403)
    connection.close()


@pytest.mark.parametrize(
    "charset", ["charset=punycode", "charset=utf-8; charset=punycode", 'CHARSET="utf-7"', "charset=utf-16"]
)
def test_a_form_in_letters_that_take_minutes_is_refused(server: Running, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nz-' + b"a" * 9_000 + b"\r\n--x--\r\n"
    for letters, status in ((charset, 415), ("charset=UTF-8", 403)):
        headers = {"Content-Type": f"multipart/form-data; boundary=x; {letters}"}
        assert requests.post(f"{server.url}/sign-in", body, headers=headers).status_code == status


def test_a_body_that_comes_too_slowly_is_given_up(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_PATIENCE", 0)
    connection = http.client.HTTPConnection("127.0.0.1", server.settings.port, timeout=5)
    headers = {"Content-Length": "5000", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", b"token=", headers=headers)
    assert connection.getresponse().status == 408
    connection.close()


def test_an_upload_that_breaks_off_is_no_bug_of_ours(server: Running) -> None:
    bearer = f"Bearer {server.token('off', 'triager')}"
    for path, type_ in (("/api/v1/hunt", "text/plain"), ("/hunt", "multipart/form-data; boundary=x")):
        connection = http.client.HTTPConnection("127.0.0.1", server.settings.port)
        headers = {"Content-Length": "5000", "Content-Type": type_, "Authorization": bearer}
        connection.request("POST", path, b"--x\r\n", headers=headers)
        time.sleep(0.05)
        connection.close()
    time.sleep(0.1)
    assert "pratique_web_bugs_total 0.0" in requests.get(f"{server.url}/metrics").text


def test_many_fields_and_files_are_refused(server: Running) -> None:
    bearer = {"Authorization": f"Bearer {server.token('many', 'triager')}"}
    files = [("file", (f"{number}", b"")) for number in range(3)]
    assert requests.post(f"{server.url}/hunt", files=files, headers=bearer).status_code == 400
    fields = {f"f{number}": "" for number in range(21)}
    assert requests.post(f"{server.url}/hunt", fields, headers=bearer).status_code == 400
    assert requests.post(f"{server.url}/hunt", files={"list": ("x", b"y")}, headers=bearer).status_code == 422


def test_few_wait_for_a_dossier(tmp_path: Path) -> None:
    desk, sent = Desk(most=1, waiting=0), Sent("x", io.BytesIO(b"x"))
    with desk.place(), pytest.raises(EngineError, match="others are being judged"):
        desk.judge(sent, previous=None, product="", intel=tmp_path, format_="json")


def test_exports_that_nobody_reads_leave_room_for_others(tmp_path: Path) -> None:
    turns = Turns(6)
    with turns.one("ann"), turns.one("ann"):
        with pytest.raises(HTTPException, match="on their way"), turns.one("ann"):
            pass
        with turns.one("bob"), pytest.raises(HTTPException), turns.one("cleo"):  # half of six
            pass
        with turns.one("cleo"):
            pass
    with running(tmp_path) as one:
        ann, bob = ({"Authorization": f"Bearer {one.token(name)}"} for name in ("ann", "bob"))
        at = f"{one.url}/api/v1/findings.csv"
        served: Turns = one.app.state.turns
        with served.one("ann"), served.one("ann"):
            answer = requests.get(at, headers=ann)
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
            assert requests.get(at, headers=bob).status_code == 200
        assert requests.get(at, headers=ann).status_code == 200


def test_many_who_ask_whether_it_is_ready_are_one_question(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    before = Store.audit

    def counted(store: Store, **more: Any) -> tuple[Note, ...]:
        asked.append(1)
        time.sleep(0.1)
        return before(store, **more)

    monkeypatch.setattr(Store, "audit", counted)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: requests.get(f"{server.url}/readyz").status_code, range(20)))
    assert answers == [200] * 20
    assert len(asked) < 8


def test_a_request_of_two_roles_is_one_request(tmp_path: Path) -> None:
    with running(tmp_path, requests=3) as one:
        bearer = {"Authorization": f"Bearer {one.token('ann', 'triager')}"}
        told = [requests.post(f"{one.url}/hunt", {"list": "x"}, headers=bearer).status_code for _ in range(4)]
        assert told == [200, 200, 200, 429]
