"""action.yml, its steps run as shell: events, forks, shallow checkouts, and names that want to be commands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ci.conftest import BAD, BETTER, GOOD, LOCK
from tests.ci.runner import ACTION, Job, Runner
from tests.conftest import ROOT
from tests.targets.repositories import Git
from tests.warm import Warm

ZEROS = "0" * 40
SCAN = ["Scan", "Verdict"]


@pytest.fixture
def runner(tmp_path: Path, git: Git, intel: Path, warm: Warm) -> Runner:
    return Runner(tmp_path, git.root, intel, warm.program)


@pytest.fixture
def anew(tmp_path: Path, git: Git, intel: Path) -> Runner:
    """With the command as it is installed."""
    return Runner(tmp_path, git.root, intel)


def change(git: Git, text: str, name: str = "change", files: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A branch that changes the lockfile, merged with main as GitHub does it: the payload of its pull request."""
    base = git("rev-parse", "HEAD")
    git("branch", name) if not name.startswith("-") else git("update-ref", f"refs/heads/{name}", base)
    git("symbolic-ref", "HEAD", f"refs/heads/{name}")
    head = git.commit_files("after", {LOCK: text, **(files or {})})
    git("checkout", "--quiet", "--detach", base)
    git("merge", "--quiet", "--no-ff", "-m", "merge", head)
    git("update-ref", "refs/pull/7/merge", "HEAD")
    return {
        "pull_request": {
            "number": 7,
            "title": '"; touch x; #',
            "base": {"sha": base, "ref": "main", "repo": {"id": 1}},
            "head": {"sha": head, "ref": name, "repo": {"id": 1}},
        }
    }


def refused(job: Job, status: int, why: str) -> None:
    assert (job.status, job.scan["status"]) == (status, str(status)), job.log
    assert why in job.log
    assert why in job.summary


def test_a_bad_change_ends_with_1_and_a_summary(anew: Runner, git: Git) -> None:
    job = anew("pull_request", change(git, BAD))
    assert (job.status, job.ran) == (1, SCAN), job.log
    assert "evil" in job.summary
    assert "::error" in job.log
    assert all(Path(job.scan[kind]).stat().st_size for kind in ("markdown", "sarif", "json"))


def test_a_good_change_ends_with_0(runner: Runner, git: Git) -> None:
    job = runner("pull_request", change(git, BETTER))
    assert (job.status, job.scan["status"]) == (0, "0"), job.log


def test_what_arrived_on_the_base_meanwhile_is_not_this_changes_doing(runner: Runner, git: Git) -> None:
    payload = change(git, BETTER)
    git("checkout", "--quiet", "main")
    git.commit_files("bad, by somebody else", {"other/" + LOCK: BAD})
    git("merge", "--quiet", "--no-ff", "-m", "merge", payload["pull_request"]["head"]["sha"])
    job = runner("pull_request", payload)
    assert job.scan["base"] == git("rev-parse", "HEAD^1") != payload["pull_request"]["base"]["sha"]
    assert job.status == 0, job.log


@pytest.mark.parametrize("head", [{"id": 2}, None], ids=["fork", "fork deleted"])
def test_a_fork_gets_a_summary_and_no_rights_are_used(runner: Runner, git: Git, head: Any) -> None:
    payload = change(git, BAD)
    payload["pull_request"]["head"]["repo"] = head
    job = runner("pull_request", payload, comment="true", sarif="true")
    assert (job.status, job.ran, job.scan["trusted"]) == (1, SCAN, "false")
    assert "evil" in job.summary


def test_a_push_is_compared_with_what_was_there_before(runner: Runner, git: Git) -> None:
    before = git("rev-parse", "HEAD")
    git.commit_files("after", {LOCK: BAD})
    job = runner("push", {"before": before, "ref": "refs/heads/main", "repository": {"default_branch": "main"}})
    assert (job.status, job.scan["base"]) == (1, before)


def test_a_new_branch_is_compared_with_the_default_branch(tmp_path: Path, git: Git, intel: Path, warm: Warm) -> None:
    git("checkout", "--quiet", "-b", "topic")
    git.commit_files("after", {LOCK: BETTER})
    runner = Runner(tmp_path, clone(tmp_path, git, "--branch", "topic"), intel, warm.program)
    payload = {"before": ZEROS, "ref": "refs/heads/topic", "repository": {"default_branch": "main"}}
    job = runner("push", payload)
    assert (job.status, job.scan["base"]) == (0, "refs/pratique/default"), job.log


def test_a_merge_queue_is_compared_with_its_base(runner: Runner, git: Git) -> None:
    base = change(git, BAD)["pull_request"]["base"]["sha"]
    job = runner("merge_group", {"merge_group": {"base_sha": base, "head_sha": git("rev-parse", "HEAD")}})
    assert (job.status, job.scan["base"], job.scan["trusted"]) == (1, base, "true")


def test_other_events_scan_the_whole_tree(runner: Runner, git: Git) -> None:
    git.commit_files("after", {LOCK: BAD})
    job = runner("schedule", {})
    assert (job.status, job.scan["base"]) == (1, "")


def clone(folder: Path, git: Git, *words: str) -> Path:
    """A checkout as actions/checkout makes it: one commit deep."""
    git("config", "uploadpack.allowAnySHA1InWant", "true")
    git("clone", "--quiet", "--depth=1", *words, f"file://{git.root}", str(folder / "checkout"))
    return folder / "checkout"


@pytest.mark.parametrize(("text", "status"), [(BAD, 1), (BETTER, 0)])
def test_a_shallow_checkout_fetches_what_it_lacks(
    tmp_path: Path, git: Git, intel: Path, warm: Warm, text: str, status: int
) -> None:
    # main goes on, and a package that arrives there is not this change's doing
    payload = change(git, text)
    git("checkout", "--quiet", "--detach", "main")
    git.commit_files("main goes on", {"README": "more"})
    git("branch", "--force", "main", "HEAD")
    git("branch", "merged", "refs/pull/7/merge")
    job = Runner(tmp_path, clone(tmp_path, git, "--branch", "merged"), intel, warm.program)("pull_request", payload)
    assert job.status == status, job.log
    assert "no commit that both sides come from" not in job.log


def test_a_base_that_cannot_be_fetched_says_what_to_set(tmp_path: Path, git: Git, intel: Path, warm: Warm) -> None:
    payload = change(git, BAD)
    git("branch", "merged", "HEAD")
    checkout = clone(tmp_path, git, "--branch", "merged")
    git.root.rename(tmp_path / "gone")
    refused(Runner(tmp_path, checkout, intel, warm.program)("pull_request", payload), 3, "fetch-depth: 0")


def test_a_payload_that_is_none_is_refused(runner: Runner, git: Git) -> None:
    change(git, BAD)
    job = runner("pull_request", {"pull_request": {"base": {"sha": "main; touch x", "repo": {}}, "head": {}}})
    refused(job, 2, "payload")


HOSTILE = ["--help", "$(touch${IFS}x)", "'\";touch${IFS}x;#", "::error::x"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_branch_named_as_a_command_executes_nothing(runner: Runner, git: Git, name: str) -> None:
    if ":" in name:  # git refuses it; the payload says it all the same
        payload = change(git, BAD)
        payload["pull_request"]["head"]["ref"] = name
    else:
        payload = change(git, BAD, name)
    payload["pull_request"]["head"]["ref"] += "\nstatus=0\n"
    payload["repository"] = {"default_branch": name}
    job = runner("pull_request", payload)
    assert job.status == 1, job.log
    pushed = runner("push", {"before": ZEROS, "ref": "refs/heads/x", "repository": {"default_branch": name}})
    assert pushed.status == 1
    assert not list(runner.workspace.rglob("x"))


@pytest.mark.parametrize(
    ("which", "value", "status"),
    [
        ("base", "--help", 3),
        ("base", "main\nstatus=0", 2),
        ("base", "main", 1),
        ("path", "$(touch x)", 2),
        ("fail_on", "vulnerability:critical; touch x", 2),
        ("format", "--help", 2),
        ("format", "json=first.json\njunit=second.xml", 1),
        ("policy", "--help", 2),
    ],
)
def test_an_input_is_never_a_command_or_an_option(
    runner: Runner, git: Git, which: str, value: str, status: int
) -> None:
    inputs: dict[str, Any] = {which: value}
    job = runner("pull_request", change(git, BAD), **inputs)
    assert (job.status, job.scan["status"]) == (status, str(status)), job.log
    assert not (runner.workspace / "x").exists()


def test_nothing_in_the_checkout_is_imported_or_run(anew: Runner, git: Git) -> None:
    spring = "open('sprung', 'w').close()\n"
    traps = ("json", "secrets", "yaml", "click", "scanner", "sitecustomize", "pip", "venv", "msgspec", "hashlib", "re")
    files = {f"{name}.py": spring for name in traps}
    files |= {"pyvenv.cfg": "home = .\n", "bash": "touch sprung\n", "git": "touch sprung\n", ".envrc": "touch sprung\n"}
    hook = git.root / ".git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    payload = change(git, BAD, files=files)
    hook.write_text("#!/bin/sh\ntouch sprung\n")
    hook.chmod(0o755)
    job = anew("pull_request", payload)
    assert job.status == 1, job.log
    assert not list(anew.workspace.rglob("sprung"))


def test_the_log_gives_the_runner_no_commands_of_an_attacker(runner: Runner, git: Git) -> None:
    name = "::add-mask::x"
    job = runner("pull_request", change(git, BAD.replace("node_modules/fine", f"node_modules/{name}")))
    (word,) = re.findall(r"^::stop-commands::([0-9a-f]{32})$", job.log, re.M)
    inside, outside = job.log.split(f"\n::{word}::\n")
    assert inside.startswith("::stop-commands::")
    assert "add-mask" not in outside
    assert word not in (job.summary + Path(job.scan["markdown"]).read_text())


def test_a_scan_that_left_no_status_is_no_success(runner: Runner, git: Git) -> None:
    job = runner("pull_request", change(git, GOOD + "\n"), skip=("Install pratique", "Scan"))
    assert (job.status, job.ran) == (70, ["Verdict"])


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ACTION["runs"]["steps"]
    return found


def test_no_input_stands_in_the_text_of_a_command() -> None:
    assert not [step["name"] for step in steps() if "${{" in step.get("run", "")]


def test_every_action_of_others_is_pinned_with_its_version_beside() -> None:
    for path in [ROOT / "action.yml", *(ROOT / ".github" / "workflows").glob("*.yml"), ROOT / "docs" / "ci.md"]:
        for used in re.findall(r"uses: +(?!\./)(.+)", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[\w./-]+@(?:[0-9a-f]{40} # v\d+\.\d+\.\d+|<commit> # <version>)", used), (path, used)
