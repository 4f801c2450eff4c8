"""Were we ever exposed, from which commit to which? Real repositories, one shape of history each."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from scanner import reports
from scanner.errors import InputError, UsageError
from scanner.model.history import EventKind, Exposure
from scanner.model.report import Report, Verdict
from scanner.pipeline import exposures
from scanner.pipeline.history import scan_history
from scanner.pipeline.scan import Settings
from scanner.policy import gate
from scanner.targets.git_objects import Commit
from tests.conftest import ROOT
from tests.targets.repositories import Git

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
EVIL, GOOD = "1.14.1", "1.13.0"  # axios, in the campaign that travels with pratique


def lock(version: str, **others: str) -> str:
    packages: dict[str, Any] = {"": {"name": "app", "version": "1.0.0", "dependencies": {"axios": "^1"}}}
    for name, pinned in {"axios": version, **others}.items():
        packages[f"node_modules/{name}"] = {"version": pinned}
    return json.dumps({"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}, indent=1)


def manifest(requirement: str) -> str:
    return json.dumps({"name": "app", "version": "1.0.0", "dependencies": {"axios": requirement}})


@pytest.fixture(scope="module", autouse=True)
def intel(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One place for the compiled campaigns: compiling them takes longer than all histories together."""
    global INTEL
    INTEL = tmp_path_factory.mktemp("intel")


INTEL = Path()


def look(target: Path, since: str = "all", *, fail_on: str | None = None, this_branch: bool = False) -> Report:
    settings = Settings(
        intel_directory=INTEL,
        now=lambda: NOW,
        gate=gate.parse(fail_on),
        environ={},
        home=Path("/nowhere"),
    )
    return scan_history(target, since, settings, this_branch=this_branch)


def told(report: Report) -> list[Exposure]:
    assert report.history is not None
    assert [finding.id for finding in report.findings] == [one.finding for one in report.history.exposures]
    return list(report.history.exposures)


def steps(exposure: Exposure) -> list[tuple[str, str]]:
    return [(str(event.kind), event.at.commit) for event in exposure.events]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(tmp_path / "project")


def test_a_bad_version_comes_and_goes(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(GOOD)})
    bad = git.commit_files("bump", {"package-lock.json": lock(EVIL)})
    between = git.commit_files("docs", {"README": "text"})
    fixed = git.commit_files("fix", {"package-lock.json": lock(GOOD)})
    report = look(git.root)
    (exposure,) = told(report)
    assert steps(exposure) == [("introduced", bad), ("removed", fixed)]
    assert (exposure.first.commit, exposure.last.commit, exposure.commits) == (bad, between, 2)
    assert (exposure.first.author, exposure.first.subject) == ("Ada", "bump")
    assert exposure.still_in == ()
    assert exposure.reached == ("HEAD", "refs/heads/main")
    (finding,) = report.findings
    assert finding.campaign is not None
    assert finding.campaign.id == "axios-unc1069-2026-03"
    assert finding.introduced_through == (("app@1.0.0", "pkg:npm/axios@1.14.1"),) or finding.introduced_through
    (evidence,) = finding.evidence
    assert evidence.location.path == f"{bad[:12]}:./package-lock.json"
    shown = git("show", evidence.location.path).splitlines()
    assert evidence.location.line is not None
    assert "axios" in "\n".join(shown[evidence.location.line - 2 : evidence.location.line + 1])
    assert (report.verdict, report.exit_code) == (Verdict.COMPROMISED, 1)


def test_what_was_never_exposed_is_said_to_be_incomplete_only_for_the_feed(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(GOOD)})
    report = look(git.root)
    assert told(report) == []
    assert report.exit_code == 3
    assert [feed.name for feed in report.coverage.feeds if feed.status == "missing"] == ["osv/npm"]
    assert report.coverage.components_read == 1


def test_still_there_and_present_before(git: Git) -> None:
    bad = git.commit_files("bump", {"package-lock.json": lock(EVIL)})
    git.commit_files("docs", {"README": "1"})
    later = git.commit_files("docs", {"README": "2"})
    last = git.commit_files("docs", {"README": "3"})
    # In force when the time began: the commit before the first that is young enough.
    (exposure,) = told(look(git.root, "2026-03-24"))
    assert steps(exposure) == [("present", later)] or steps(exposure)[0][0] == "present"
    assert exposure.still_in == ("HEAD", "refs/heads/main")
    assert exposure.last.commit == last
    (exposure,) = told(look(git.root))
    assert steps(exposure) == [("introduced", bad)]
    # Nothing was committed since: the present state counts all the same.
    (exposure,) = told(look(git.root, "2026-11-01"))
    assert exposure.last.commit == last


def test_a_feature_branch_is_merged(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(GOOD)})
    git("checkout", "--quiet", "-b", "feature")
    bad = git.commit_files("bump", {"package-lock.json": lock(EVIL)})
    git("checkout", "--quiet", "main")
    git.commit_files("docs", {"README": "1"})
    merged = git.merge("feature")
    git("branch", "--quiet", "--delete", "feature")
    fixed = git.commit_files("fix", {"package-lock.json": lock(GOOD)})
    (exposure,) = told(look(git.root))
    assert steps(exposure) == [("introduced", bad), ("merged", merged), ("removed", fixed)]
    assert exposure.commits == 2


def test_a_branch_that_was_never_merged(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(GOOD)})
    git("checkout", "--quiet", "-b", "feature")
    bad = git.commit_files("bump", {"package-lock.json": lock(EVIL)})
    git("checkout", "--quiet", "main")
    git.commit_files("docs", {"README": "1"})
    (exposure,) = told(look(git.root))
    assert exposure.still_in == exposure.reached == ("refs/heads/feature",)
    assert steps(exposure) == [("introduced", bad)]
    report = look(git.root, this_branch=True)
    assert told(report) == []
    assert report.history is not None
    assert report.history.refs == ("HEAD",)


def test_criss_cross_merges(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(GOOD), "a": "0", "b": "0"})
    git("branch", "other")
    bad = git.commit_files("bump", {"package-lock.json": lock(EVIL)})
    git("checkout", "--quiet", "other")
    clean = git.commit_files("other work", {"b": "1"})
    crossed = git.merge(bad, message="main into other")
    git("checkout", "--quiet", "main")
    git.merge(clean, message="other's first commit into main")
    git.merge("other", message="criss")
    fixed = git.commit_files("fix", {"package-lock.json": lock(GOOD)})
    git("checkout", "--quiet", "other")
    last = git.merge("main", message="cross")
    (exposure,) = told(look(git.root))
    kinds = steps(exposure)
    assert [step for step in kinds if step[0] == "introduced"] == [("introduced", bad)]
    assert ("merged", crossed) in kinds
    # A fast line of removals: the fix itself, and the merge that takes it to the other branch.
    assert [step for step in kinds if step[0] == "removed"] == [("removed", fixed), ("removed", last)]
    assert exposure.still_in == ()


def test_a_merge_that_brings_what_neither_parent_has(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(GOOD)})
    git("checkout", "--quiet", "-b", "feature")
    git.commit_files("work", {"a": "1"})
    git("checkout", "--quiet", "main")
    git.commit_files("docs", {"README": "1"})
    git("merge", "--quiet", "--no-ff", "--no-commit", "feature")
    evil = git.commit_files("merge", {"package-lock.json": lock(EVIL)})
    (exposure,) = told(look(git.root))
    assert steps(exposure) == [("introduced", evil)]


def test_a_stale_branch_loses_it_when_it_is_merged(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(GOOD)})
    bad = git.commit_files("bump", {"package-lock.json": lock(EVIL)})
    git("branch", "stale")
    fixed = git.commit_files("fix", {"package-lock.json": lock(GOOD)})
    git("checkout", "--quiet", "stale")
    git.commit_files("work", {"a": "1"})
    git("checkout", "--quiet", "main")
    merged = git.merge("stale")
    (exposure,) = told(look(git.root))
    assert steps(exposure) == [("introduced", bad), ("removed", fixed), ("removed", merged)]
    assert exposure.still_in == ("refs/heads/stale",)


def test_a_lock_that_is_deleted_and_added_again(git: Git) -> None:
    first = git.commit_files("start", {"package-lock.json": lock(EVIL)})
    gone = git.commit_files("no lock", {"package-lock.json": None, "README": "1"})
    again = git.commit_files("lock", {"package-lock.json": lock(EVIL)})
    fixed = git.commit_files("fix", {"package-lock.json": lock(GOOD)})
    (exposure,) = told(look(git.root))
    assert steps(exposure) == [("introduced", first), ("removed", gone), ("introduced", again), ("removed", fixed)]
    assert exposure.commits == 2


def test_a_lock_that_moves(git: Git) -> None:
    bad = git.commit_files("start", {"package-lock.json": lock(EVIL)})
    moved = git.commit_files("move", {"package-lock.json": None, "web/package-lock.json": lock(EVIL)})
    by_path = {one.path: one for one in told(look(git.root))}
    assert steps(by_path["package-lock.json"]) == [("introduced", bad), ("removed", moved)]
    assert by_path["package-lock.json"].events[1].moved == "web/package-lock.json"
    assert steps(by_path["web/package-lock.json"]) == [("introduced", moved)]
    assert by_path["web/package-lock.json"].events[0].moved == "package-lock.json"


def test_one_folder_of_the_repository(git: Git) -> None:
    git.commit_files("start", {"web/package-lock.json": lock(EVIL), "api/package-lock.json": lock(EVIL)})
    (exposure,) = told(look(git.root / "web"))
    assert exposure.path == "package-lock.json"
    (exposure,) = told(look(git.root / "web/package-lock.json"))
    assert exposure.path == "package-lock.json"
    assert len(told(look(git.root))) == 2


def test_a_manifest_is_asked_only_while_no_lock_pins_it(git: Git) -> None:
    git.commit_files("start", {"package.json": manifest("^1.0.0"), "package-lock.json": lock(GOOD)})
    gone = git.commit_files("no lock", {"package-lock.json": None})
    locked = git.commit_files("lock", {"package-lock.json": lock(GOOD)})
    git.commit_files("work", {"packages/a/package.json": manifest("~1.14.0")})
    (exposure,) = told(look(git.root))
    assert exposure.path == "package.json"
    assert steps(exposure) == [("introduced", gone), ("removed", locked)]


def test_a_file_that_reads_others_is_read_again_when_those_change(git: Git) -> None:
    git.commit_files("start", {"requirements.txt": "-r deps/base.in\n", "deps/base.in": "requests==2.31.0\n"})
    bad = git.commit_files("bump", {"deps/base.in": "ultralytics==8.3.41\n"})
    fixed = git.commit_files("fix", {"deps/base.in": "ultralytics==8.3.50\n"})
    found = [one for one in told(look(git.root)) if one.path == "deps/base.in" or one.path == "requirements.txt"]
    assert found
    for exposure in found:
        assert steps(exposure) == [("introduced", bad), ("removed", fixed)]


def test_since_a_revision_and_spans_of_time(git: Git) -> None:
    bad = git.commit_files("bump", {"package-lock.json": lock(EVIL)})
    fixed = git.commit_files("fix", {"package-lock.json": lock(GOOD)})
    git("tag", "v1")
    git.commit_files("docs", {"README": "1"})
    assert told(look(git.root, "v1")) == []
    (exposure,) = told(look(git.root, bad[:10]))
    assert steps(exposure)[-1] == ("removed", fixed)
    assert len(told(look(git.root, "400d"))) == 1
    assert told(look(git.root, "1w")) == []
    assert len(told(look(git.root, "2026"))) == 1
    with pytest.raises(UsageError):
        look(git.root, "2026-13-01")
    with pytest.raises(InputError, match="no revision"):
        look(git.root, "yesterday")


def test_a_commit_dated_back_is_not_overlooked(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(GOOD)})
    now, git.time = git.time, 86_400 * 400
    bad = git.commit_files("bump", {"package-lock.json": lock(EVIL)})
    git.commit_files("fix", {"package-lock.json": lock(GOOD)})
    git.time = now
    git.commit_files("docs", {"README": "1"})
    (exposure,) = told(look(git.root, "2026-03-21T09:00"))
    assert ("introduced", bad) in steps(exposure)


def test_the_campaigns_window(git: Git) -> None:
    git.time += 9 * 86_400  # 2026-03-30
    git.commit_files("bump", {"package-lock.json": lock(EVIL)})
    git.commit_files("fix", {"package-lock.json": lock(GOOD)})
    git.time += 60 * 86_400
    git.commit_files("again", {"other/package-lock.json": lock(EVIL)})
    by_path = {one.path: one for one in told(look(git.root))}
    assert by_path["package-lock.json"].window == ("2026-03-30", "2026-03-31")
    assert by_path["package-lock.json"].in_window is True
    assert by_path["other/package-lock.json"].in_window is False


def test_one_broken_version_is_one_problem(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(EVIL)})
    broken = git.commit_files("broken", {"package-lock.json": "{"})
    git.commit_files("other", {"package-lock.json": lock(GOOD)})
    report = look(git.root)
    assert [step[0] for step in steps(told(report)[0])] == ["introduced", "removed"]
    (problem,) = (one for one in report.coverage.problems if not one.harmless)
    assert broken[:12] in problem.where
    (file,) = report.coverage.files
    assert (file.status, file.reason) == ("partial", "1 of 3 versions were not read in full")
    assert any("could not be read" in reason for reason in report.reasons)


def test_a_shallow_clone_is_incomplete_and_says_so(git: Git, tmp_path: Path) -> None:
    for number in range(3):
        git.commit_files(str(number), {"package-lock.json": lock(EVIL), "n": str(number)})
    git("clone", "--quiet", "--depth=2", f"file://{git.root}", str(tmp_path / "shallow"))
    report = look(tmp_path / "shallow")
    assert [step[0] for step in steps(told(report)[0])] == ["present"]
    (problem,) = report.coverage.problems
    assert "shallow" in problem.what
    assert problem.hint is not None
    assert "--unshallow" in problem.hint


def test_a_repository_without_locks_or_without_commits(git: Git) -> None:
    with pytest.raises(InputError, match="no commit"):
        look(git.root)
    git.commit_files("start", {"README": "1"})
    report = look(git.root)
    assert report.exit_code == 3
    assert any("no SBOM" in problem.what for problem in report.coverage.problems)


def test_an_sbom_is_told_by_content_and_names_are_harmless(git: Git) -> None:
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "name": "axios", "version": EVIL, "purl": f"pkg:npm/axios@{EVIL}"}]}  # fmt: skip
    git.time += 86_400
    (git.root / "ven\x1bdor").mkdir()
    (git.root / "ven\x1bdor/bill.json").write_text(json.dumps(bom))
    git("add", "--all")
    git("commit", "--quiet", "--message", "\x1b]0;evil\x07 ::error::")
    report = look(git.root)
    (exposure,) = told(report)
    assert exposure.path == "ven\x1bdor/bill.json"
    out = io.StringIO()
    reports.writer("text")(report, out)
    assert "\x1b" not in out.getvalue().replace("\x1b[", "")
    assert "\\x1b]0;evil" in out.getvalue()


def test_near_misses_only_where_they_are_asked_for(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(GOOD)})
    assert told(look(git.root)) == []
    (exposure,) = told(look(git.root, fail_on="compromise:near-miss"))
    assert exposure.still_in == ("HEAD", "refs/heads/main")


def test_the_json_report_keeps_its_schema(git: Git) -> None:
    git.commit_files("start", {"package-lock.json": lock(EVIL)})
    git.commit_files("move", {"package-lock.json": None, "web/package-lock.json": lock(EVIL)})
    out = io.StringIO()
    reports.writer("json")(look(git.root), out)
    schema = json.loads((ROOT / "docs/schemas/pratique-report-1.schema.json").read_text())
    body = json.loads(out.getvalue())
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(body)] == []
    assert {one["finding"] for one in body["history"]["exposures"]} == {one["id"] for one in body["findings"]}


def test_each_version_is_parsed_once(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner.pipeline import inventory

    read: list[str] = []
    original = inventory.read_source

    def counted(path: str, *rest: Any) -> Any:
        read.append(path)
        return original(path, *rest)

    monkeypatch.setattr(inventory, "read_source", counted)
    for number in range(6):
        git.commit_files(str(number), {"package-lock.json": lock((GOOD, EVIL)[number % 2]), "n": str(number)})
    look(git.root)
    assert len(read) == 2 + 1  # and once more for the line of the finding


def commit(id_: str, *parents: str, day: int = 1) -> Commit:
    time = datetime(2026, 1, day, tzinfo=UTC)
    return Commit(id_, time, time, "", parents)


def test_bits() -> None:
    assert list(exposures.bits(0b1001_0110)) == [1, 2, 4, 7]


def test_the_algebra_of_two_exposures_at_once() -> None:
    commits = [commit("a", day=1), commit("b", "a", day=2), commit("c", "a", day=3), commit("d", "b", "c", day=4)]
    masks = {"a": 0b01, "b": 0b11, "c": 0b00, "d": 0b10}
    traces = exposures.trace(commits, masks, {"main": "d"}, cut=frozenset())
    assert [(step.kind, step.commit.id) for step in traces[0].steps] == [
        (EventKind.INTRODUCED, "a"),
        (EventKind.REMOVED, "c"),
        (EventKind.REMOVED, "d"),
    ]
    assert [(step.kind, step.commit.id) for step in traces[1].steps] == [(EventKind.INTRODUCED, "b")]
    assert (traces[1].still_in, traces[0].still_in, traces[0].reached) == (["main"], [], ["main"])
