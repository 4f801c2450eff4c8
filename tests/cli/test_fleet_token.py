"""Tokens from the command line: shown once, listed without the secret, revoked."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cli.conftest import Run


def test_a_token_is_shown_once_listed_and_revoked(run: Run, tmp_path: Path) -> None:
    store = str(tmp_path / "fleet.sqlite")
    made = run("fleet", "token", "add", "ann", "--role", "admin", "--expires", "90", "--store", store)
    secret = made.out.strip()
    assert made.status == 0
    assert re.fullmatch(r"pratique_[\w-]{43}", secret)
    again = run("fleet", "token", "add", "ann", "--role", "viewer", "--store", store)
    assert (again.status, again.out) == (2, "")
    assert "'ann' has a token already" in again.err
    listed = run("fleet", "token", "list", "--store", store)
    assert re.search(r"^ann +admin +20", listed.out, re.MULTILINE)
    assert secret not in listed.out
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert run("fleet", "token", "revoke", "ann", "--store", store).status == 0
    assert run("fleet", "token", "revoke", "ann", "--store", store).status == 2
    assert "ann" not in run("fleet", "token", "list", "--store", store).out
    assert "ann" in run("fleet", "token", "list", "--all", "--store", store).out
    told = json.loads(run("fleet", "audit-log", "--format", "json", "--store", store).out)
    assert [(one["how"], one["what"], one["target"]) for one in told["entries"]] == [
        ("shell", "token-revoked", "ann"), ("shell", "token-added", "ann"),
    ]  # fmt: skip
    assert "token-added" in run("fleet", "audit-log", "--what", "token-added", "--days", "1", "--store", store).out


def test_a_name_cannot_paint_the_terminal(run: Run, tmp_path: Path) -> None:
    ran = run("fleet", "token", "add", "a\x1b[2J", "--role", "viewer", "--store", str(tmp_path / "fleet.sqlite"))
    assert ran.status == 2
    assert "that is no name" in ran.err
    assert "\x1b" not in ran.err
