"""Who gets in, for how long, and what is remembered of it: a real server, a browser's jar of cookies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from scanner.fleet.store import open_store
from scanner.web import sign_in, tokens
from tests.web.running import Running, csrf, running

EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("fleet"), sign_ins=1_000) as one:
        yield one


def within(server: Running, browser: requests.Session) -> bool:
    """Whether somebody is signed in there."""
    return browser.get(f"{server.url}/hunt", allow_redirects=False).status_code == 200


def test_nobody_sees_anything(server: Running) -> None:
    page = requests.get(f"{server.url}/findings?class=compromise&q=a%26b", allow_redirects=False)
    assert (page.status_code, page.headers["Location"]) == (
        303, "/sign-in?next=/findings%3Fclass%3Dcompromise%26q%3Da%2526b",
    )  # fmt: skip
    answer = requests.get(f"{server.url}/api/v1/probe/viewer")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="pratique"')
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_a_token_is_typed_once_and_a_cookie_stands_for_it(server: Running) -> None:
    browser = requests.Session()
    answer = server.send(browser, server.token("ann", "triager"), next="/targets")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/targets")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("pratique=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    page = browser.get(f"{server.url}/hunt")
    assert page.status_code == 200
    assert "ann" in page.text
    secret = browser.cookies["pratique"]
    with open_store(server.settings.store) as store:
        found = store.people.session(tokens.digest(secret), now=server.clock(), idle=timedelta(hours=1))
        assert found is not None
        assert (found.name, found.role, found.how) == ("ann", "triager", "token")
    stored = Path(server.settings.store).read_bytes() + Path(server.settings.store + "-wal").read_bytes()
    assert secret.encode() not in stored
    assert server.audited(who="ann") == [("ann", "token", "signed-in")]


def test_who_signs_out_is_out_whoever_kept_the_cookie(server: Running) -> None:
    browser = server.sign_in(server.token("dan"))
    kept = browser.cookies["pratique"]
    page = browser.get(f"{server.url}/hunt")
    away = browser.post(f"{server.url}/sign-out", {"csrf": csrf(page)}, allow_redirects=False)
    assert (away.status_code, away.headers["Location"]) == (303, "/sign-in")
    assert "pratique" not in browser.cookies
    assert not within(server, browser)
    thief = requests.Session()
    thief.cookies.set("pratique", kept)
    assert not within(server, thief)
    assert server.audited(who="dan")[-1] == ("dan", "token", "signed-out")


def test_signing_in_makes_a_new_session_and_ends_the_one_before(server: Running) -> None:
    browser = requests.Session()
    browser.cookies.set("pratique", "planted", domain="127.0.0.1", path="/")
    server.sign_in(server.token("eve"), browser)
    first = browser.cookies["pratique"]
    assert first != "planted"
    server.sign_in(server.token("fay"), browser)
    other = requests.Session()
    other.cookies.set("pratique", first)
    assert not within(server, other)


def test_a_session_ends_unused_and_in_the_end_anyway(server: Running) -> None:
    browser = server.sign_in(server.token("gus"))
    for _ in range(6):
        server.clock.forward(hours=1.9)
        assert within(server, browser)
    server.clock.forward(hours=0.7)
    assert not within(server, browser)  # 12.1 hours
    browser = server.sign_in(server.token("hal"))
    server.clock.forward(hours=2.1)
    assert not within(server, browser)


def test_a_revoked_token_lets_nobody_in_and_puts_out_who_is(server: Running) -> None:
    secret = server.token("ida", "admin")
    browser = server.sign_in(secret)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert requests.get(f"{server.url}/api/v1/probe/viewer", headers=bearer).status_code == 200
    with open_store(server.settings.store) as store:
        store.people.revoke("ida", now=server.clock())
    assert not within(server, browser)
    assert requests.get(f"{server.url}/api/v1/probe/viewer", headers=bearer).status_code == 401
    assert server.send(browser, secret).status_code == 403
    assert server.audited(what="refused")[-2:] == [("-", "bearer", "refused"), ("-", "token", "refused")]


def test_an_expired_token_counts_no_more(server: Running) -> None:
    secret = server.token("jim", expires=server.clock() + timedelta(hours=1))
    browser = server.sign_in(secret)
    server.clock.forward(hours=1)
    assert not within(server, browser)
    answer = server.send(browser, secret)
    assert answer.status_code == 403
    assert "does not count" in answer.text
    assert secret not in answer.text


@pytest.mark.parametrize("secret", ["", "x", "pratique_" + "A" * 43, "ü" * 50, "\0", "x" * 100_000, "' or 1=1 --"])
def test_other_words_are_no_token(server: Running, secret: str) -> None:
    assert server.send(requests.Session(), secret).status_code == 403
    bearer = {"Authorization": f"Bearer {secret[:5000]}".encode("latin-1", "replace").replace(b"\0", b"")}
    assert requests.get(f"{server.url}/api/v1/probe/viewer", headers=bearer).status_code == 401


def test_a_wrong_bearer_token_is_refused_though_the_cookie_is_good(server: Running) -> None:
    browser = server.sign_in(server.token("kim"))
    answer = browser.get(f"{server.url}/api/v1/probe/viewer", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_a_form_of_another_site_does_nothing(server: Running) -> None:
    browser, stranger = server.sign_in(server.token("lea")), requests.Session()
    sent = {"csrf": csrf(browser.get(f"{server.url}/hunt"))}
    typed = {"csrf": csrf(stranger.get(f"{server.url}/sign-in")), "token": server.token("max")}
    for headers in (
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": EVIL, "Sec-Fetch-Site": "same-origin"},
    ):
        assert browser.post(f"{server.url}/sign-out", sent, headers=headers).status_code == 403
        assert stranger.post(f"{server.url}/sign-in", typed, headers=headers).status_code == 403
    for wrong in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": typed["csrf"]}):
        ours = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
        assert browser.post(f"{server.url}/sign-out", wrong, headers=ours).status_code == 403
        lacking = wrong | {"token": typed["token"], "csrf": sent["csrf"]}
        assert stranger.post(f"{server.url}/sign-in", lacking, headers=ours).status_code == 403
    assert within(server, browser)
    assert "pratique" not in stranger.cookies
    assert stranger.post(f"{server.url}/sign-in", typed, headers=ours, allow_redirects=False).status_code == 303


def test_the_form_of_one_session_is_worth_nothing_in_another(server: Running) -> None:
    ann, bob = server.sign_in(server.token("nat")), server.sign_in(server.token("oli"))
    form = {"csrf": csrf(ann.get(f"{server.url}/hunt"))}
    assert bob.post(f"{server.url}/sign-out", form).status_code == 403
    assert ann.post(f"{server.url}/sign-out", headers={"X-CSRF-Token": form["csrf"]}).ok


def test_trying_often_is_refused_for_a_while(tmp_path: Path) -> None:
    with running(tmp_path, sign_ins=3) as server:
        browser = requests.Session()
        assert [server.send(browser, "wrong").status_code for _ in range(3)] == [403] * 3
        answer = server.send(browser, server.token("ann"))
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 120
        probe = f"{server.url}/api/v1/probe/viewer"
        assert requests.get(probe, headers={"Authorization": "Bearer wrong"}).status_code == 429
        # Somebody else's job that goes on asking with an old token keeps nobody out who has a good one.
        bearer = {"Authorization": f"Bearer {server.token('bob')}"}
        assert requests.get(probe, headers=bearer).status_code == 200
        assert len(server.audited(what="refused")) == 3


def test_the_link_lets_in_one_browser_as_admin(tmp_path: Path) -> None:
    with running(tmp_path, link="the-code") as server:
        assert requests.get(f"{server.url}/sign-in/once?code=another").status_code == 403
        browser = requests.Session()
        assert browser.get(f"{server.url}/sign-in/once?code=the-code").status_code == 200
        assert browser.get(f"{server.url}/log").status_code == 200  # for admins alone
        again = requests.get(f"{server.url}/sign-in/once?code=the-code")
        assert again.status_code == 403
        assert [(how, what) for _, how, what in server.audited()] == [
            ("link", "refused"), ("link", "signed-in"), ("link", "refused"),
        ]  # fmt: skip
    with running(tmp_path) as server:
        assert requests.get(f"{server.url}/sign-in/once?code=").status_code == 403


@pytest.mark.parametrize(
    ("given", "goes"),
    [
        ("/targets?page=2", "/targets?page=2"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("/\t/evil.example", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(given: str, goes: str) -> None:
    assert sign_in.within(given) == goes
