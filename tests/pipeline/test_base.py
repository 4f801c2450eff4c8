"""What a branch brings: real repositories, one shape of change each."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from scanner import reports
from scanner.errors import InputError
from scanner.model.comparison import Step
from scanner.model.finding import Standing
from scanner.model.report import Report, Verdict
from scanner.pipeline.base import scan_base
from scanner.pipeline.scan import Settings
from tests.conftest import ROOT, Golden
from tests.targets.repositories import Git

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
EVIL, OTHER_EVIL, GOOD, BETTER = "1.14.1", "0.30.4", "1.13.0", "1.13.2"
LOCK = "package-lock.json"


def lock(version: str, **others: str) -> str:
    packages: dict[str, Any] = {"": {"name": "app", "version": "1.0.0", "dependencies": {"axios": "^1"}}}
    for name, pinned in {"axios": version, **others}.items():
        packages[f"node_modules/{name}"] = {"version": pinned}
    return json.dumps({"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}, indent=1)


@pytest.fixture(scope="module")
def intel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("intel")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(tmp_path / "project")


@pytest.fixture
def look(intel: Path) -> Any:
    def run(git: Git, base: str = "main", *, head: str = "HEAD", target: Path | None = None) -> Report:
        settings = Settings(intel_directory=intel, now=lambda: NOW, environ={}, home=Path("/nowhere"))
        return scan_base(target or git.root, base, settings, head=head)

    return run


def branch(git: Git, before: dict[str, Any], after: dict[str, Any]) -> None:
    git.commit_files("before", before)
    git("checkout", "--quiet", "-b", "change")
    git.commit_files("after", after)


def told(report: Report) -> list[tuple[str, str | None]]:
    assert report.comparison is not None
    return [(change.step, change.component.version) for change in report.comparison.changes]


def standings(report: Report) -> list[tuple[str, Standing | None]]:
    return [(str(finding.state), finding.standing) for finding in report.findings if finding.state != "near-miss"]


def losses(report: Report) -> list[str]:
    return [problem.what for problem in report.coverage.problems if not problem.harmless]


def test_a_bad_update_is_refused(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(GOOD)}, {LOCK: lock(EVIL)})
    report = look(git)
    assert told(report) == [(Step.UPDATED, EVIL)]
    assert standings(report) == [("certain", Standing.INTRODUCED)]
    assert (report.verdict, report.exit_code) == (Verdict.COMPROMISED, 1)
    (finding,) = report.findings
    line = finding.evidence[0].location.line
    assert line is not None
    assert "node_modules/axios" in lock(EVIL).splitlines()[line - 1]


def test_from_one_bad_version_to_another_is_still_refused(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(EVIL)}, {LOCK: lock(OTHER_EVIL)})
    report = look(git)
    assert standings(report) == [("certain", Standing.STILL)]
    assert report.exit_code == 1


def test_a_requirement_that_may_be_bad_and_was_there_before_stops_nobody(git: Git, look: Any) -> None:
    def manifest(**others: str) -> str:
        return json.dumps({"name": "app", "version": "1.0.0", "dependencies": {"axios": "^1"}, **others})

    branch(git, {"package.json": manifest()}, {"package.json": manifest(license="MIT")})
    report = look(git)
    assert standings(report) == [("possible", Standing.STILL)]
    assert report.exit_code == 3  # for the feed that is not there
    assert report.verdict is Verdict.INCOMPLETE


def test_a_mended_lock_shows_what_is_gone(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(EVIL)}, {LOCK: lock(BETTER)})
    report = look(git)
    assert standings(report) == []
    assert report.comparison is not None
    assert [finding.standing for finding in report.comparison.gone] == [Standing.GONE]


def test_what_happened_on_the_base_since_is_not_this_changes_doing(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(GOOD)}, {"README": "x"})
    git("checkout", "--quiet", "main")
    git.commit_files("the base goes on", {LOCK: lock(EVIL)})
    git("checkout", "--quiet", "change")
    report = look(git)
    assert told(report) == []
    assert (report.verdict, report.exit_code) == (Verdict.CLEAR, 0)


def test_a_lock_that_moves_is_nothing(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(GOOD)}, {LOCK: None, f"web/{LOCK}": lock(GOOD)})
    assert told(look(git)) == []
    git.commit_files("and changes", {f"web/{LOCK}": lock(BETTER)})
    assert told(look(git)) == [(Step.UPDATED, BETTER)]


def test_only_what_changed_is_read(git: Git, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner.pipeline import inventory

    read: list[str] = []
    original = inventory.read_source

    def counted(path: str, *rest: Any) -> Any:
        read.append(path)
        return original(path, *rest)

    monkeypatch.setattr(inventory, "read_source", counted)
    branch(git, {f"{name}/{LOCK}": lock(GOOD) for name in "abcdefghij"}, {f"c/{LOCK}": lock(BETTER)})
    report = look(git)
    assert read == [f"c/{LOCK}"] * 2
    assert report.comparison is not None
    assert report.comparison.sources_unchanged == 9


def test_a_source_is_read_again_when_a_file_beside_it_changes(git: Git, look: Any) -> None:
    mod = "module example.invalid/app\n\nrequire example.invalid/dep v1.0.0\n"
    branch(
        git,
        {"go.mod": mod, "go.sum": "example.invalid/dep v1.0.0 h1:AAAA=\n"},
        {"go.sum": "example.invalid/dep v1.0.0 h1:BBBB=\n"},
    )
    assert told(look(git)) == [(Step.REDIGESTED, "v1.0.0")]


def test_one_folder_of_the_repository(git: Git, look: Any) -> None:
    branch(
        git, {f"a/{LOCK}": lock(GOOD), f"b/{LOCK}": lock(GOOD)}, {f"a/{LOCK}": lock(EVIL), f"b/{LOCK}": lock(BETTER)}
    )
    report = look(git, target=git.root / "b")
    assert told(report) == [(Step.UPDATED, BETTER)]
    assert report.exit_code != 1


def test_what_is_not_committed_is_no_part_of_it(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(GOOD)}, {"README": "x"})
    (git.root / LOCK).write_text(lock(EVIL))
    assert told(look(git)) == []


def test_a_lock_that_becomes_a_link_is_a_loss(git: Git, look: Any) -> None:
    git.commit_files("before", {LOCK: lock(GOOD)})
    git("checkout", "--quiet", "-b", "change")
    (git.root / LOCK).unlink()
    (git.root / LOCK).symlink_to("/etc/passwd")
    git("add", "--all")
    git("commit", "--quiet", "--message", "a link")
    report = look(git)
    assert losses(report) == ["a link: it was not followed"]
    assert report.exit_code == 3


def test_a_submodule_that_moves_is_a_loss(git: Git, look: Any) -> None:
    git.commit_files("before", {LOCK: lock(GOOD)})
    git("checkout", "--quiet", "-b", "change")
    git("update-index", "--add", "--cacheinfo", f"160000,{git('rev-parse', 'HEAD')},vendor/lib")
    git("commit", "--quiet", "--message", "a submodule")
    report = look(git)
    (loss,) = losses(report)
    assert loss.startswith("a submodule that the change adds")
    assert report.exit_code == 3


def test_a_lock_with_conflict_markers_is_a_loss(git: Git, look: Any) -> None:
    broken = lock(GOOD).replace('"packages"', '<<<<<<< ours\n"packages"\n=======\n>>>>>>> theirs')
    branch(git, {LOCK: lock(GOOD)}, {LOCK: broken})
    report = look(git)
    assert report.exit_code == 3
    assert report.verdict is Verdict.INCOMPLETE


def test_a_base_that_could_not_be_read_is_said(git: Git, look: Any) -> None:
    branch(git, {LOCK: "{"}, {LOCK: lock(BETTER)})
    report = look(git)
    assert told(report) == [(Step.ADDED, BETTER)]
    (said,) = [
        problem for problem in report.coverage.problems if problem.harmless and "before the change" in problem.what
    ]
    assert said.where == LOCK


def test_a_base_that_does_not_exist(git: Git, look: Any) -> None:
    git.commit_files("before", {LOCK: lock(GOOD)})
    for base in ("nowhere", "--upload-pack=x", "-q"):
        with pytest.raises(InputError, match="there is no revision"):
            look(git, base)


def test_unrelated_histories_are_compared_whole(git: Git, look: Any) -> None:
    git.commit_files("before", {LOCK: lock(GOOD)})
    git("checkout", "--quiet", "--orphan", "rewritten")
    git.commit_files("rewritten", {LOCK: lock(EVIL)})
    report = look(git)
    assert told(report) == [(Step.UPDATED, EVIL)]
    assert any("no commit that both sides come from" in problem.what for problem in report.coverage.problems)
    assert report.exit_code == 1


def test_a_shallow_clone(git: Git, look: Any, tmp_path: Path) -> None:
    branch(git, {LOCK: lock(GOOD)}, {LOCK: lock(EVIL)})
    git("clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{git.root}", str(tmp_path / "shallow"))
    report = look(git, "origin/main", head="origin/change", target=tmp_path / "shallow")
    assert told(report) == [(Step.UPDATED, EVIL)]
    (said,) = [problem for problem in report.coverage.problems if "no commit that both" in problem.what]
    assert "unshallow" in (said.hint or "")


def test_a_bare_repository(git: Git, look: Any, tmp_path: Path) -> None:
    branch(git, {LOCK: lock(GOOD)}, {LOCK: lock(EVIL)})
    git("clone", "--quiet", "--bare", str(git.root), str(tmp_path / "bare.git"))
    assert look(git, head="change", target=tmp_path / "bare.git").exit_code == 1


def test_the_json_report_keeps_its_schema(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(EVIL, left="1.0.0")}, {LOCK: lock(OTHER_EVIL, right="2.0.0"), f"b/{LOCK}": lock(EVIL)})
    out = io.StringIO()
    reports.writer("json")(look(git), out)
    schema = json.loads((ROOT / "docs/schemas/pratique-report-1.schema.json").read_text())
    body = json.loads(out.getvalue())
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(body)] == []
    assert {one["standing"] for one in body["findings"]} == {"introduced", "still"}


def test_the_text_report_for_a_reviewer(git: Git, look: Any, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    branch(git, {LOCK: lock(GOOD, left="1.0.0")}, {LOCK: lock(EVIL, right="2.0.0")})
    out = io.StringIO()
    reports.writer("text")(look(git), out)
    golden(Path(__file__).with_name("base.txt"), out.getvalue().replace(git.root.as_posix(), "project"))


def test_what_betrays_a_campaign_in_a_file_that_changes(git: Git, look: Any) -> None:
    address = "sfr" + "clak.com"  # of the axios dropper: in no folder of ours is it written out
    old, new = f"fetch('https://{address}/1')\n", f"fetch('https://{address}/6202033')\n"
    branch(git, {"README": "x", "old.js": old}, {"setup.js": new, "old.js": f"// moved\n{old}"})
    report = look(git)
    assert {finding.evidence[0].location.path: finding.standing for finding in report.findings} == {
        "setup.js": Standing.INTRODUCED,
        "old.js": Standing.STILL,
    }
    assert report.coverage.files_searched == 2
