"""`pratique fleet add --github-org` as a process of its own: from a list to findings, and a night later."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from scanner.cli import pratique
from scanner.errors import UsageError
from tests.conftest import ROOT
from tests.fleet.services import GitHub
from tests.targets.repositories import Git
from tests.warm import Ran, Warm

DOCS = ROOT / "docs" / "fleet.md"
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
def fleet(environ: Mapping[str, str], warm: Warm) -> Fleet:
    return lambda *words: warm("fleet", *words, environ=environ)


def test_the_page_takes_an_operator_from_nothing_to_a_nightly_scan(
    environ: dict[str, str], hub: GitHub, tmp_path: Path
) -> None:
    """Every command of the first block of docs/fleet.md, in one shell; cron, mail and feeds are stood in for."""
    block = re.search(r"## From nothing to a nightly scan.*?```bash\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert block is not None
    lines = block[1].splitlines()
    assert len(lines) <= 10
    programs = tmp_path / "bin"
    programs.mkdir()
    ours = "\n".join(
        f"export {name}='{value}'" for name, value in environ.items() if name not in ("PATH", "GITHUB_TOKEN")
    )
    for name, script in (
        ("pratique", f'{ours}\ncd {ROOT}\n[ "$1" = intel ] || exec {sys.executable} -m scanner.cli "$@"'),
        ("crontab", f'[ "$1" = -l ] || cat > {tmp_path}/table'),
        ("mail", f"cat > {tmp_path}/mail"),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    surroundings = {name: value for name, value in environ.items() if name != "GITHUB_TOKEN"}
    surroundings["PATH"] = f"{programs}:{surroundings['PATH']}"

    def shell(script: str, stdin: str, **environ: str) -> str:
        done = subprocess.run(
            ["bash", "-c", f"set -e\n{script}"], input=stdin, env=environ, capture_output=True, text=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    out = shell(block[1], f"{TOKEN}\n", **surroundings)
    name = f"github:acme@{hub.url.removeprefix('http://')}"
    assert f"{name}: 5 seen: 5 private\n  added: 5 targets\n" in out
    assert len(re.findall(f"  git-url  .*  {name}  https://127.0.0.1/acme/", out)) == 5
    assert "5 targets: 5 read" in out
    assert "status 1" in out
    (found,) = [line for line in out.splitlines() if "axios 1.14.1 is a compromised release" in line]
    assert "bad" in found.split()
    # git was given the token by the line of the page, and cron has it in a file that nobody else can read.
    kept = Path(environ["HOME"], ".pratique-env")
    assert (kept.stat().st_mode & 0o777, TOKEN in kept.read_text()) == (0o600, True)
    question = "protocol=https\nhost=github.com\n\n"
    assert f"password={TOKEN}" in shell("git credential fill", question, **environ)
    # A night later, as cron would: nothing but a home and a poor path.
    night = re.fullmatch(r"15 2 \* \* \* (.*)\n", (tmp_path / "table").read_text())
    assert night is not None
    with sqlite3.connect(environ["PRATIQUE_FLEET"]) as store:
        for table in ("target", "listing"):
            store.execute(f"update {table} set checked = checked - 21 * 3600 * 1000000")
    store.close()
    hub.asked.clear()
    hub.items[0]["archived"] = True
    shell(night[1], "", HOME=environ["HOME"], PATH="/usr/bin:/bin")
    mail = (tmp_path / "mail").read_text()
    assert "  gone: 1 target\n    https://127.0.0.1/acme/web.git: archived\n" in mail
    assert "5 targets: 5 unchanged" in mail
    assert {question.headers["authorization"] for question in hub.asked} == {f"Bearer {TOKEN}"}


def test_a_night_later(fleet: Fleet, hub: GitHub, tmp_path: Path, environ: Mapping[str, str]) -> None:
    assert fleet("add", "--github-org", "acme", "--label", "nightly").status == 0
    assert fleet("scan", "--due").status == 1
    # One is renamed, one archived, one deleted, one new; the past stays.
    shutil.move(tmp_path / "served/acme/web.git", tmp_path / "served/acme/shop.git")
    hub.items[0] |= {"name": "shop", "full_name": "acme/shop", "clone_url": "https://127.0.0.1/acme/shop.git"}
    hub.items[1]["archived"] = True
    del hub.items[4]
    Git(tmp_path / "served/acme/new.git").commit_files("1", {"package-lock.json": lock(left="1.0.0")})
    hub.items.append(hub.repository(6, "\x1b]0;x\x07<b>new</b>", clone_url="https://127.0.0.1/acme/new.git"))
    again = fleet("refresh")
    assert again.status == 0, again
    for told in (
        "  added: 1 target", "  renamed: 1 target", "acme/web.git is now https://127.0.0.1/acme/shop.git",
        "  gone: 2 targets", "acme/api.git: archived", "acme/bad.git: it is listed no longer", "left out: 1 archived",
    ):  # fmt: skip
        assert told in again.out, again.out
    listed = fleet("list")
    assert "until 20" in listed.out
    assert "\x1b" not in again.out + listed.out
    ran = fleet("scan", "--all")
    assert (ran.status, "failed" in ran.out) == (1, False), ran
    # git had the token for a helper that reads it, and nobody wrote it down.
    assert TOKEN in (tmp_path / "home/token").read_text()
    for path in (Path(environ["PRATIQUE_FLEET"]), *(tmp_path / "copies").rglob("*")):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_a_listing_that_fails_stops_no_scan_and_is_told(fleet: Fleet, hub: GitHub) -> None:
    assert fleet("add", "--github-org", "acme", "--every", "0.00001").status == 0
    hub.items = []
    ran = fleet("scan", "--due")
    assert (ran.status, "5 read" in ran.out, "nothing was changed" in ran.err, "named 5 before" in ran.err) == (
        1, True, True, True,
    ), ran  # fmt: skip
    name = f"github:acme@{hub.url.removeprefix('http://')}"
    assert fleet("refresh", "--forget", name).out == f"asked no more: {name}\n"
    assert "no listing to ask" in fleet("refresh").err


def test_usage_of_listings(fleet: Fleet) -> None:
    ran = fleet("add", "--github-org", "nobody")
    assert (ran.status, "no such thing, or whoever asks may not see it" in ran.err, TOKEN in ran.err) == (
        3,
        True,
        False,
    )
    for words, says in (
        (("--github-org", "a", "--gitlab-group", "b"), "one listing at a time"),
        (("/tmp", "--forks"), "that is for --github-org"),
    ):
        with pytest.raises(UsageError, match=says):
            pratique(["fleet", "add", *words], standalone_mode=False)
