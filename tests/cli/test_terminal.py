"""Terminals, pipes and keys: colours where they are wanted, progress for people, endings that read as such."""

from __future__ import annotations

import io
import os
import pty
import signal
import subprocess
from collections.abc import Mapping

import pytest

from scanner.cli import options
from tests.cli.conftest import Run, command
from tests.conftest import ROOT

EXAMPLES = "sbom_examples"


def on_a_terminal(world: Mapping[str, str], **environ: str) -> tuple[int, str]:
    """Run a scan whose output is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command("scan", EXAMPLES), stdout=theirs, stderr=theirs, env={**world, "TERM": "xterm", **environ}, cwd=ROOT
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        said += piece
    os.close(ours)
    return process.wait(), said.decode()


def test_a_terminal_gets_colours(world: Mapping[str, str]) -> None:
    status, said = on_a_terminal(world)
    assert status == 1
    assert "\x1b[31;1mCOMPROMISED" in said  # behind the progress, where the machine is slow


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
def test_a_terminal_that_wants_none_gets_none(world: Mapping[str, str], environ: dict[str, str]) -> None:
    status, said = on_a_terminal(world, **environ)
    assert status == 1
    assert "\x1b" not in said


def test_a_file_gets_colours_only_by_force(run: Run) -> None:
    assert "\x1b" not in run("scan", EXAMPLES).out
    assert "\x1b" not in run("scan", EXAMPLES, environ={"NO_COLOR": ""}).out
    assert run("scan", EXAMPLES, environ={"FORCE_COLOR": "1"}).out.startswith("\x1b[31;1m")
    assert "\x1b" not in run("scan", EXAMPLES, "--format", "json", environ={"FORCE_COLOR": "1"}).out


@pytest.mark.parametrize("arguments", [("scan", EXAMPLES), ("inventory", "--formats"), ("--help",), ("scan", "--help")])
def test_a_reader_that_has_gone_is_no_finding(world: Mapping[str, str], arguments: tuple[str, ...]) -> None:
    """`pratique … | head -0`: with `pipefail`, a status of 1 would fail the build."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            command(*arguments), stdout=writing, stderr=subprocess.PIPE, text=True, env=dict(world), cwd=ROOT
        )
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


def test_an_interrupted_scan_says_so(world: Mapping[str, str]) -> None:
    process = subprocess.Popen(
        command("scan", "-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(world),
        cwd=ROOT,
    )
    assert process.stdin is not None
    # More than a pipe holds: when all is written, the other side is reading.
    process.stdin.write(b" " * 300_000)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"pratique: interrupted\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_for_people_who_wait() -> None:
    now = 0.0
    terminal, file = Terminal(), io.StringIO()
    shown, silent = options.Progress(terminal, lambda: now), options.Progress(file, lambda: now)
    for progress in (shown, silent):
        progress("too early")
    assert terminal.getvalue() == ""
    now = 1.5
    for progress in (shown, silent):
        progress("a\x1b[2Jb")
        progress("too soon after that")
        progress.done()
    assert terminal.getvalue() == "\r\x1b[Ka\\x1b[2Jb\r\x1b[K"
    assert file.getvalue() == ""
