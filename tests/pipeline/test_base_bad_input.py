"""Changes that are made to break the check: each a clear message, never a silent pass, and nothing is run."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.model.comparison import Step
from scanner.model.finding import FindingClass, Severity
from scanner.model.report import Report
from scanner.pipeline.base import scan_base
from scanner.pipeline.scan import Settings
from tests.pipeline.test_base import EVIL, GOOD, LOCK, branch, lock, losses, told
from tests.targets.repositories import Git

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
Look = Callable[..., Report]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(tmp_path / "project")


@pytest.fixture
def look(db: Path, tmp_path: Path) -> Look:
    def run(git: Git, base: str = "main", *, head: str = "HEAD") -> Report:
        settings = Settings(intel_directory=db, now=lambda: NOW, environ={}, home=tmp_path / "nowhere", code=False)
        return scan_base(git.root, base, settings, head=head)

    return run


def test_tens_of_thousands_of_files(git: Git, look: Look) -> None:
    """Each of them, searched, cost 0.7 ms of CPU while every path was asked of every reader."""
    git.commit_files("before", {LOCK: lock(GOOD)})
    blob = git("hash-object", "-w", "--stdin", feed=b"x\n")
    rows = "".join(f"100644 {blob}\td{number % 100}/f{number}.txt\n" for number in range(10_000))
    git("checkout", "--quiet", "-b", "change")
    git.commit_files("after", {LOCK: lock(EVIL)})
    git("update-index", "--index-info", feed=rows.encode())
    git("commit", "--quiet", "--message", "many")
    begins = time.process_time()
    report = look(git)
    assert time.process_time() - begins < 6
    assert told(report) == [(Step.UPDATED, EVIL)]
    assert report.comparison is not None
    assert report.comparison.files_changed == 10_001
    assert report.exit_code == 1


def test_a_submodule_whose_address_is_an_option(git: Git, look: Look, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    git.commit_files("before", {LOCK: lock(GOOD)})
    git("checkout", "--quiet", "-b", "change")
    modules = f'[submodule "lib"]\n\tpath = lib\n\turl = --upload-pack=touch {marker}\n\tupdate = !touch {marker}\n'
    (git.root / ".gitmodules").write_text(modules)
    git("add", "--all")
    git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    git("commit", "--quiet", "--message", "a submodule")
    report = look(git)
    assert not marker.exists()
    assert any(loss.startswith("a submodule that the change adds") for loss in losses(report))
    assert report.exit_code == 3


@pytest.mark.parametrize("name", ["--output=ran", "-q", "--help", "$(touch ran)", "a;touch ran"])
def test_a_branch_that_is_named_like_a_flag_or_a_command(git: Git, look: Look, name: str) -> None:
    branch(git, {LOCK: lock(GOOD)}, {LOCK: lock(EVIL)})
    (git.root / ".git/refs/heads" / name).write_text(git.head() + "\n")
    report = look(git, head=name)
    assert told(report) == [(Step.UPDATED, EVIL)]
    assert look(git, name).exit_code == 0  # as the base: there is nothing between the two
    assert not (git.root / "ran").exists()


def test_a_link_to_outside_is_not_followed(git: Git, look: Look, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / LOCK).write_text(lock(EVIL))
    git.commit_files("before", {"README": "x"})
    git("checkout", "--quiet", "-b", "change")
    (git.root / LOCK).symlink_to(f"../outside/{LOCK}")
    (git.root / "web").symlink_to("../outside")
    git("add", "--all")
    git("commit", "--quiet", "--message", "links")
    report = look(git)
    assert told(report) == []
    assert losses(report) == ["a link: it was not followed"]
    assert report.exit_code == 3


WIDE = '[[suppress]]\npath = "{}"\nreason = "r"\nexpires = 2027-01-01\n'
REFUSED = [*(WIDE.format(glob) for glob in ("**", "*", "**/*", "**/**")), "[gates]\n", "<<<<<<< a\n", "[gate]\nx = 1\n"]


@pytest.mark.parametrize("text", REFUSED)
def test_a_policy_that_suppresses_everything_or_says_what_nobody_knows(git: Git, look: Look, text: str) -> None:
    branch(git, {LOCK: lock(GOOD)}, {LOCK: lock(EVIL), "pratique.toml": text})
    report = look(git)
    (one,) = [finding for finding in report.findings if finding.class_ is FindingClass.HYGIENE]
    assert (one.title, one.severity) == ("the policy can no longer be read", Severity.HIGH)
    assert report.exit_code == 1
    with pytest.raises(UsageError) as raised:
        look(git, "change")
    assert (raised.value.where or "").startswith("change:pratique.toml")
