"""A policy of the base, and what a change does to it: it never has an effect on its own verdict."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import reports
from scanner.errors import UsageError
from scanner.intel import build, publish
from scanner.model.advisory import AdvisoryKind
from scanner.model.finding import Finding, FindingClass, Severity, Standing
from scanner.model.report import Report, Verdict
from scanner.pipeline import policed, scan
from scanner.pipeline.base import scan_base
from scanner.pipeline.scan import Settings
from scanner.policy.rules import Policy
from scanner.policy.sections import Overrides
from scanner.targets import vendored
from scanner.targets.trees import MemoryTree
from tests.conftest import ROOT, Golden
from tests.factories import advisory
from tests.pipeline.test_base import EVIL, GOOD, LOCK, branch, lock
from tests.targets.repositories import Git

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
LEAKY = lock(GOOD, leaky="1.0.0")
POLICY = "pratique.toml"
AXIOS = f'package = "pkg:npm/axios@{EVIL}"\nclass = "compromise"\n'


def rule(body: str, expires: str = "2027-01-01", reason: str = "not reachable") -> str:
    return f'[[suppress]]\nreason = "{reason}"\nexpires = {expires}\n{body}\n'


CVE = rule('advisory = "GHSA-1"')


@pytest.fixture
def intel(db: Path) -> Path:
    path = db / "osv" / "npm.sqlite"
    with publish.writing(path):
        records = [advisory("GHSA-1", "leaky", kind=AdvisoryKind.VULNERABILITY, versions=("1.0.0",))]
        build.build(path, records, build.Facts(family="npm", source="tests", fetched=NOW))
    return db


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(tmp_path / "project")


@pytest.fixture
def under(intel: Path) -> Settings:
    return Settings(intel_directory=intel, now=lambda: NOW, environ={}, home=Path("/nowhere"), code=False)


@pytest.fixture
def look(under: Settings) -> Any:
    def run(git: Git, base: str = "main", *, target: Path | None = None, **fields: Any) -> Report:
        return scan_base(target or git.root, base, msgspec.structs.replace(under, **fields))

    return run


def of(report: Report, class_: FindingClass) -> list[Finding]:
    return [finding for finding in report.findings if finding.class_ is class_ and finding.state != "near-miss"]


def hygiene(report: Report) -> list[str]:
    return [f"{one.evidence[0].location.path}: {one.title}" for one in of(report, FindingClass.HYGIENE)]


def test_what_the_base_decided_holds(git: Git, look: Any) -> None:
    branch(git, {POLICY: CVE, LOCK: lock(GOOD)}, {LOCK: LEAKY})
    report = look(git)
    (finding,) = of(report, FindingClass.VULNERABILITY)
    assert finding.suppressed is not None
    assert finding.suppressed.where == "main:pratique.toml:1"
    assert (report.verdict, report.exit_code, hygiene(report)) == (Verdict.CLEAR, 0, [])
    assert report.policy is not None
    assert [file for file, _ in report.policy.obeyed] == ["main:pratique.toml"]
    assert (report.policy.suppressed, report.policy.unused) == (1, ())


def test_the_tip_of_the_base_counts_and_not_where_the_branch_left_it(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(GOOD)}, {LOCK: LEAKY})
    git("checkout", "--quiet", "main")
    git.commit_files("decided since", {POLICY: CVE})
    git("checkout", "--quiet", "change")
    report = look(git)
    assert [finding.suppressed is not None for finding in of(report, FindingClass.VULNERABILITY)] == [True]
    assert hygiene(report) == []


WEAK = [
    rule(AXIOS, reason="trust me"),
    '[gate]\ncompromise = "certain"\n',
    '[[section]]\npath = "a"\ngate = { integrity = "critical" }\n',
    "[code]\nautorun = ['.envrc']\n",
    "broken",
    "[gate]\nunknown = 1\n",
    "",
]


@pytest.mark.parametrize(("name", "weak"), [*((POLICY, weak) for weak in WEAK), ("pyproject.toml", WEAK[0])])
def test_a_change_cannot_excuse_itself(git: Git, look: Any, weak: str, name: str) -> None:
    if name == "pyproject.toml":
        weak = weak.replace("[[", "[[tool.pratique.")
    branch(git, {LOCK: lock(GOOD)}, {LOCK: lock(EVIL), name: weak})
    report = look(git)
    assert (report.verdict, report.exit_code) == (Verdict.COMPROMISED, 1)
    assert report.policy is None
    told = of(report, FindingClass.HYGIENE)
    if weak:
        assert {(one.severity, one.standing) for one in told} == {(Severity.HIGH, Standing.INTRODUCED)}


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*WEAK, CVE, '[[section]]\npath = "b"\n']), max_size=3))
def test_whatever_it_does_to_the_policy(
    under: Settings, tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    """Law: the verdict on a change is the same, whatever it makes of the policy."""
    git = Git(tmp_path_factory.mktemp("law"))
    git.commit_files("before", {POLICY: CVE, LOCK: lock(GOOD)})
    outcomes = []
    for name, text in (("plain", CVE), ("change", "\n".join(parts))):
        git("checkout", "--quiet", "-b", name, "main")
        git.commit_files(name, {POLICY: text or None, LOCK: lock(EVIL, leaky="1.0.0")})
        report = scan_base(git.root, "main", under)
        grave = [one for one in report.findings if one.class_ is not FindingClass.HYGIENE]
        outcomes.append((report.verdict, report.exit_code, report.reasons, grave))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            '[gate]\nvulnerability = "low"\n',
            '[gate]\nvulnerability = "high"\n',
            ["the gate is loosened: vulnerability: low → high"],
        ),
        ('[gate]\nvulnerability = "low"\n', None, ["the gate is loosened: vulnerability: low → never"]),
        (CVE, CVE + rule('path = "x"'), ["a suppression is added: path x (until 2027-01-01: not reachable)"]),
        ('[registries]\ninternal = ["@corp/*"]\n', "", ["an internal scope is dropped: @corp/*"]),
        ('[feeds]\nneeded = ["osv/npm"]\n', "[feeds]\n", ["a needed feed is dropped: osv/npm"]),
        (None, '[code]\nautorun = [".envrc"]\n', ["a file that runs by itself is allowed: .envrc"]),
        (CVE, "# other words\n" + CVE, []),
        (CVE, "", ["the policy changes"]),
        (CVE, "x = 1\n", ["the policy can no longer be read"]),
    ],
)
def test_the_reviewer_is_told(git: Git, look: Any, before: str | None, after: str | None, says: list[str]) -> None:
    branch(git, {LOCK: lock(GOOD)} | ({} if before is None else {POLICY: before}), {POLICY: after})
    report = look(git)
    assert hygiene(report) == [f"{POLICY}: {what}" for what in says]
    assert report.exit_code == 0
    assert {one.severity for one in of(report, FindingClass.HYGIENE)} <= {Severity.LOW, Severity.HIGH}


def test_hygiene_fails_where_the_base_asks_for_it(git: Git, look: Any) -> None:
    before = '[gate]\nhygiene = "high"\n'
    branch(git, {LOCK: lock(GOOD), POLICY: before}, {POLICY: before + CVE})
    assert look(git).exit_code == 1


def test_a_policy_of_the_base_that_is_broken_stops_everything(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(GOOD), POLICY: "[gate]\n\nx = 1\n"}, {LOCK: LEAKY})
    with pytest.raises(UsageError) as raised:
        look(git)
    assert raised.value.where == "main:pratique.toml:3"


def test_the_command_line_wins(git: Git, look: Any, under: Settings, tmp_path: Path) -> None:
    branch(git, {LOCK: lock(GOOD), POLICY: '[gate]\nvulnerability = "low"\n'}, {LOCK: LEAKY})
    assert look(git).exit_code == 1
    assert look(git, overrides=Overrides(fail_on="vulnerability:critical")).exit_code == 0
    other = tmp_path / "other.toml"
    other.write_text(CVE)
    report = look(git, policy=policed.given(other, NOW))
    assert report.exit_code == 0
    assert report.policy is not None
    assert report.policy.obeyed[0][0] == other.as_posix()


def test_a_folder_and_its_own_policy(git: Git, look: Any) -> None:
    root = '[gate]\nvulnerability = "low"\n\n[[section]]\npath = "api"\ngate = { vulnerability = "critical" }\n'
    before = {POLICY: root, "web/pyproject.toml": "[tool.pratique.gate]\nvulnerability = 'high'\n"}
    branch(git, {f"{name}/{LOCK}": lock(GOOD) for name in ("web", "api", "old")} | before,
           {f"{name}/{LOCK}": LEAKY for name in ("web", "api", "old")})  # fmt: skip
    statuses = {name: look(git, target=git.root / name).exit_code for name in ("web", "api", "old")}
    assert statuses == {"web": 0, "api": 0, "old": 1}
    assert look(git).exit_code == 1
    git.commit_files("weaker", {"web/pyproject.toml": "[tool.pratique.gate]\nvulnerability = 'critical'\n"})
    report = look(git, target=git.root / "web")
    assert hygiene(report) == ["pyproject.toml: the gate is loosened: vulnerability: high → critical"]
    assert report.policy is not None
    assert [file for file, _ in report.policy.obeyed] == ["main:pratique.toml", "main:web/pyproject.toml"]


def test_an_entry_that_ended_counts_again(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(GOOD), POLICY: rule('advisory = "GHSA-1"', "2026-11-29")}, {LOCK: LEAKY})
    report = look(git)
    assert of(report, FindingClass.VULNERABILITY)[0].suppressed is None
    (told,) = of(report, FindingClass.HYGIENE)
    assert told.title == "a suppression ended on 2026-11-29: advisory GHSA-1"
    assert report.policy is not None
    assert [entry.where for entry in report.policy.expired] == ["main:pratique.toml:1"]
    assert look(git, now=lambda: datetime(2026, 11, 29, 23, 59, tzinfo=UTC)).policy.expired == ()


def test_an_autorun_file_that_is_allowed_and_was_there(git: Git, look: Any) -> None:
    tasks = {"version": "2.0.0", "tasks": [{"label": "x", "type": "shell", "command": "make",
                                            "runOptions": {"runOn": "folderOpen"}}]}  # fmt: skip
    allowed = '[code]\nautorun = [".vscode/tasks.json"]\n'
    before = {POLICY: allowed, ".vscode/tasks.json": "{}", LOCK: lock(GOOD)}
    branch(git, before, {".vscode/tasks.json": json.dumps(tasks)})
    assert hygiene(look(git)) == []
    git("checkout", "--quiet", "main")
    git.commit_files("without", {".vscode/tasks.json": None})
    git("checkout", "--quiet", "-b", "anew", "main")
    git.commit_files("anew", {".vscode/tasks.json": json.dumps(tasks)})
    assert [told.partition(":")[0] for told in hygiene(look(git))] == [".vscode/tasks.json"]


def test_a_registry_of_ours(git: Git, look: Any) -> None:
    packages = json.loads(lock(GOOD))
    packages["packages"]["node_modules/axios"] = {
        "version": EVIL, "resolved": f"https://npm.corp.invalid/axios/-/axios-{EVIL}.tgz",
    }  # fmt: skip
    branch(git, {LOCK: lock(GOOD)}, {LOCK: json.dumps(packages)})
    assert [one.state for one in of(look(git), FindingClass.COMPROMISE)] == ["possible"]
    git("checkout", "--quiet", "main")
    git.commit_files("ours", {POLICY: '[registries]\nnpm = ["https://npm.corp.invalid/"]\n'})
    git("checkout", "--quiet", "change")
    assert [one.state for one in of(look(git), FindingClass.COMPROMISE)] == ["certain"]


def test_a_needed_feed_is_missed(git: Git, look: Any) -> None:
    branch(git, {LOCK: lock(GOOD), POLICY: '[feeds]\nneeded = ["osv/npm", "osv/pypi"]\n'}, {LOCK: LEAKY})
    report = look(git)
    assert [feed.name for feed in report.coverage.feeds if feed.status == "missing"] == ["osv/pypi"]
    assert report.exit_code == 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / LOCK).write_text(LEAKY)
    return root


def test_a_policy_in_the_target_is_not_obeyed(folder: Path, under: Settings) -> None:
    (folder / POLICY).write_text("not even TOML")
    report = scan.scan([folder], under)
    assert report.policy is not None
    assert (report.policy.obeyed, report.policy.left_alone) == ((), (f"{folder.as_posix()}/{POLICY}",))
    assert report.verdict is Verdict.VULNERABLE


def test_what_a_scan_finds_of_its_policy(folder: Path, under: Settings) -> None:
    (folder / POLICY).write_text(CVE + rule('advisory = "GHSA-7"') + rule('path = "old"', "2026-01-01"))
    policy = policed.given(folder / POLICY, NOW)
    report = scan.scan([folder], msgspec.structs.replace(under, policy=policy))
    assert (report.verdict, report.exit_code) == (Verdict.CLEAR, 0)
    assert [one.title for one in of(report, FindingClass.HYGIENE)] == [
        "a suppression ended on 2026-01-01: path old",
        "a suppression that nothing needs: advisory GHSA-7",
    ]
    assert report.policy is not None
    assert report.policy.left_alone == ()
    strict = msgspec.structs.replace(under, policy=policy, overrides=Overrides(fail_on="hygiene:low"))
    assert scan.scan([folder], strict).exit_code == 1


def test_further_places_of_others(folder: Path, under: Settings) -> None:
    (folder / "libs/ext/parser").mkdir(parents=True)
    (folder / "libs/ext/parser/x.py").write_text("x = 1\n")
    assert scan.scan([folder], msgspec.structs.replace(under, code=False)).coverage.code is None
    (folder / POLICY).write_text('[code]\nvendored = ["libs/ext"]\n')
    policy = policed.given(folder / POLICY, NOW)
    code = scan.scan([folder], msgspec.structs.replace(under, policy=policy, code=False)).coverage.code
    assert code is not None
    assert code.switched_off


def test_the_reports_of_it(folder: Path, under: Settings, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(folder)
    Path(POLICY).write_text(rule('advisory = "GHSA-7"') + rule('path = "old"', "2026-01-01"))
    statement: dict[str, Any] = {
        "vulnerability": {"name": "GHSA-1"}, "status": "not_affected", "products": [{"@id": "pkg:npm/leaky@1.0.0"}],
        "justification": "vulnerable_code_not_present",
    }  # fmt: skip
    vague = statement | {"products": [{"@id": "pkg:npm/leaky"}]}
    head = {"@context": "https://openvex.dev/ns/v0.2.0", "author": "Vendor", "timestamp": "2026-11-01T00:00:00Z"}
    Path("v.json").write_text(json.dumps(head | {"statements": [statement, vague]}))
    chosen = msgspec.structs.replace(under, policy=policed.given(Path(POLICY), NOW), vex=(policed.vex(Path("v.json")),))
    report = scan.scan([Path()], chosen)
    out = io.StringIO()
    reports.writer("text")(report, out)
    golden(Path(__file__).with_name("policy.txt"), out.getvalue())
    out = io.StringIO()
    reports.writer("json")(report, out)
    schema = json.loads((ROOT / "docs/schemas/pratique-report-1.schema.json").read_text())
    body = json.loads(out.getvalue())
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(body)] == []
    assert body["vex"][0]["used"] == 1
    assert len(body["policy"]["obeyed"][0]["sha256"]) == 64


def test_what_lies_in_a_further_place(under: Settings) -> None:
    tree = MemoryTree(
        "x", {"apps/web/ext/parser/a.py": b"", "apps/web/ext/b/c.py": b"", "apps/web/own.py": b"", "r": b""}
    )
    policy = Policy(file=POLICY, digest="", vendored=("apps/*/ext", "web/ext"))
    further = policed.vendored(msgspec.structs.replace(under, policy=policy))
    assert [one.root for one in vendored.find(tree, further)] == ["apps/web/ext/b", "apps/web/ext/parser"]
    assert list(vendored.find(tree)) == []
    below = policed.vendored(msgspec.structs.replace(under, policy=policy, below="apps/web/"))
    assert [below("ext/parser/a.py"), below("own.py")] == [4, 0]


def test_vex_on_a_change(git: Git, look: Any, tmp_path: Path) -> None:
    statement = {"vulnerability": "GHSA-1", "status": "fixed", "products": ["pkg:npm/leaky@1.0.0"]}
    path = tmp_path / "v.json"
    path.write_text(json.dumps({"@context": "https://openvex.dev/ns", "author": "V", "statements": [statement]}))
    branch(git, {LOCK: lock(GOOD)}, {LOCK: LEAKY})
    report = look(git, vex=(policed.vex(path),), overrides=Overrides(fail_on="vulnerability:any"))
    assert (report.exit_code, report.vex[0].used) == (0, 1)


def stands(git: Git, name: str, kind: str, to: str = "/etc/passwd") -> None:
    """Commit something else than a file in the place of one."""
    (git.root / name).unlink(missing_ok=True)
    if kind == "a folder":
        (git.root / name).mkdir()
        (git.root / name / "x").write_text("x")
    elif kind == "a link":
        (git.root / name).symlink_to(to)
    git("add", "--all")
    if kind == "a submodule":
        (git.root / name).mkdir()  # as git leaves one that nobody fetched
        git("update-index", "--add", "--cacheinfo", f"160000,{git.head()},{name}")
    git("commit", "--quiet", "--message", kind)


KINDS = ["a link", "a submodule", "a folder"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_that_becomes_no_file(git: Git, look: Any, kind: str) -> None:
    branch(git, {LOCK: lock(GOOD), POLICY: '[gate]\nvulnerability = "low"\n'}, {LOCK: LEAKY})
    stands(git, POLICY, kind)
    report = look(git)
    assert hygiene(report) == [f"{POLICY}: the policy can no longer be read"]
    assert kind in of(report, FindingClass.HYGIENE)[0].reason
    assert of(report, FindingClass.HYGIENE)[0].severity is Severity.HIGH
    assert report.exit_code == 1  # by the base's policy


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_is_added_where_no_policy_was(git: Git, look: Any, kind: str) -> None:
    branch(git, {LOCK: lock(GOOD)}, {"README": "x"})
    stands(git, POLICY, kind)
    assert hygiene(look(git)) == [f"{POLICY}: the policy can no longer be read"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_of_the_base_that_is_no_file_is_a_loss(git: Git, look: Any, kind: str) -> None:
    git.commit_files("start", {"web/rules.toml": CVE, "pyproject.toml": f"[tool.pratique]\n{CVE}"})
    stands(git, POLICY, kind, "web/rules.toml")
    branch(git, {LOCK: lock(GOOD)}, {LOCK: LEAKY})
    report = look(git)
    # Neither obeyed nor replaced by the other file, which it hides.
    assert (report.exit_code, report.policy, hygiene(report)) == (3, None, [])
    (loss,) = [one for one in report.coverage.problems if not one.harmless and kind in one.what]
    assert loss.where == "main:pratique.toml"
    git("rm", "-r", "--quiet", POLICY)
    git.commit_files("mended", {POLICY: CVE})
    assert hygiene(look(git)) == [
        f"{POLICY}: a suppression is added: advisory GHSA-1 (until 2027-01-01: not reachable)"
    ]


@pytest.mark.parametrize(("holds", "lost"), [("[tool.pratique.gate]\nvulnerability = 'low'\n", True), ("", False)])
def test_a_linked_pyproject_is_a_loss_where_it_holds_a_policy(git: Git, look: Any, holds: str, lost: bool) -> None:
    git.commit_files("start", {"web/base.toml": f"[project]\nname = 'x'\nversion = '1'\n{holds}"})
    stands(git, "web/pyproject.toml", "a link", "base.toml")
    branch(git, {f"web/{LOCK}": lock(GOOD)}, {f"web/{LOCK}": LEAKY})
    report = look(git, target=git.root / "web")
    told = [one.where for one in report.coverage.problems if not one.harmless]
    assert (report.exit_code, told) == ((3, ["main:web/pyproject.toml"]) if lost else (0, []))
