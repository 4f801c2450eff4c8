"""The server does not start so that strangers get in, or that secrets travel in the clear."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.fleet.serve import serve
from scanner.errors import UsageError
from scanner.web import starting
from scanner.web.settings import Oidc, Settings
from tests.conftest import ROOT

OIDC = Oidc(issuer="https://login.example", client_id="fleet", client_secret="x", roles={"*": "viewer"})
PUBLIC = "https://fleet.corp.example"
_SAID = ("--oidc-issuer", "https://login.example", "--oidc-client-id", "x")


def settings(**fields: Any) -> Settings:
    return Settings(store="nowhere", intel_directory=Path("nowhere"), **fields)


@pytest.mark.parametrize(
    ("fields", "tokens"),
    [
        ({}, False),
        ({"host": "::1"}, False),
        ({"oidc": OIDC}, False),
        ({"public_url": "http://localhost:8740"}, False),
        ({"host": "0.0.0.0", "public_url": "http://127.0.0.1:8740"}, True),
        ({"host": "0.0.0.0", "public_url": PUBLIC, "tls": True}, True),
        ({"host": "0.0.0.0", "public_url": PUBLIC, "oidc": OIDC}, False),
        ({"proxied": True, "public_url": PUBLIC}, True),
    ],
)
def test_it_starts(fields: dict[str, Any], tokens: bool) -> None:
    starting.checked(settings(**fields), tokens=tokens)


@pytest.mark.parametrize(
    ("fields", "tokens", "says"),
    [
        ({"host": "0.0.0.0", "public_url": PUBLIC}, False, "there is no token, and no provider"),
        ({"public_url": PUBLIC}, False, "there is no token, and no provider"),
        ({"proxied": True, "public_url": "http://127.0.0.1:8740"}, False, "there is no token, and no provider"),
        ({"host": "0.0.0.0"}, True, "under its own name only"),
        ({"proxied": True}, True, "a proxy is in front"),
        ({"host": "0.0.0.0", "public_url": "http://fleet.corp.example"}, True, "in the clear"),
        ({"public_url": "fleet.corp.example"}, True, "no address of a server"),
        ({"public_url": "ftp://fleet.corp.example"}, True, "no address of a server"),
        ({"public_url": "https://me:pw@fleet.corp.example"}, True, "no address of a server"),
        ({"public_url": "https://corp.example/fleet"}, True, "no path"),
    ],
)
def test_it_does_not_start(fields: dict[str, Any], tokens: bool, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        starting.checked(settings(**fields), tokens=tokens)
    assert "--" in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--host", "0.0.0.0"), "fleet token add NAME"),
        (("--tls-cert", "README.md"), "one is of no use without the other"),
        (("--oidc-client-id", "x"), "no provider is named"),
        (("--oidc-issuer", "http://login.example"), "that needs https"),
        (("--oidc-issuer", "https://login.example"), "--oidc-client-id ID"),
        (("--oidc-issuer", "https://login.example", "--oidc-client-id", "x"), "PRATIQUE_OIDC_SECRET"),
        ((*_SAID, "--oidc-secret-file", "LICENSE"), "nobody would have a role"),
        ((*_SAID, "--oidc-secret-file", "LICENSE", "--oidc-role", "security=root"), "no GROUP=ROLE"),
        ((*_SAID, "--oidc-secret-file", "LICENSE", "--oidc-role", "=admin"), "no GROUP=ROLE"),
    ],
)
def test_wrong_words_say_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("PRATIQUE_OIDC_SECRET", raising=False)
    with pytest.raises(UsageError) as caught:
        serve.main([*arguments, "--store", str(tmp_path / "fleet.sqlite")], standalone_mode=False)
    assert says in str(caught.value)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "fastapi" else object())
    with pytest.raises(UsageError, match=r"needs fastapi.*pip install 'pratique\[serve\]'"):
        serve.main([], standalone_mode=False)


def test_help_and_scan_pay_nothing_for_the_web() -> None:
    code = (
        "import sys, scanner.cli.fleet.serve, scanner.cli.fleet.token, scanner.cli.fleet.audit_log; print(*sys.modules)"
    )
    command = [sys.executable, "-c", code]
    found = set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())
    assert not found & {"fastapi", "uvicorn", "authlib", "limits", "requests", "scanner.fleet.store", "scanner.web"}


def test_no_secret_is_in_what_settings_show() -> None:
    shown = repr(settings(link="the-code", oidc=Oidc(issuer="i", client_id="c", client_secret="hush", roles={})))
    assert "the-code" not in shown
    assert "hush" not in shown
