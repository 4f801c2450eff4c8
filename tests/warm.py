"""The command in a process of its own, forked from one that has imported everything: a fifth of the CPU.

It is the real command all the same: its own words, environment, files and exit status, and nothing of it is left for
the next one. What it does not see is what only a new process shows, an import that is missing above all:
tests/cli/test_alone.py starts every command in the ordinary way, and test_imports.py says what each one imports.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import gc
import importlib
import io
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT

_SECONDS = 120
_PACKAGES = ("scanner.cli", "scanner.parsers", "scanner.pipeline", "scanner.reports", "scanner.registries")
_BESIDE = ("requests", "yaml", "jinja2", "cvss", "cyclonedx")
"""What commands import where they use it."""
# Hands on all that the command is given, and ends as it ends. Short, and without `socket`: that takes longer to import.
_CLIENT = """\
import _socket, os, sys
asked = repr((sys.argv[1:], dict(os.environ), os.getcwd(), True)).encode()
there = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
there.connect({address!r})
there.sendmsg([b"%8d" % len(asked)], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, b"".join(
    number.to_bytes(4, sys.byteorder) for number in range(3)))])
there.sendall(asked)
status = int(there.recv(8))
os._exit(status) if status >= 0 else os.kill(os.getpid(), -status)
"""


class Ran(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


class Warm:
    def __init__(self, address: str) -> None:
        self._address = address

    def __call__(
        self, *arguments: str | Path, environ: Mapping[str, str], stdin: bytes = b"", network: bool = True
    ) -> Ran:
        """Run `pratique` with these words and this environment. Without `network`, who opens a socket fails."""
        asked = repr((list(map(str, arguments)), dict(environ), str(ROOT), network)).encode()
        with (
            tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err,
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as there,
        ):  # fmt: skip
            given.write(stdin)
            given.seek(0)
            there.settimeout(_SECONDS)
            there.connect(self._address)
            socket.send_fds(there, [b"%8d" % len(asked)], [one.fileno() for one in (given, out, err)])
            there.sendall(asked)
            ended = there.recv(8)
            assert ended, "the process that commands are forked from has gone"
            for one in (out, err):
                one.seek(0)
            return Ran(int(ended), out.read().decode(), err.read().decode())

    def program(self, path: Path) -> None:
        """Make an executable that is `pratique` for a shell; a signal that ends it does not reach the command."""
        path.write_text(f"#!{sys.executable} -IS\n{_CLIENT.format(address=self._address)}")
        path.chmod(0o755)


@contextmanager
def warm(compiled: Path) -> Iterator[Warm]:
    """`compiled`: the folder of our own campaigns, made ready."""
    with tempfile.TemporaryDirectory(prefix="pratique-") as folder:
        address = f"{folder}/warm"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
            listening.bind(address)
            listening.listen(64)
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(listening.fileno()), str(compiled)],
                pass_fds=[listening.fileno()], stdin=subprocess.DEVNULL, cwd=ROOT,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            )  # fmt: skip
        try:
            yield Warm(address)
        finally:
            process.terminate()
            process.wait(10)


def _serve(listening: socket.socket, compiled: str) -> None:
    """Fork for every question, until somebody ends us."""
    from click.testing import CliRunner

    from scanner.cli import pratique

    for package in _PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.endswith("__main__") and ".workers" not in module.name:
                importlib.import_module(module.name)
    for name in _BESIDE:
        importlib.import_module(name)
    # What our campaigns name is made ready for searching, which is half of what a small scan costs.
    primed = CliRunner().invoke(pratique, ["scan", "sbom_examples", "--intel-dir", compiled], standalone_mode=False)
    assert primed.exception is None, primed.exception
    gc.freeze()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        connection, _ = listening.accept()
        if not os.fork():
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            listening.close()
            _answer(connection)
        connection.close()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _answer(connection: socket.socket) -> None:
    """Be the parent of one command, and end."""
    head, files, _, _ = socket.recv_fds(connection, 8, 3)
    asked = connection.recv(int(head), socket.MSG_WAITALL)
    child = os.fork()
    if not child:
        connection.close()
        arguments, environ, folder, network = ast.literal_eval(asked.decode())
        _become(arguments, environ, folder, files, network=network)
    for file in files:
        os.close(file)
    connection.sendall(b"%8d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os._exit(0)


def _become(arguments: list[str], environ: Mapping[str, str], folder: str, files: list[int], *, network: bool) -> None:
    """Be `pratique`, and end."""
    from scanner.cli import main

    os.setsid()
    signal.alarm(_SECONDS)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.argv = ["pratique", *arguments]
    sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), errors="backslashreplace", write_through=True)
    if not network:
        sys.addaudithook(_refuse)
    status: object = None
    try:
        main()
    except SystemExit as ending:
        status = ending.code
    # What Python does at its end, but for taking every module apart: most of what a small command costs here.
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(status if isinstance(status, int) else 1)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        raise OSError("a connection was attempted: " + event)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
