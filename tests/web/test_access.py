"""Every route says who may ask, and it is so."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from fastapi import APIRouter, Depends

from scanner.fleet.store import open_store
from scanner.web import access, app
from scanner.web.access import Role
from scanner.web.settings import Settings
from tests.web.running import Running, csrf, running

CHANGING = frozenset(("POST", "PUT", "PATCH", "DELETE"))
OPEN = {"/healthz", "/readyz", "/metrics", "/sign-in", "/sign-in/once", "/sign-in/oidc", "/sign-in/oidc/callback",
        "/static/{name}"}  # fmt: skip
"""What is there for anyone; metrics look for themselves."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("fleet"), requests=100_000, sign_ins=100_000) as one:
        yield one


@pytest.fixture(scope="module")
def routes() -> list[tuple[str, str, Role | None]]:
    """(path, method, role) of all that is served."""
    made = app.create(Settings(store="nowhere", intel_directory=Path("nowhere")))
    return [(path, method, role) for path, methods, role in access.declared(made.routes) for method in sorted(methods)]


def test_what_is_open_is_named_here(routes: list[tuple[str, str, Role | None]]) -> None:
    assert {path for path, _, role in routes if role is None} == OPEN


def test_what_changes_anything_needs_a_triager(routes: list[tuple[str, str, Role | None]]) -> None:
    assert len(routes) > 10
    lower = {(path, role) for path, method, role in routes if method in CHANGING and (role or 0) < Role.TRIAGER}
    assert lower == {("/sign-in", None), ("/sign-out", Role.VIEWER)}


def test_strangers_get_nothing_of_any_route(server: Running, routes: list[tuple[str, str, Role | None]]) -> None:
    for path, method, role in routes:
        if role is None:
            continue
        at = server.url + re.sub(r"\{[^}]*\}", "1", path)
        answer = requests.request(method, at, allow_redirects=False)
        if method == "GET" and not path.startswith("/api/"):
            assert answer.status_code == 303, path
            assert answer.headers["Location"].startswith("/sign-in?next="), path
        else:
            assert answer.status_code == 401, (method, path)


def test_a_role_too_low_and_a_form_of_nobody_are_refused_by_any_route(
    server: Running, routes: list[tuple[str, str, Role | None]]
) -> None:
    bearers = {role: {"Authorization": f"Bearer {server.token(f'low-{role.word}', role.word)}"} for role in Role}
    admin = server.sign_in(server.token("by-cookie", "admin"))
    for path, method, role in routes:
        at = server.url + re.sub(r"\{[^}]*\}", "1", path)
        for lower in Role:
            if role is not None and lower < role:
                assert requests.request(method, at, headers=bearers[lower]).status_code == 403, (method, path)
        if role is not None and method in CHANGING:
            assert admin.request(method, at).status_code == 403, (method, path)


def test_a_route_that_does_not_say_is_not_served() -> None:
    router = APIRouter()
    router.add_api_route("/forgotten", lambda: "everything")
    with pytest.raises(RuntimeError, match="/forgotten does not say who may ask"):
        list(access.declared(router.routes))
    above = APIRouter(dependencies=[Depends(access.admin)])
    above.add_api_route("/said", lambda: "everything")
    assert list(access.declared(above.routes)) == [("/said", frozenset(("GET",)), Role.ADMIN)]


@pytest.mark.parametrize("role", Role)
def test_each_may_do_what_those_below_may(server: Running, role: Role) -> None:
    bearer = {"Authorization": f"Bearer {server.token(f'probe-{role.word}', role.word)}"}
    for needed in Role:
        answer = requests.get(f"{server.url}/api/v1/probe/{needed.word}", headers=bearer)
        assert answer.status_code == (200 if role >= needed else 403)
    told = requests.post(f"{server.url}/api/v1/probe/{role.word}", headers=bearer).json()
    assert told == {"name": f"probe-{role.word}", "role": int(role), "how": "bearer"}


def test_a_cookie_needs_the_token_of_a_page_in_the_api_too(server: Running) -> None:
    browser = server.sign_in(server.token("paul", "triager"))
    at = f"{server.url}/api/v1/probe/triager"
    assert browser.get(at).json()["how"] == "token"
    answer = browser.post(at, json={})
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    page = browser.get(f"{server.url}/hunt")
    assert browser.post(at, json={}, headers={"X-CSRF-Token": csrf(page)}).status_code == 200


def test_a_bug_of_ours_is_told_without_its_inside(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    bearer = {"Authorization": f"Bearer {server.token('quin')}"}
    caplog.set_level(logging.INFO, "scanner.web")
    answer = requests.get(f"{server.url}/api/v1/probe/bug?secret=hush", headers=bearer)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    number = answer.headers["X-Request-Id"]
    assert number in answer.json()["hint"]
    assert "inside" not in answer.text
    assert "Traceback" not in answer.text
    end = time.monotonic() + 10
    while time.monotonic() < end and "answered" not in caplog.messages:  # which is said once the answer has gone
        time.sleep(0.01)
    told = {record.getMessage(): vars(record)["fields"] for record in caplog.records if "fields" in vars(record)}
    assert told["a bug of ours"]["request"] == number
    assert "a secret of the inside" in told["a bug of ours"]["traceback"]
    assert told["answered"]["person"] == "quin"
    assert told["answered"]["path"] == "/api/v1/probe/bug"
    assert "hush" not in str(told)


def test_what_leaves_the_house_is_noted(server: Running) -> None:
    bearer = {"Authorization": f"Bearer {server.token('rita')}"}
    answer = requests.get(f"{server.url}/api/v1/findings.csv?class=compromise", headers=bearer)
    assert answer.status_code == 200
    with open_store(server.settings.store) as store:
        (note,) = store.audit(who="rita")
    assert (note.what, note.target, note.detail) == ("exported", "/api/v1/findings.csv", "class=compromise")
    assert note.address == "127.0.0.1"
    told = requests.get(f"{server.url}/metrics").text
    assert 'pratique_web_requests_total{method="GET",route="/api/v1/findings.csv",status="200"} 1.0' in told
