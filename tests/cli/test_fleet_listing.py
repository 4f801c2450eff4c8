"""`pratique fleet add --github-org` as a process of its own: from a list to findings, and a night later."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, command
from tests.conftest import ROOT
from tests.fleet.services import GitHub
from tests.targets.repositories import Git

TOKEN = "".join(("gh", "p_", "1" * 36))
Fleet = Callable[..., Ran]


def lock(**packages: str) -> str:
    found = {f"node_modules/{name}": {"version": version} for name, version in packages.items()}
    return json.dumps({"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}} | found})


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[GitHub]:
    """An organisation of five, one of them bad; its clone URLs are of https, on the API's host."""
    github = GitHub()
    for number, name in enumerate(("web", "api", "cli", "docs", "bad"), 1):
        version = "1.14.1" if name == "bad" else "1.0.0"
        Git(tmp_path / "served" / "acme" / f"{name}.git").commit_files(
            "1", {"package-lock.json": lock(**{"axios" if name == "bad" else "left": version})}
        )
        github.items.append(github.repository(number, name, topics=[f"team-{name}"]))
    with github.running():
        yield github


@pytest.fixture
def environ(hub: GitHub, world: Mapping[str, str], tmp_path: Path, synced: Path) -> dict[str, str]:
    """Where the user's git reaches https://127.0.0.1/ by an ssh that asks this machine."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[url "ssh://git@host.invalid{tmp_path}/served/"]\n\tinsteadOf = https://127.0.0.1/\n'
    )
    script = home / "ssh.sh"
    script.write_text(f'#!/bin/sh\necho "$GITHUB_TOKEN" >> {home}/token\nshift\nexec sh -c "$*"\n')
    script.chmod(0o755)
    return {
        "PATH": world["PATH"], "LANG": world["LANG"], "HOME": str(home), "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": hub.url, "GIT_SSH_COMMAND": str(script), "GIT_SSH_VARIANT": "simple",
        "PRATIQUE_FLEET": str(tmp_path / "fleet.sqlite"), "PRATIQUE_INTEL_DIR": str(synced),
        "PRATIQUE_CACHE_DIR": str(tmp_path / "copies"),
    }  # fmt: skip


@pytest.fixture
def fleet(environ: Mapping[str, str]) -> Fleet:
    def run(*words: str) -> Ran:
        done = subprocess.run(
            command("fleet", *words), cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


def test_an_organisation_from_its_list_to_what_was_found(
    fleet: Fleet, hub: GitHub, tmp_path: Path, environ: Mapping[str, str]
) -> None:
    added = fleet("add", "--github-org", "acme", "--owner-from", "topic:team-", "--label", "nightly")
    name = f"github:acme@{hub.url.removeprefix('http://')}"
    assert (added.status, added.err) == (0, ""), added
    assert added.out.splitlines()[:2] == [f"{name}: 5 seen: 5 private", "  added: 5 targets"]
    listed = json.loads(fleet("list", "--format", "json").out)["targets"]
    assert [(one["owner"], one["listings"][0]["name"]) for one in listed] == [
        (owner, name) for owner in ("web", "api", "cli", "docs", "bad")
    ]
    assert name in fleet("list").out.splitlines()[1]

    first = fleet("scan", "--due")
    assert (first.status, first.out.splitlines()[-1]) == (1, "5 targets: 5 read, 4 clear, 1 compromised") or (
        "5 read" in first.out
    ), first
    found = json.loads(fleet("findings", "--format", "json").out)["findings"]
    assert [(one["owner"], one["path"]) for one in found] == [("bad", "package-lock.json")]

    # A night later: one is renamed, one archived, one deleted, one new; the past stays.
    shutil.move(tmp_path / "served/acme/web.git", tmp_path / "served/acme/shop.git")
    hub.items[0] |= {"name": "shop", "full_name": "acme/shop", "clone_url": "https://127.0.0.1/acme/shop.git"}
    hub.items[1]["archived"] = True
    del hub.items[4]
    hub.items.append(hub.repository(6, "\x1b]0;x\x07<b>new</b>"))
    Git(tmp_path / "served/acme/new.git").commit_files("1", {"package-lock.json": lock(left="1.0.0")})
    hub.items[-1]["clone_url"] = "https://127.0.0.1/acme/new.git"
    again = fleet("refresh")
    assert again.status == 0, again
    for told in (
        "  added: 1 target", "  renamed: 1 target", "acme/web.git is now https://127.0.0.1/acme/shop.git",
        "  gone: 2 targets", "acme/api.git: archived", "acme/bad.git: it is listed no longer", "left out: 1 archived",
    ):  # fmt: skip
        assert told in again.out, again.out
    assert "until 20" in fleet("list").out
    assert "\x1b" not in again.out + fleet("list").out
    ran = fleet("scan", "--all")
    assert (ran.status, "failed" in ran.out) == (1, False), ran
    assert "acme/shop.git" in fleet("who", "left").out

    # What is told is told of the organisation, not of the token; and git had it for a helper that reads it.
    assert TOKEN in (tmp_path / "home/token").read_text()
    for path in (Path(environ["PRATIQUE_FLEET"]), *(tmp_path / "copies").rglob("*")):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_a_listing_that_fails_stops_no_scan_and_is_told(fleet: Fleet, hub: GitHub) -> None:
    assert fleet("add", "--github-org", "acme", "--every", "0.00001").status == 0
    hub.items = []
    ran = fleet("scan", "--due")
    assert (ran.status, "5 read" in ran.out) == (1, True), ran
    assert "nothing was changed" in ran.err
    assert "named 5 before" in ran.err
    quiet = fleet("scan", "--due")
    assert (quiet.status in (1, 3), "named 5 before" in quiet.err) == (True, True)
    name = json.loads(fleet("list", "--format", "json").out)["targets"][0]["listings"][0]["name"]
    assert fleet("refresh", "--forget", name).status == 0
    assert "named 5 before" not in fleet("scan", "--due").err


def test_usage_of_listings(fleet: Fleet) -> None:
    for words, status, says in (
        (("--github-org", "nobody"), 3, "there is no such thing, or whoever asks may not see it"),
        (("--github-org", "a", "--gitlab-group", "b"), 2, "one listing at a time"),
        (("--github-org", "a", "--api", "http://git.invalid"), 2, "over plain http"),
        (("--github-org", "acme", "--owner-from", "team-"), 2, "--owner-from topic:team-"),
        (("/tmp", "--forks"), 2, "--github-org"),
    ):
        ran = fleet("add", *words)
        assert (ran.status, says in ran.err, "Traceback" in ran.err) == (status, True, False), (words, ran)
        assert TOKEN not in ran.err
    assert fleet("refresh", "none").status == 2
    assert "no listing to ask" in fleet("refresh").err
    assert fleet("refresh", "--forget", "none").status == 2
