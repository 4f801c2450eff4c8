"""The other places where pratique runs: pre-commit, git's own hook, GitLab, an image, a shell, man."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from packaging.requirements import Requirement

from scanner.cli import pratique
from scanner.parsers import PARSERS
from scripts import man
from tests.ci.conftest import BAD, BETTER, GOOD, LOCK
from tests.conftest import ROOT
from tests.targets.repositories import Git
from tests.warm import Warm

HOOKS: dict[str, Any] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}
GITLAB: dict[str, Any] = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))["pratique"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ZEROS = "0" * 40


@pytest.fixture
def environ(tmp_path: Path, intel: Path, warm: Warm) -> dict[str, str]:
    """An environment in which the command is called `pratique`."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    warm.program(binaries / "pratique")
    return {
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PRATIQUE_INTEL_DIR": str(intel),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.invalid",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.invalid",
    }


def ran(words: list[str], folder: Path, environ: Mapping[str, str], feed: str = "") -> tuple[int, str]:
    done = subprocess.run(words, cwd=folder, env=environ, input=feed, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


class TestPreCommit:
    def test_every_lockfile_that_we_read_by_name_is_looked_at(self) -> None:
        pattern = re.compile(HOOKS["pratique"]["files"])
        unlike = {"npm-installed", "python-dist-info", "cargo-vendored", "java-archive"}  # what is installed or built
        missed = [
            name
            for parser in PARSERS
            if parser.name not in unlike
            for glob in parser.files
            if not glob.startswith(".package-lock")
            for name in (glob.replace("*", "some-thing"), "deep/down/" + glob.replace("*", "x"))
            if not pattern.search(name)
        ]
        assert missed == []

    @pytest.mark.parametrize("name", ["README.md", "src/main.py", "package.json.md", "xpom.xml", "my-uv.lock.txt"])
    def test_other_files_are_not(self, name: str) -> None:
        assert not re.search(HOOKS["pratique"]["files"], name)
        assert not any(fnmatch.fnmatch(name, glob) for parser in PARSERS for glob in parser.files)

    @pytest.mark.parametrize(("text", "status"), [(BAD, 1), (BETTER, 0)])
    def test_a_push_is_judged_from_where_it_starts(
        self, git: Git, environ: dict[str, str], text: str, status: int
    ) -> None:
        start = git("rev-parse", "HEAD")
        end = git.commit_files("after", {LOCK: text})
        ends = {"PRE_COMMIT_FROM_REF": start, "PRE_COMMIT_TO_REF": end}
        assert self._entry("pratique-push", git.root, {**environ, **ends})[0] == status

    def test_a_history_that_is_wholly_new_is_scanned_as_it_stands(self, git: Git, environ: dict[str, str]) -> None:
        git.commit_files("after", {LOCK: BAD})
        assert self._entry("pratique-push", git.root, environ)[0] == 1

    def test_words_of_the_user_reach_the_command(self, git: Git, environ: dict[str, str]) -> None:
        git.commit_files("after", {LOCK: BAD})
        assert "near-miss" in self._entry("pratique-push", git.root, environ, "--fail-on", "compromise:high")[1]

    @staticmethod
    def _entry(hook: str, folder: Path, environ: Mapping[str, str], *further: str) -> tuple[int, str]:
        import shlex

        return ran([*shlex.split(HOOKS[hook]["entry"]), *further], folder, environ)

    @pytest.mark.network
    @pytest.mark.skipif(shutil.which("pre-commit") is None, reason="pre-commit is not installed")
    def test_pre_commit_itself_runs_the_hooks(self, git: Git, environ: dict[str, str], tmp_path: Path) -> None:
        # A commit of what lies here, so that what is not committed yet is tried as well.
        here = Git(tmp_path / "pratique")
        listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True)
        for name in filter(None, listed.stdout.decode().split("\0")):
            if name.startswith(("scanner/", "rules/", "pyproject", "README", "LICENSE", ".pre-commit-hooks")):
                (here.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, here.root / name)
        here.commit("pratique")
        environ |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        environ |= {"PATH": os.environ["PATH"], "PRE_COMMIT_HOME": str(tmp_path / "cache")}
        attempt = ["pre-commit", "try-repo", str(here.root), "pratique", "--verbose", "--all-files"]
        status, told = ran(attempt, git.root, environ)
        assert (status, "pratique granted" in told) == (0, True), told
        hooks = [{"id": name} for name in ("pratique", "pratique-push")]
        revision = here("rev-parse", "HEAD")
        config = {"repos": [{"repo": str(here.root), "rev": revision, "hooks": hooks}]}
        git.commit_files("hooks", {".pre-commit-config.yaml": json.dumps(config), LOCK: GOOD})
        run = ["pre-commit", "run", "--verbose"]
        (git.root / LOCK).write_text(BETTER)
        git("add", LOCK)
        (git.root / LOCK).write_text(BAD)
        status, told = ran([*run, "pratique"], git.root, environ)
        assert (status, "Unstaged files detected" in told) == (0, True), told
        git("add", LOCK)
        status, told = ran([*run, "pratique"], git.root, environ)
        assert (status, "evil" in told) == (1, True), told
        start = git("rev-parse", "HEAD")
        git("commit", "--quiet", "--message", "after")
        ends = ["--hook-stage", "pre-push", "--from-ref", start, "--to-ref", "HEAD"]
        status, told = ran([*run, "pratique-push", *ends], git.root, environ)
        assert (status, "evil" in told) == (1, True), told


class TestGitHook:
    @pytest.fixture
    def pushed(self, git: Git, environ: dict[str, str], tmp_path: Path) -> Any:
        """A clone with the hook, and a push from it."""
        git("clone", "--quiet", "--bare", str(git.root), str(tmp_path / "far.git"))
        git("clone", "--quiet", str(tmp_path / "far.git"), str(tmp_path / "near"))
        near = tmp_path / "near"
        hook = near / ".git" / "hooks" / "pre-push"
        hook.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "ci" / "git-pre-push", hook)

        def push(text: str, *words: str, path: str | None = None) -> tuple[int, str]:
            (near / LOCK).write_text(text)
            ran(["git", "commit", "--quiet", "--all", "--message", "after"], near, environ)
            return ran(["git", "push", *words], near, environ | ({"PATH": path} if path else {}))

        return push

    def test_a_bad_push_is_stopped_and_a_good_one_goes(self, pushed: Any) -> None:
        assert pushed(BETTER, "origin", "main")[0] == 0
        status, told = pushed(BAD, "origin", "main")
        assert (status, "evil" in told) == (1, True)
        assert "error: failed to push" in told

    def test_a_new_branch_is_compared_with_the_main_one(self, pushed: Any) -> None:
        assert pushed(BETTER, "origin", "HEAD:refs/heads/$(touch${IFS}x)")[0] == 0
        assert "evil" in pushed(BAD, "origin", "HEAD:refs/heads/other")[1]

    def test_a_deletion_brings_nothing(self, pushed: Any) -> None:
        assert pushed(BETTER, "origin", "HEAD:refs/heads/other")[0] == 0
        assert pushed(BAD, "origin", ":refs/heads/other")[0] == 0

    def test_without_the_command_nothing_is_pushed(self, pushed: Any) -> None:
        status, told = pushed(
            BETTER, "origin", "main", path=os.environ["PATH"].replace(str(Path(sys.executable).parent), "")
        )
        if shutil.which("pratique", path=os.environ["PATH"].replace(str(Path(sys.executable).parent), "")):
            pytest.skip("pratique is installed for the whole machine")
        assert (status, "not installed" in told) == (1, True)


@pytest.mark.parametrize(
    ("target", "text", "status"), [("main", BETTER, 0), ("$(touch${IFS}x)", BAD, 1), ("-x", BAD, 1)]
)
def test_gitlabs_script_leaves_its_reports(
    git: Git, environ: dict[str, str], tmp_path: Path, target: str, text: str, status: int
) -> None:
    git("update-ref", f"refs/heads/{target}", "main")
    git("clone", "--quiet", "--bare", str(git.root), str(tmp_path / "far.git"))
    git("remote", "add", "origin", str(tmp_path / "far.git"))
    git.commit_files("after", {LOCK: text})
    variables = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": target, "PRATIQUE_OPTIONS": "--fail-on vulnerability:critical"}
    # The first line reaches the network.
    script = "\n".join(GITLAB["script"][1:])
    ended, told = ran(["sh", "-e", "-c", script], git.root, {**environ, **variables})
    assert ended == status, told
    for name in GITLAB["artifacts"]["reports"].values():
        assert json.loads((git.root / name).read_text(encoding="utf-8")) is not None
    assert not (git.root / "x").exists()


class TestImage:
    def test_what_it_copies_is_here_and_let_through(self) -> None:
        let = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
        copied = {word for line in re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, re.M) for word in line.split()[:-1]}
        assert copied == let
        assert all((ROOT / name).exists() for name in copied)

    def test_it_runs_as_nobody_in_particular(self) -> None:
        last = DOCKERFILE.rpartition("\nFROM ")[2]
        assert re.search(r"^USER 65532:65532$", last, re.M)
        assert "PRATIQUE_INTEL_DIR=/intel" in last


@pytest.mark.parametrize(
    ("name", "extra"),
    [("requirements.txt", ()), ("requirements-code.txt", ("code",)), ("requirements-fleet.txt", ("fleet", "serve"))],
)
def test_what_is_installed_by_digest_is_what_we_need(name: str, extra: tuple[str, ...]) -> None:
    """Fails where pyproject.toml asks for something else than ci/ holds: the head of that file says how to renew it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for key in extra for one in project["optional-dependencies"][key])]
    text = (ROOT / "ci" / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.M)
    entries = dict(found)
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(entries[requirement.name]), requirement
    assert len(found) == len(re.findall(r"^[\w.-]+==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.M))


def test_nothing_that_we_are_made_of_is_told(environ: dict[str, str]) -> None:
    status, told = ran(["bash", "ci/self-scan"], ROOT, environ)
    assert status in (0, 3), told  # without advisories of every kind it is 3, and says which are missing
    assert "could not be read" not in told


class TestShell:
    def test_bash_completes_commands(self, environ: dict[str, str], tmp_path: Path) -> None:
        status, script = ran(["pratique"], tmp_path, {**environ, "_PRATIQUE_COMPLETE": "bash_source"})
        assert status == 0
        ask = 'COMP_WORDS=(pratique inv); COMP_CWORD=1; _pratique_completion pratique inv; echo "<${COMPREPLY[*]}>"'
        assert "<inventory>" in ran(["bash", "-c", f"{script}\n{ask}"], tmp_path, environ)[1]

    @pytest.mark.parametrize("shell", ["zsh", "fish"])
    def test_others_have_their_script(self, environ: dict[str, str], tmp_path: Path, shell: str) -> None:
        status, script = ran(["pratique"], tmp_path, {**environ, "_PRATIQUE_COMPLETE": f"{shell}_source"})
        assert (status, "pratique" in script) == (0, True)


class TestManual:
    PAGE = man.page(datetime(2026, 11, 30, tzinfo=UTC))

    def test_every_command_is_in_it(self) -> None:
        heads = re.findall(r"^\.SH PRATIQUE\\? ?(.*)$", self.PAGE, re.M)
        commands = pratique.list_commands(click.Context(pratique))
        assert {head.split()[0].lower().replace("\\-", "-") for head in heads} == set(commands)

    def test_no_line_is_a_macro_by_accident(self) -> None:
        macros = re.findall(r"^[.'](\S*)", self.PAGE, re.M)
        assert set(macros) <= {"TH", "SH", "B", "PP", "TP", "nf", "fi"}
        assert man._safe(".so /etc/passwd").startswith("\\&.")
        assert man._safe("a\\b --c") == "a\\eb \\-\\-c"

    @pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
    def test_man_shows_it(self, tmp_path: Path) -> None:
        path = tmp_path / "pratique.1"
        path.write_text(self.PAGE, encoding="utf-8")
        environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "MANWIDTH": "100", "MANPAGER": "cat"}
        status, shown = ran(["man", "--warnings", "-l", str(path)], tmp_path, environ)
        if "minimized" in shown:
            pytest.skip("this machine has a man that shows nothing")
        assert status == 0
        assert "--fail-on CLASS:LEVEL" in re.sub(r".\x08", "", shown)
        assert "EXIT STATUS" in re.sub(r".\x08", "", shown)
