"""Signing in through a provider: a real one over HTTP, honest and lying."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import ECKey

from scanner.web import oidc
from scanner.web.settings import Oidc
from tests.web.provider import CLIENT, SECRET, Provider, providing
from tests.web.running import Running, running


@pytest.fixture(scope="module")
def honest() -> Iterator[Provider]:
    with providing() as one:
        yield one


def configured(provider: Provider, **fields: Any) -> Oidc:
    roles = {"security": "admin", "staff": "viewer"}
    return Oidc(**({"issuer": provider.url, "client_id": CLIENT, "client_secret": SECRET, "roles": roles} | fields))


@pytest.fixture(scope="module")
def server(honest: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("fleet"), oidc=configured(honest), sign_ins=1_000) as one:
        yield one


@pytest.fixture
def provider(honest: Provider) -> Iterator[Provider]:
    before = (honest.person, honest.header, honest.key)
    yield honest
    honest.person, honest.header, honest.key = before
    honest.lies, honest.published, honest.signing, honest.broken = {}, {}, None, False


def test_who_comes_back_from_the_provider_is_signed_in(server: Running, provider: Provider) -> None:
    browser = requests.Session()
    page = browser.get(f"{server.url}/sign-in?next=/hunt")
    assert 'href="/sign-in/oidc?next=%2Fhunt"' in page.text
    answer = browser.get(f"{server.url}/sign-in/oidc?next=/hunt", allow_redirects=False)
    flow = answer.headers["Set-Cookie"]
    assert flow.startswith("pratique-oidc=")
    assert {"HttpOnly", "SameSite=lax"} <= set(flow.split("; "))
    assert SECRET not in flow
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    arrived = browser.get(answer.headers["Location"])
    assert arrived.url == f"{server.url}/hunt"
    assert "ann@corp.example" in arrived.text
    assert "pratique-oidc" not in browser.cookies
    told = browser.get(f"{server.url}/api/v1/probe/admin").json()
    assert told == {"name": "ann@corp.example", "role": 3, "how": "oidc"}
    assert server.audited(who="ann@corp.example") == [("ann@corp.example", "oidc", "signed-in")]


def refused(server: Running) -> str:
    """What the page says to who was not let in; nobody is."""
    browser = requests.Session()
    answer = browser.get(f"{server.url}/sign-in/oidc")
    assert answer.status_code == 403, answer.text
    assert "pratique" not in browser.cookies
    return answer.text


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"azp": "another"},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_is_refused(server: Running, provider: Provider, lie: dict[str, Any]) -> None:
    provider.lies = lie
    assert "ID token" in refused(server)


def test_a_signature_that_is_not_the_providers_is_refused(server: Running, provider: Provider) -> None:
    provider.signing = ECKey.generate_key("P-256", {"kid": "one"})
    assert "ID token is not good" in refused(server)
    provider.signing, provider.header = None, {"alg": "none"}
    assert "ID token is not good" in refused(server)
    provider.header = {"alg": "HS256", "kid": "one"}
    assert "ID token is not good" in refused(server)


def test_a_new_key_of_the_provider_is_asked_for(server: Running, provider: Provider) -> None:
    provider.key = ECKey.generate_key("P-256", {"kid": "two"})
    provider.header = {"alg": "ES256", "kid": "two"}
    assert requests.Session().get(f"{server.url}/sign-in/oidc?next=/hunt").status_code == 200


@pytest.mark.parametrize(
    ("person", "says"),
    [
        ({"email_verified": False}, "verified"),
        ({"email_verified": None}, "verified"),
        ({"email_verified": "true"}, "verified"),
        ({"email": None}, "does not tell email"),
        ({"groups": ["guests"]}, "has a role here"),
        ({"groups": "secu"}, "has a role here"),
        ({"groups": None}, "has a role here"),
        ({"groups": {"security": 1}}, "has a role here"),
    ],
)
def test_somebody_whom_we_do_not_know_is_refused(
    server: Running, provider: Provider, person: dict[str, Any], says: str
) -> None:
    provider.person = provider.person | {"email": "eve@corp.example"} | person
    assert says in refused(server)
    assert server.audited()[-1][1:] == ("oidc", "refused")


def test_the_highest_of_several_roles_counts(honest: Provider, provider: Provider, server: Running) -> None:
    provider.person = provider.person | {"groups": "staff", "email": "bob@corp.example"}
    browser = requests.Session()
    browser.get(f"{server.url}/sign-in/oidc")
    assert browser.get(f"{server.url}/api/v1/probe/viewer").json()["role"] == 1


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(server: Running, provider: Provider) -> None:
    mine, theirs = requests.Session(), requests.Session()
    away = mine.get(f"{server.url}/sign-in/oidc", allow_redirects=False).headers["Location"]
    back = mine.get(away, allow_redirects=False).headers["Location"]
    assert theirs.get(back).status_code == 403  # an attacker's code, sent to a victim
    theirs.get(f"{server.url}/sign-in/oidc", allow_redirects=False)
    assert theirs.get(back).status_code == 403
    assert mine.get(back.replace("iss=http", "iss=https")).status_code == 403
    assert mine.get(back.partition("?")[0] + "?error=access_denied&state=x").status_code == 403
    assert mine.get(back).status_code == 200
    assert mine.get(back).status_code == 403  # once
    mine.cookies.set("pratique-oidc", "forged", domain="127.0.0.1", path="/")
    assert mine.get(back).status_code == 403


def test_a_code_goes_to_who_has_the_secret(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("fleet")
    with running(folder, oidc=configured(provider, client_secret="wrong")) as server:
        assert "refuses the code: invalid_client" in refused(server)


def test_a_provider_that_is_away_is_said_to_be(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("fleet")
    provider.published = {"issuer": "https://evil.example"}
    with running(folder, oidc=configured(provider)) as server:
        answer = requests.get(f"{server.url}/sign-in/oidc")
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        provider.published = {"token_endpoint": "http://evil.example/token"}
        assert requests.get(f"{server.url}/sign-in/oidc").status_code == 503
        provider.published = {}
        browser = requests.Session()
        away = browser.get(f"{server.url}/sign-in/oidc", allow_redirects=False).headers["Location"]
        back = browser.get(away, allow_redirects=False).headers["Location"]
        provider.broken = True
        assert browser.get(back).status_code == 503
        assert server.sign_in(server.token("ann"))  # tokens need no provider


def test_a_provider_that_hangs_does_not_hold_who_comes_after(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "_PATIENCE", 0.05)
    with running(tmp_path, oidc=configured(provider)) as server:
        asking: oidc.Provider = server.app.state.provider
        with asking._lock:  # as long as somebody's question is on its way
            answer = requests.get(f"{server.url}/sign-in/oidc", timeout=5)
        assert answer.status_code == 503
        assert requests.get(f"{server.url}/sign-in/oidc", allow_redirects=False).status_code == 303


def test_another_claim_may_tell_name_and_role(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("fleet")
    provider.person = {"sub": "4711", "preferred_username": "ann", "realm_access": {"roles": ["fleet-triage"]}}
    other = configured(
        provider,
        roles={"fleet-triage": "triager", "*": "viewer"},
        claim="realm_access.roles",
        name="preferred_username",
    )
    with running(folder, oidc=other) as server:
        browser = requests.Session()
        browser.get(f"{server.url}/sign-in/oidc")
        assert browser.get(f"{server.url}/api/v1/probe/viewer").json() == {"name": "ann", "role": 2, "how": "oidc"}
        provider.person = {"sub": "4712", "preferred_username": "bob"}
        browser.get(f"{server.url}/sign-in/oidc")
        assert browser.get(f"{server.url}/api/v1/probe/viewer").json()["role"] == 1
        named = requests.get(
            f"{server.url}/sign-in/oidc", headers={"Host": f"localhost:{server.settings.port}"}, allow_redirects=False
        )
        assert named.headers["Location"] == f"{server.url}/sign-in/oidc?next=/"
