"""Host, headers, size, rate: what holds for every request, whatever it is for."""

from __future__ import annotations

import http.client
import ipaddress
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from scanner.fleet.store import open_store
from scanner.web.headers import POLICY
from scanner.web.limits import network
from tests.web.running import Running, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("fleet"), largest=10_000) as one:
        yield one


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""])
def test_another_name_is_not_answered(server: Running, host: str) -> None:
    name = host.format(port=server.settings.port)
    for path in ("/", "/api/v1/probe/viewer", "/metrics", "/static/fleet.css"):
        answer = requests.get(server.url + path, headers={"Host": name})
        assert answer.status_code == 421
    assert requests.get(f"{server.url}/healthz", headers={"Host": name}).json() == {"status": "alive"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_this_machine_has_several_names(server: Running, host: str) -> None:
    answer = requests.get(f"{server.url}/sign-in", headers={"Host": f"{host}:{server.settings.port}"})
    assert answer.status_code == 200


def test_every_answer_carries_the_headers(server: Running) -> None:
    paths = ["/sign-in", "/nowhere", "/healthz", "/api/v1/nowhere", "/api/v1/probe/viewer", "/metrics"]
    answers = [requests.get(server.url + path) for path in paths]
    answers.append(requests.get(f"{server.url}/", headers={"Host": "evil.example"}))
    answers.append(requests.post(f"{server.url}/sign-in", b"x" * 20_000))
    answers.append(requests.get(f"{server.url}/", allow_redirects=False))
    for answer in answers:
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert "default-src 'none'" in POLICY
        assert "unsafe" not in POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in answer.headers
        assert "Server" not in answer.headers
        assert len(answer.headers["X-Request-Id"]) == 16
    assert requests.get(f"{server.url}/static/fleet.css").headers["Cache-Control"] == "public, max-age=300"


def test_behind_tls_cookies_and_headers_say_so(tmp_path: Path) -> None:
    with running(tmp_path, public_url="https://fleet.corp.example") as server:
        named = {"Host": "fleet.corp.example"}
        page = requests.get(f"{server.url}/sign-in", headers=named)
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert page.headers["Set-Cookie"].startswith("__Host-pratique-visit=")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(page.headers["Set-Cookie"].split("; "))
        assert "Domain" not in page.headers["Set-Cookie"]
        visit = page.headers["Set-Cookie"].partition(";")[0]
        form = {"token": server.token("ann"), "csrf": page.text.split('name="csrf" value="')[1].partition('"')[0]}
        sent = named | {"Cookie": visit, "Origin": "https://fleet.corp.example"}
        answer = requests.post(f"{server.url}/sign-in", form, headers=sent, allow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["Set-Cookie"].startswith("__Host-pratique=")
        assert "Secure" in answer.headers["Set-Cookie"]
        assert requests.get(f"{server.url}/sign-in").status_code == 421
        wrong = sent | {"Origin": "http://fleet.corp.example"}
        assert requests.post(f"{server.url}/sign-in", form, headers=wrong).status_code == 403


def test_a_body_that_is_too_large_is_refused_with_or_without_its_length(server: Running) -> None:
    url = f"{server.url}/sign-in"
    assert requests.post(url, b"x" * 10_001).status_code == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert requests.post(url, iter([b"a=" + b"x" * 6_000, b"x" * 6_000]), headers=form).status_code == 413
    assert requests.post(url, b"a=" + b"x" * 9_000, headers=form).status_code == 403


def test_a_length_that_is_none_is_refused(server: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.settings.port)
    connection.putrequest("POST", "/sign-in")
    connection.putheader("Content-Length", "-1")
    connection.endheaders()
    assert connection.getresponse().status in (400, 413)
    connection.close()


def test_an_address_and_a_person_may_ask_so_often(tmp_path: Path) -> None:
    with running(tmp_path, requests=5, sign_ins=50) as server:
        ann, bob = ({"Authorization": f"Bearer {server.token(one)}"} for one in ("ann", "bob"))
        url = f"{server.url}/api/v1/probe/viewer"
        assert [requests.get(url, headers=ann).status_code for _ in range(6)] == [200] * 5 + [429]
        assert requests.get(url, headers=bob).status_code == 200
        for _ in range(3):
            assert requests.get(f"{server.url}/sign-in").status_code == 200
        answer = requests.get(url, headers=bob)  # the eleventh of this address
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert requests.get(f"{server.url}/readyz").json() == {"status": "ready"}


def test_of_a_network_of_ipv6_all_are_one() -> None:
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") == "192.0.2.7"
    assert network("fe80::1%eth0") == "fe80::/64"
    assert network("testclient") == "testclient"


def test_metrics_are_for_this_machine_or_with_a_token(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        requests.get(f"{server.url}/nowhere")
        told = requests.get(f"{server.url}/metrics").text
        assert 'pratique_web_requests_total{method="GET",route="-",status="404"} 1.0' in told
    with running(tmp_path, proxied=True, public_url="https://fleet.corp.example") as server:
        named = {"Host": "fleet.corp.example"}
        assert requests.get(f"{server.url}/metrics", headers=named).status_code == 401
        named["Authorization"] = f"Bearer {server.token('prometheus')}"
        assert requests.get(f"{server.url}/metrics", headers=named).status_code == 200


def test_errors_are_problems_for_programs_and_pages_for_people(server: Running) -> None:
    answer = requests.get(f"{server.url}/api/v1/nowhere")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.text) == {
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": "there is nothing at this address",
    }  # fmt: skip
    page = requests.get(f"{server.url}/nowhere/<script>")
    assert page.status_code == 404
    assert page.headers["Content-Type"].startswith("text/html")
    assert "<script>" not in page.text.replace('<script src="/static/', "")


def certificate(folder: Path) -> tuple[Path, Path]:
    """(certificate of 127.0.0.1, its key)."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(signed.public_bytes(Encoding.PEM))
    paths[1].write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def test_it_speaks_tls_itself(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    with running(tmp_path, tls=True, certificate=cert, key=key) as server, requests.Session() as browser:
        browser.trust_env, browser.verify = False, str(cert)
        browser.headers["Connection"] = "close"
        server.sign_in(server.token("ann"), browser)
        page = browser.get(f"{server.url}/hunt")
        assert page.status_code == 200
        assert "Strict-Transport-Security" in page.headers
        assert [one.name for one in browser.cookies if one.secure] == ["__Host-pratique-visit", "__Host-pratique"]


@pytest.mark.parametrize(("proxies", "address"), [((), "127.0.0.1"), (("127.0.0.1",), "192.0.2.7"),
                                                  (("10.0.0.0/8",), "127.0.0.1")])  # fmt: skip
def test_a_proxy_is_believed_where_it_was_named(tmp_path: Path, proxies: tuple[str, ...], address: str) -> None:
    with running(tmp_path, proxies=proxies) as server:
        wrong = {"Authorization": "Bearer wrong", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "evil.example"}
        assert requests.get(f"{server.url}/api/v1/probe/viewer", headers=wrong).status_code == 401
        with open_store(server.settings.store) as store:
            (note,) = store.audit()
        assert note.address == address
