"""Tokens from the command line: shown once, listed without the secret, revoked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scanner.cli import pratique
from scanner.errors import UsageError


def test_a_token_is_shown_once_listed_and_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> str:
        pratique.main(["fleet", *arguments, "--store", str(tmp_path / "fleet.sqlite")], standalone_mode=False)
        return capsys.readouterr().out

    secret = run("token", "add", "ann", "--role", "admin", "--expires", "90").strip()
    assert re.fullmatch(r"pratique_[\w-]{43}", secret)
    with pytest.raises(UsageError, match="'ann' has a token already"):
        run("token", "add", "ann", "--role", "viewer")
    listed = run("token", "list")
    assert re.search(r"^ann +admin +20", listed, re.MULTILINE)
    assert secret not in listed
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    run("token", "revoke", "ann")
    with pytest.raises(UsageError, match="neither a token nor a session of 'ann'"):
        run("token", "revoke", "ann")
    assert "ann" not in run("token", "list")
    assert "ann" in run("token", "list", "--all")
    told = json.loads(run("audit-log", "--format", "json"))
    assert [(one["how"], one["what"], one["target"]) for one in told["entries"]] == [
        ("shell", "token-revoked", "ann"), ("shell", "token-added", "ann"),
    ]  # fmt: skip
    assert "token-added" in run("audit-log", "--what", "token-added", "--days", "1")
    for name in ("a\x1b[2J", "", " ann", "x" * 101):
        with pytest.raises(UsageError, match="that is no name"):
            run("token", "add", name, "--role", "viewer")
