"""One look at one target, on real repositories, on both databases: what is read, matched, skipped, told and kept."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import msgspec
import pytest

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.values import Question, Target
from scanner.model.campaign import IndicatorType
from scanner.pipeline import added, hunt_lists
from scanner.pipeline.fleet import addresses, intelligence, limits, looking, questions, remotes, selection, sources
from scanner.pipeline.fleet.looking import Did, Looked, Settings
from tests.factories import NOW, campaign, indicator
from tests.fleet.conftest import on_sqlite
from tests.targets.repositories import Git

NEWER = timedelta(seconds=1)


def lock(**packages: str) -> str:
    found = {f"node_modules/{name}": {"version": version} for name, version in packages.items()}
    return json.dumps({"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}} | found})


class Fleet:
    """A store, an intelligence directory, and a clock that goes on by a second with every question."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.intel = folder / "intel"
        self.reads = 0
        ticks = count()
        self.settings = Settings(
            intel_directory=self.intel,
            intelligence="",
            copies=folder / "copies",
            now=lambda: NOW + next(ticks) * NEWER,
            environ={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
            home=folder,
        )

    def add(self, text: str | Path, owner: str | None = None) -> Target:
        one = addresses.understood(str(text))
        return self.store.add(one.text, kind=one.kind, now=NOW, owner=owner)

    def look(self, target: Target) -> Looked:
        known = intelligence.name(self.intel, now=self.settings.now())
        self.settings = msgspec.structs.replace(self.settings, intelligence=known)
        return looking.look(self.store, target.id, self.settings)

    def learn(self, id_: str, purl: str, *versions: str) -> None:
        found = indicator(IndicatorType.PACKAGE, purl, versions=versions, campaign=id_)
        added.store(campaign(found, id=id_), self.intel, source="tests", now=self.settings.now())


@pytest.fixture
def fleet(store: Store, tmp_path: Path, campaigns: Path) -> Fleet:
    shutil.copytree(campaigns, tmp_path / "intel")
    return Fleet(store, tmp_path)


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(tmp_path / "shop")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a commit was read since the last question."""
    done: list[str] = []
    whole = sources.of_commit

    def counted(*arguments: object) -> sources.Seen:
        done.append("read")
        return whole(*arguments)  # type: ignore[arg-type]  # whatever it was called with

    def since() -> int:
        number = len(done)
        done.clear()
        return number

    monkeypatch.setattr(sources, "of_commit", counted)
    return since


def test_a_compromise_comes_goes_and_comes_again(fleet: Fleet, git: Git, reads: Callable[[], int]) -> None:
    git.commit_files("1", {"package-lock.json": lock(a="1.0.0")})
    target = fleet.add(git.root, owner="team")
    assert (fleet.look(target).did, reads()) == (Did.READ, 1)
    assert (fleet.look(target).did, reads()) == (Did.UNCHANGED, 0)

    git.commit_files("2", {"package-lock.json": lock(a="1.0.0", axios="1.14.1")})
    bad = fleet.look(target)
    assert (bad.did, bad.verdict, bad.status, bad.introduced) == (Did.READ, "compromised", 1, 1)
    still = fleet.look(target)
    assert (still.did, still.verdict, still.status, still.introduced) == (Did.UNCHANGED, "compromised", 1, 0)

    git.commit_files("3", {"package-lock.json": lock(a="1.0.0")})
    clean = fleet.look(target)
    assert (clean.gone, clean.status) == (1, 3)  # there is no feed: not clear
    (gone,) = fleet.store.findings(Question(open=False))
    assert (gone.finding.title.split(":")[0], gone.owner) == ("axios 1.14.1 is a compromised release", "team")

    git.commit_files("4", {"package-lock.json": lock(a="1.0.0", axios="1.14.1")})
    assert fleet.look(target).reopened == 1
    (back,) = fleet.store.findings(Question())
    assert (back.reopened, back.gone) == (1, None)


def test_newer_intelligence_is_matched_without_reading(fleet: Fleet, git: Git, reads: Callable[[], int]) -> None:
    git.commit_files("1", {"package-lock.json": lock(left="1.0.0"), "web/package-lock.json": "{"})
    target = fleet.add(git.root)
    first = fleet.look(target)
    before = fleet.store.snapshots(target.id)[0].coverage
    assert reads() == 1
    fleet.learn("mine", "pkg:npm/left", "1.0.0")
    matched = fleet.look(target)
    assert (matched.did, matched.introduced, matched.status, reads()) == (Did.MATCHED, 1, 1, 0)
    assert matched.components == first.components == 1
    # What could not be read then is told still.
    after = fleet.store.snapshots(target.id)[0].coverage
    assert "web/package-lock.json" in {problem.where for problem in before.problems}
    assert {problem.where for problem in before.problems} <= {problem.where for problem in after.problems}
    assert fleet.look(target).did is Did.UNCHANGED


@on_sqlite
def test_matching_again_says_what_reading_said(fleet: Fleet, git: Git) -> None:
    git.commit_files(
        "1", {"package-lock.json": lock(axios="1.14.1", left="1.0.0"), "requirements.txt": "requests==2.0\n"}
    )
    target = fleet.add(git.root)
    fleet.look(target)
    read = fleet.store.findings(Question(open=None))
    coverage = fleet.store.snapshots(target.id)[0].coverage
    fleet.learn("other", "pkg:npm/nobody-has-it", "1.0.0")
    again = fleet.look(target)
    assert (again.did, again.introduced, again.gone) == (Did.MATCHED, 0, 0)
    assert [one.finding for one in fleet.store.findings(Question(open=None))] == [one.finding for one in read]
    assert fleet.store.snapshots(target.id)[0].coverage == coverage


def test_a_campaign_of_today_finds_what_was_there_last_month(fleet: Fleet, git: Git) -> None:
    git.commit_files("1", {"app/package-lock.json": lock(left="1.0.0")})
    target = fleet.add(git.root, owner="team")
    fleet.look(target)
    git.commit_files("2", {"app/package-lock.json": lock(left="1.0.1")})
    fleet.look(target)
    fleet.learn("new", "pkg:npm/left", "1.0.0")
    assert fleet.look(target).status != 1  # the head is clean
    answer = questions.rematch(fleet.store, fleet.intel, now=fleet.settings.now())
    (hit,) = answer.struck
    seen = hit.sighting
    assert (answer.status, seen.address, seen.path, seen.owner) == (1, str(git.root), "app/package-lock.json", "team")
    assert seen.gone is not None
    assert seen.first < seen.last < seen.gone or seen.first == seen.last < seen.gone
    only = questions.rematch(fleet.store, fleet.intel, now=fleet.settings.now(), only=("new",))
    assert only.struck == answer.struck
    with pytest.raises(UsageError, match="no campaign or list 'nobody'"):
        questions.rematch(fleet.store, fleet.intel, now=NOW, only=("nobody",))


def test_hunt_and_who(fleet: Fleet, git: Git, tmp_path: Path) -> None:
    git.commit_files("1", {"package-lock.json": lock(left="1.0.0"), "requirements.txt": "left==1.0.0\n"})
    fleet.look(fleet.add(git.root))
    file = tmp_path / "list.txt"
    file.write_text("pkg:npm/left@1.0.0\nhttps://bad.invalid/x\n")
    answer = questions.hunt(fleet.store, hunt_lists.read([file], columns={}, ecosystem=None))
    assert [(str(one.sighting.component.purl), one.state) for one in answer.struck] == [
        ("pkg:npm/left@1.0.0", "certain")
    ]
    file.write_text("pkg:npm/left@9.9.9\n")
    nothing = hunt_lists.read([file], columns={}, ecosystem=None)
    assert questions.hunt(fleet.store, nothing).status == 0
    # A target of which nothing is known yet: nobody can say that it never had it.
    fleet.add(tmp_path)
    assert questions.hunt(fleet.store, nothing).status == 3

    def names(text: str) -> list[str]:
        return sorted(str(one.component.purl) for one in questions.who(fleet.store, text))

    assert names("Left") == ["pkg:npm/left@1.0.0", "pkg:pypi/left@1.0.0"]
    assert names("left@1.0.0") == names("left")
    assert names("left@2") == []
    assert names("pkg:pypi/LEFT") == ["pkg:pypi/left@1.0.0"]


@on_sqlite
def test_a_folder_and_a_file(fleet: Fleet, tmp_path: Path) -> None:
    folder = tmp_path / "boms"
    folder.mkdir()
    (folder / "package-lock.json").write_text(lock(left="1.0.0"))
    dropped = fleet.add(folder)
    single = fleet.add(folder / "package-lock.json")
    assert (dropped.kind, single.kind) == ("folder", "sbom")
    assert [fleet.look(one).did for one in (dropped, single, dropped, single)] == [
        "read",
        "read",
        "unchanged",
        "unchanged",
    ]
    (folder / "package-lock.json").write_text(lock(axios="1.14.1"))
    assert [fleet.look(one).introduced for one in (dropped, single)] == [1, 1]
    (folder / "package-lock.json").unlink()
    gone = fleet.look(single)
    assert (gone.did, "not there any more" in gone.why) == (Did.FAILED, True)
    assert fleet.store.target(single.id).failures == 1
    # What it held stands until somebody has looked.
    assert fleet.store.findings(Question(target=single.id))


@on_sqlite
def test_the_same_lock_is_stored_once(fleet: Fleet, tmp_path: Path) -> None:
    for number in range(3):
        one = Git(tmp_path / f"r{number}")
        one.commit_files("1", {f"app{number}/package-lock.json": lock(left="1.0.0")})
        fleet.look(fleet.add(one.root))
    assert (fleet.store.statistics().sources, fleet.store.statistics().spans) == (1, 3)


@on_sqlite
def test_a_target_that_takes_too_long_is_told(
    fleet: Fleet, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git.commit_files("1", {"package-lock.json": lock(left="1.0.0")})
    target = fleet.add(git.root)

    def forever(*_: object) -> sources.Seen:
        while True:
            try:
                sum(range(1000))
            except Exception:  # a reader that keeps whatever is raised
                continue

    monkeypatch.setattr(sources, "of_commit", forever)
    fleet.settings = msgspec.structs.replace(fleet.settings, seconds=0.3)
    looked = fleet.look(target)
    assert (looked.did, looked.why) == (Did.FAILED, "it took longer than 0.3 seconds (--timeout)")
    kept = fleet.store.target(target.id)
    assert (kept.failures, kept.leased) == (1, None)
    assert kept.not_before is not None


def test_the_limit_ends_with_its_body() -> None:
    with limits.at_most(0.05):
        pass
    subprocess.run(["sleep", "0.1"], check=True)


def test_who_holds_a_target_is_left_alone_and_the_dead_are_not(fleet: Fleet, git: Git) -> None:
    git.commit_files("1", {"package-lock.json": lock(left="1.0.0")})
    target = fleet.add(git.root)
    later = NOW + timedelta(days=1)
    here = os.uname().nodename
    assert fleet.store.lease(target.id, f"{here}:{os.getppid()}", until=later, now=NOW)
    assert fleet.look(target).did is Did.HELD
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = fleet.store.lease(target.id, f"{here}:{ended.pid}", until=later + NEWER, now=later)
    assert dead is not None
    assert fleet.look(target).did is Did.READ
    # On another machine nobody can tell.
    assert fleet.store.lease(target.id, f"elsewhere:{ended.pid}", until=later, now=NOW)
    assert fleet.look(target).did is Did.HELD


def ssh(folder: Path) -> dict[str, str]:
    """An ssh that runs what it is asked for on this machine."""
    script = folder / "ssh.sh"
    script.write_text('#!/bin/sh\nshift\nexec sh -c "$*"\n')
    script.chmod(0o755)
    return {"GIT_SSH_COMMAND": str(script), "GIT_SSH_VARIANT": "simple"}


@on_sqlite
@pytest.mark.parametrize(
    ("filters", "by_id"), [(True, True), (True, False), (False, False)], ids=["blobless", "by refs alone", "old server"]
)
def test_a_repository_elsewhere(
    fleet: Fleet, git: Git, tmp_path: Path, reads: Callable[[], int], filters: bool, by_id: bool
) -> None:
    git("config", "uploadpack.allowFilter", str(filters).lower())
    git("config", "uploadpack.allowAnySHA1InWant", str(by_id).lower())
    git.commit_files("0", {"old.bin": b"x" * 300_000})
    git.commit_files(
        "1",
        {
            "package-lock.json": lock(axios="1.14.1"),
            "requirements.txt": "-r more.in\n",
            "more.in": "left==1.0.0\n",
            "large.bin": bytes(range(256)) * 4000,
        },
    )
    fleet.settings = msgspec.structs.replace(fleet.settings, environ=dict(fleet.settings.environ) | ssh(tmp_path))
    target = fleet.add(f"ssh://git@host.invalid{git.root}")
    assert target.kind == "git-url"
    looked = fleet.look(target)
    assert (looked.did, looked.introduced, looked.why) == (Did.READ, 1, "")
    assert len(questions.who(fleet.store, "pkg:npm/axios@1.14.1")) == 1
    (copy,) = (path for path in fleet.settings.copies.iterdir() if path.is_dir())
    here = set(subprocess.check_output(
        ["git", f"--git-dir={copy}", "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"],
        env={"PATH": "/usr/bin:/bin", "GIT_NO_LAZY_FETCH": "1"}, text=True,
    ).split())  # fmt: skip
    assert (git("rev-parse", "HEAD:large.bin") in here) is not by_id
    assert git("rev-parse", "HEAD~1") not in here  # shallow
    assert git("rev-parse", "HEAD:package-lock.json") in here
    assert (fleet.look(target).did, reads()) == (Did.UNCHANGED, 1)
    git.commit_files("2", {"package-lock.json": lock(axios="1.14.2")})
    assert fleet.look(target).gone == 1
    remotes.prune(fleet.settings.copies, most_bytes=0)
    assert not copy.exists()
    git.commit_files("3", {"package-lock.json": lock(axios="1.14.1")})
    assert fleet.look(target).reopened == 1


@on_sqlite
def test_a_repository_elsewhere_that_is_too_large_or_not_there(fleet: Fleet, git: Git, tmp_path: Path) -> None:
    git.commit_files("1", {"package-lock.json": lock(a="1"), "large.bin": random.Random(1).randbytes(12_000_000)})
    environ = dict(fleet.settings.environ) | ssh(tmp_path)
    fleet.settings = msgspec.structs.replace(fleet.settings, environ=environ, most_bytes=1_000_000)
    large = fleet.look(fleet.add(f"ssh://host.invalid{git.root}"))
    assert (large.did, "more than 1 MB to fetch" in large.why) == (Did.FAILED, True)
    assert not [path for path in fleet.settings.copies.iterdir() if path.is_dir()]
    missing = fleet.look(fleet.add("ssh://host.invalid/nowhere/at/all"))
    assert (missing.did, missing.why.startswith("git ls-remote")) == (Did.FAILED, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ext::sh -c id", "no such file or folder"),
        ("git://host.invalid/x", "git:// is not fetched from"),
        ("http://host.invalid/x", "http:// is not fetched from"),
        ("https://me:hidden@host.invalid/x", "a password in an address"),
        ("ssh://-oProxyCommand=id/x", "it names no host"),
        ("-oProxyCommand=id:x", "no such file or folder"),
        ("--upload-pack=id", "no such file or folder"),
        ("https://host.invalid/\nx", "control characters"),
        ("/nowhere", "no such file or folder"),
        ("file:///nowhere", "no such file or folder"),
    ],
)
def test_addresses_that_are_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as raised:
        addresses.understood(text)
    assert "hidden" not in str(raised.value)


def test_selectors(store: Store) -> None:
    for number, label in enumerate(("web", "web", "api")):
        store.add(f"https://host.invalid/{number}", kind="git-url", now=NOW, owner=f"o{number}", labels=[label])

    def chosen(*words: str) -> list[int]:
        return [target.id for target in selection.chosen(store, words)]

    assert chosen("label:web") == [1, 2]
    assert chosen("owner:o2", "1") == [1, 3]
    assert chosen("HOST.invalid/1") == [2]
    with pytest.raises(UsageError, match="no target is meant by 'label:none'"):
        chosen("1", "label:none")
