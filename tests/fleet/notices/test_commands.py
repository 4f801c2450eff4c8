"""`fleet scan --notify`, `fleet notify` and `fleet status` on a real repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scanner.cli import pratique
from scanner.errors import UsageError
from tests.fleet.notices.fleets import SECRET, hook
from tests.fleet.notices.receivers import Recorder, recording
from tests.targets.repositories import Git


@pytest.fixture
def server() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


def test_a_night_is_told(tmp_path: Path, campaigns: Path, server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "notices.toml"
    config.write_text(f'default = ["soc"]\n{hook("soc", server.url)}')
    monkeypatch.setenv("PRATIQUE_FLEET", str(tmp_path / "fleet.sqlite"))
    monkeypatch.setenv("PRATIQUE_INTEL_DIR", str(campaigns))
    monkeypatch.setenv("PRATIQUE_CACHE_DIR", str(tmp_path / "copies"))
    monkeypatch.setenv("HOOK", SECRET)

    def fleet(*words: str) -> Result:
        return CliRunner().invoke(pratique, ["fleet", *words], standalone_mode=False)

    packages = {"": {"name": "shop"}, "node_modules/axios": {"version": "1.14.1"}}
    lock = json.dumps({"name": "shop", "lockfileVersion": 3, "packages": packages})
    Git(tmp_path / "shop").commit_files("1", {"package-lock.json": lock})
    assert fleet("add", str(tmp_path / "shop"), "--owner", "team-web").return_value == 0
    without = fleet("scan", "--all", "--notify").exception
    assert isinstance(without, UsageError)
    assert "no file of notices" in str(without)

    scanned = fleet("scan", "--all", "--jobs", "1", "--notify", "--config", str(config))
    assert scanned.return_value == 1
    assert "told soc: Compromise: " in scanned.stdout
    assert "no route names team-web: the default was told" in scanned.stderr
    told = [one["data"] for one in server.bodies if one["type"] == "pratique.compromise.opened"]
    assert [one["campaign"] for one in told] == ["axios-unc1069-2026-03"]
    assert told[0]["items"][0]["package"] == "pkg:npm/axios@1.14.1"
    assert told[0]["statements"]

    again = fleet("notify", "--config", str(config))
    assert (again.return_value, again.stdout) == (0, "0 messages sent\n")
    tested = fleet("notify", "--config", str(config), "--test", "soc")
    assert (tested.return_value, tested.stdout) == (0, "a test message was sent by soc\n")

    Git(tmp_path / "shop").commit_files("2", {"package-lock.json": lock.replace("1.14.1", "1.14.0")})
    assert fleet("scan", "--all", "--jobs", "1").return_value != 1
    shown = fleet("notify", "--config", str(config), "--dry-run")
    assert "--- soc\nVerdict changed: 1 target\n" in shown.stdout
    assert shown.stdout.endswith("1 message: nothing was sent\n")

    server.status = 410
    failed = fleet("notify", "--config", str(config))
    assert failed.return_value == 3
    assert "channel soc: not told: the server answers 410" in failed.stderr
    assert "1× failed since" in fleet("status").stdout
    (channel,) = json.loads(fleet("status", "--format", "json").stdout)["channels"]
    assert (channel["name"], channel["failures"], channel["waiting"]) == ("soc", 1, 1)
    assert "channel soc: not told: left alone until" in fleet("notify", "--config", str(config)).stderr
