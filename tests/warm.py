"""The command in a process of its own, forked from one that has imported everything: a fifth of the CPU.

It is the real command all the same: its own words, environment, files and exit status, and nothing of it is left for
the next one. What it does not see is what only a new process shows, an import that is missing above all:
tests/cli/test_alone.py starts every command in the ordinary way, and test_imports.py says what each one imports.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT

_LENGTH = struct.Struct("!I")
_SECONDS = 120
_PACKAGES = ("scanner.cli", "scanner.parsers", "scanner.pipeline", "scanner.reports", "scanner.registries")
_BESIDE = ("requests", "yaml", "lxml.etree", "jinja2", "cvss", "cyclonedx")
"""What commands import where they use it."""


class Ran(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


class Warm:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def __call__(
        self, *arguments: str | Path, environ: Mapping[str, str], stdin: bytes = b"", network: bool = True
    ) -> Ran:
        """Run `pratique` with these words and this environment. Without `network`, who opens a socket fails."""
        asked = json.dumps([list(map(str, arguments)), dict(environ), network]).encode()
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            files = [one.fileno() for one in (given, out, err)]
            socket.send_fds(self._connection, [_LENGTH.pack(len(asked))], files)
            self._connection.sendall(asked)
            ended = self._connection.recv(_LENGTH.size, socket.MSG_WAITALL)
            assert len(ended) == _LENGTH.size, "the process that commands are forked from has gone"
            for one in (out, err):
                one.seek(0)
            return Ran(os.waitstatus_to_exitcode(_LENGTH.unpack(ended)[0]), out.read().decode(), err.read().decode())


@contextmanager
def warm(compiled: Path) -> Iterator[Warm]:
    """`compiled`: the folder of our own campaigns, made ready."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(theirs.fileno()), str(compiled)],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=ROOT,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            )  # fmt: skip
        ours.settimeout(_SECONDS)
        yield Warm(ours)
    process.wait(10)


def _serve(connection: socket.socket, compiled: str) -> None:
    """Fork for every question, until nobody asks any more."""
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
    while True:
        head, files, _, _ = socket.recv_fds(connection, _LENGTH.size, 3)
        if not head:
            return
        arguments, environ, network = json.loads(connection.recv(_LENGTH.unpack(head)[0], socket.MSG_WAITALL))
        child = os.fork()
        if not child:
            connection.close()
            _become(arguments, environ, files, network=network)
        for file in files:
            os.close(file)
        connection.sendall(_LENGTH.pack(os.waitpid(child, 0)[1]))


def _become(arguments: list[str], environ: Mapping[str, str], files: list[int], *, network: bool) -> None:
    """Be `pratique`, and end."""
    from scanner.cli import main

    os.setsid()
    signal.alarm(_SECONDS)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environ)
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
