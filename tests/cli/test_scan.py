"""`pratique scan`, as the person who types it sees it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Run, command
from tests.conftest import ROOT

EXAMPLES = "sbom_examples"
CLEAN = '{"lockfileVersion": 3, "packages": {"node_modules/good": {"version": "1.0.0"}}}'


def lock(folder: Path, **packages: str) -> Path:
    """A folder with an npm lock of these packages."""
    folder.mkdir(exist_ok=True)
    entries = {f"node_modules/{name}": {"version": version} for name, version in packages.items()}
    (folder / "package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": {"": {}, **entries}}))
    return folder


def test_the_first_command_of_the_readme_refuses(run: Run) -> None:
    ran = run("scan", EXAMPLES)
    assert ran.status == 1
    assert ran.err == ""
    said = " ".join(ran.out.split())
    assert said.startswith("COMPROMISED: pratique refused.")
    assert "axios 1.14.1" in said
    assert "axios npm compromise (axios-unc1069-2026-03)" in said
    assert re.search(r"actor Sapphire Sleet[^.]*, North Korea", said)
    assert re.search(r"Google GTIG as UNC1069: confirmed\s+https://\S+", said)
    assert re.search(r"webshop(@\S+)? > payments-sdk(@\S+)? > axios(@\S+)?", said)
    assert re.search(r"webshop\.cdx\.json:\d+", said)
    assert "\x1b" not in ran.out


def test_the_world_of_these_tests_has_no_network(world: Mapping[str, str]) -> None:
    """Else the test above would prove less than it says."""
    ended = subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket()"], capture_output=True, text=True, env=dict(world)
    )
    assert "a connection was attempted" in ended.stderr


@pytest.mark.parametrize(
    ("packages", "options", "status", "verdict"),
    [
        ({"good": "1.0.0"}, (), 0, "clear"),
        ({"good": "1.0.0"}, ("--offline",), 0, "clear"),
        ({"evil": "3.0.0"}, (), 1, "compromised"),
        ({"leaky": "1.0.0"}, (), 0, "vulnerable"),
        ({"leaky": "1.0.0"}, ("--fail-on", "vulnerability:critical"), 0, "vulnerable"),
        ({"leaky": "1.0.0"}, ("--fail-on", "vulnerability:medium"), 1, "vulnerable"),
        ({"leaky": "2.0.0"}, ("--fail-on", "vulnerability"), 0, "clear"),
        ({"good": "1.0.0"}, ("--max-age", "0"), 3, "incomplete"),
        ({"evil": "3.0.0"}, ("--max-age", "0"), 1, "compromised"),
        ({}, (), 3, "incomplete"),
    ],
)
def test_the_exit_status_says_it_all(
    run: Run,
    synced: Path,
    tmp_path: Path,
    packages: dict[str, str],
    options: tuple[str, ...],
    status: int,
    verdict: str,
) -> None:
    target = lock(tmp_path / "project", **packages)
    ran = run("scan", target, "--intel-dir", synced, "--format", "json", *options)
    report = json.loads(ran.out)
    assert (ran.status, report["verdict"], report["exit"]["code"]) == (status, verdict, status)
    assert bool(report["exit"]["reasons"]) == (status != 0)


def test_without_a_feed_nothing_is_clear(run: Run, tmp_path: Path) -> None:
    ran = run("scan", lock(tmp_path / "project", good="1.0.0"))
    assert ran.status == 3
    assert "INCOMPLETE" in ran.out
    assert "osv/npm" in ran.out
    assert "pratique intel sync" in ran.out


def test_a_crash_of_ours_does_not_read_as_findings(world: Mapping[str, str]) -> None:
    broken = "import scanner.pipeline.scan as s\ndef boom(*_): raise ValueError('boom')\ns.scan = boom\n"
    ended = subprocess.run(
        [sys.executable, "-c", broken + "from scanner.cli import main\nmain()", "scan", EXAMPLES],
        capture_output=True,
        text=True,
        env=dict(world),
        cwd=ROOT,
    )
    assert ended.returncode == 70
    assert ended.stdout == ""
    assert "ValueError: boom" in ended.stderr
    assert "a bug of ours, not a finding" in ended.stderr


def test_several_formats_at_once(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ran = run("scan", EXAMPLES, "--format", "text", "--format", f"json={report}")
    assert ran.status == 1
    assert ran.out.startswith("COMPROMISED")
    assert json.loads(report.read_text())["verdict"] == "compromised"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_output_goes_to_the_file_alone(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    ran = run("scan", EXAMPLES, "--output", report)
    assert (ran.status, ran.out, ran.err) == (1, "", "")
    assert report.read_text().startswith("COMPROMISED")


def test_an_output_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    ran = run("scan", EXAMPLES, "--output", tmp_path / "no" / "report.txt")
    assert ran.status == 2
    assert "report.txt: cannot be written: No such file or directory" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [("scan", EXAMPLES), ("inventory", EXAMPLES), ("--help",)])
def test_a_full_disk_behind_stdout_is_said(world: Mapping[str, str], options: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command(*options), stdout=full, stderr=subprocess.PIPE, text=True, env=dict(world), cwd=ROOT
        )
    assert ended.returncode == 2
    assert ended.stderr.endswith("cannot be written: No space left on device\n")
    assert "Traceback" not in ended.stderr


def test_a_closed_stdout_is_said(world: Mapping[str, str]) -> None:
    ended = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command("scan", EXAMPLES)],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(world),
        cwd=ROOT,
    )
    assert (ended.returncode, ended.stderr) == (2, "pratique: stdout: it is closed (--output FILE)\n")


def test_standard_input_is_a_target(run: Run) -> None:
    ran = run("scan", "-", "--format", "json", stdin=(ROOT / EXAMPLES / "webshop.cdx.json").read_bytes())
    report = json.loads(ran.out)
    assert (ran.status, report["verdict"]) == (1, "compromised")
    assert {file["path"] for file in report["coverage"]["files"]} == {"<stdin>"}
    (finding,) = (one for one in report["findings"] if one["state"] == "certain")
    assert finding["evidence"][0]["line"] > 1
    assert len(finding["introduced_through"][0]) == 3


@pytest.mark.parametrize("stdin", [b"", b"\n", b"hello", b"\x00\xff\x00\xff"])
def test_standard_input_without_sense_is_incomplete(run: Run, stdin: bytes) -> None:
    ran = run("scan", "-", stdin=stdin)
    assert ran.status == 3
    assert "<stdin>" in ran.out
    assert "Traceback" not in ran.err


def test_a_file_of_any_name_is_told_by_content(run: Run, tmp_path: Path) -> None:
    shutil.copy(ROOT / EXAMPLES / "webshop.cdx.json", tmp_path / "delivered")
    assert run("scan", tmp_path / "delivered").status == 1


def test_the_folder_where_one_stands_is_the_target(world: Mapping[str, str], tmp_path: Path, synced: Path) -> None:
    lock(tmp_path, evil="1.0.0")
    env = {**world, "PYTHONPATH": f"{world['PYTHONPATH']}:{ROOT}", "PRATIQUE_INTEL_DIR": str(synced)}
    ended = subprocess.run(command("scan"), capture_output=True, text=True, env=env, cwd=tmp_path)
    assert ended.returncode == 1
    assert "package-lock.json" in ended.stdout


def test_a_read_only_intelligence_directory_is_enough(run: Run, synced: Path, tmp_path: Path) -> None:
    """Root may write everywhere; what it may not do is write where there is no folder."""
    target = lock(tmp_path / "project", evil="1.0.0", axios="1.14.1")
    (tmp_path / "file").write_text("")
    for directory in (tmp_path / "file" / "intel", Path("/proc/pratique")):
        ran = run("scan", target, "--intel-dir", directory, "--format", "json")
        report = json.loads(ran.out)
        assert (ran.status, ran.err) == (1, "")
        assert [feed["status"] for feed in report["coverage"]["feeds"]] == ["embedded", "missing"]
    sealed = tmp_path / "sealed"
    shutil.copytree(synced / "osv", sealed / "osv")
    (sealed / "campaigns.sqlite").mkdir()  # where the compiled campaigns would go
    for path in (*sealed.rglob("*"), sealed):
        path.chmod(0o555)
    try:
        ran = run("scan", target, "--intel-dir", sealed, "--format", "json")
    finally:
        for path in (sealed, *sealed.rglob("*")):
            path.chmod(0o755)
    found = [finding["component"]["name"] for finding in json.loads(ran.out)["findings"]]
    assert (ran.status, ran.err, sorted(found)) == (1, "", ["axios", "evil"])


def test_damaged_databases_are_said_and_do_not_crash(run: Run, synced: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "intel"
    shutil.copytree(synced, damaged)
    feed = damaged / "osv" / "npm.sqlite"
    feed.write_bytes(feed.read_bytes()[:-100])
    (damaged / "campaigns.sqlite").write_bytes(b"SQLite format 3\0 but no more")
    ran = run("scan", lock(tmp_path / "project", axios="1.14.1"), "--intel-dir", damaged, "--format", "json")
    report = json.loads(ran.out)
    assert (ran.status, report["verdict"]) == (1, "compromised")
    assert {feed["name"]: feed["status"] for feed in report["coverage"]["feeds"]} == {
        "pratique/campaigns": "embedded",
        "osv/npm": "broken",
    }


def test_nothing_to_read_says_what_was_looked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    for arguments in ((tmp_path,), (tmp_path, "--format", f"json={tmp_path / 'r.json'}", "--format", "text")):
        ran = run("scan", *arguments)
        assert ran.status == 3
        said = " ".join(ran.out.split())
        assert "no SBOM, lockfile, manifest or installed package among" in said
        assert "pratique inventory --formats" in said
    assert json.loads((tmp_path / "r.json").read_text())["coverage"]["problems"][0]["harmless"] is False
