"""scan --history and scan --host from the command line: exit status, and what does not go together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.targets.repositories import Git

LOCK = {"lockfileVersion": 3, "packages": {"": {"name": "app"}, "node_modules/axios": {"version": "1.14.1"}}}


def test_history_of_a_repository(run: Run, tmp_path: Path) -> None:
    git = Git(tmp_path / "r")
    git.commit_files("bump", {"package-lock.json": json.dumps(LOCK)})
    git.commit_files("fix", {"package-lock.json": json.dumps(LOCK).replace("1.14.1", "1.13.0")})
    ran = run("scan", "--history", "2026", str(git.root))
    assert ran.status == 1
    assert "+ introduced" in ran.out
    assert "- removed" in ran.out
    assert "History  2 commits on 2 refs since 2026" in ran.out
    ran = run("scan", "--history", "HEAD", str(git.root))
    assert ran.status == 3
    assert "nothing was found" in ran.out


def test_host_root(run: Run, tmp_path: Path) -> None:
    (tmp_path / "image/tmp").mkdir(parents=True)
    (tmp_path / "image/tmp/ld.py").write_text("inert")
    ran = run("scan", "--host-root", str(tmp_path / "image"))
    assert ran.status == 1
    assert "/tmp/ld.py" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--history", "all", "a", "b"), "one repository at a time"),
        (("--history", "2026-99-99", "a"), "is no date"),
        (("--host", "a"), "by itself"),
        (("--host", "--history", "all"), "by itself"),
        (("--host", "--online"), "--online"),
        (("--history", "all", "--online", "a"), "--online"),
    ],
)
def test_what_does_not_go_together(run: Run, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    Git(tmp_path / "a").commit("one", x="1")
    (tmp_path / "b").mkdir()
    ran = run("scan", *(str(tmp_path / word) if word in ("a", "b") else word for word in words))
    assert ran.status == 2
    assert said in ran.err


def test_where_there_is_no_repository(run: Run, tmp_path: Path) -> None:
    ran = run("scan", "--history", "all", str(tmp_path))
    assert ran.status == 3
    assert "no git repository" in ran.err
    assert "Traceback" not in ran.err
