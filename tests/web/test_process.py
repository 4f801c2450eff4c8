"""`pratique fleet serve` as a process of its own: the link, SIGTERM, `kill -9`, what is logged."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import requests

from tests.conftest import ROOT


class Process:
    def __init__(self, folder: Path, *options: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "scanner.cli", "fleet", "serve", "--port", str(self.port), *options]
        environ = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "PRATIQUE_FLEET": str(folder / "fleet.sqlite"),
            "LANG": "C.UTF-8",
        }  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        self._queue: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.wait_for("Application startup complete")

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            self._queue.put(line)

    def wait_for(self, text: str) -> None:
        while text not in self._queue.get(timeout=60):
            pass

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.ended()

    def ended(self) -> int:
        status = self.process.wait(30)
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()
        return status


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Process]:
    one = Process(folder, *options)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.stop(signal.SIGKILL)


def link(lines: Sequence[str]) -> str:
    (found,) = (line.strip() for line in lines if "/sign-in/once?code=" in line)
    return found


def answered_after_sigterm(server: Process) -> bytes:
    """What is said to a request that was half sent when the server was told to stop."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as asking:
        head = f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 4\r\n"
        asking.sendall((head + "Content-Type: application/x-www-form-urlencoded\r\n\r\n").encode())
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        server.wait_for("Shutting down")
        asking.sendall(b"a=bc")
        return asking.recv(1000)


def test_for_yourself_it_prints_a_link_survives_its_own_death_and_tells_no_secret(tmp_path: Path) -> None:
    browser = requests.Session()
    with serving(tmp_path) as first:
        once = link(first.lines)
        assert once.startswith(first.url)
        assert browser.get(once, allow_redirects=False).status_code == 303
        assert requests.get(once).status_code == 403
        first.wait_for('"status": 403')  # the line is written when the answer has gone
        assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    with serving(tmp_path) as second:
        assert link(second.lines) != once
        answer = browser.get(f"{second.url}/hunt?q=hush-query", headers={"User-Agent": "hush-agent"})
        assert answer.status_code == 200  # what the first one promised still holds
        wrong = {"Authorization": "Bearer pratique_hush-token"}
        assert requests.get(f"{second.url}/hunt", headers=wrong, allow_redirects=False).status_code in (303, 401)
        assert answered_after_sigterm(second).startswith(b"HTTP/1.1 403")
        assert second.ended() == 0
    logged = "".join(line for line in (*first.lines, *second.lines) if line.startswith("{"))
    code = once.partition("code=")[2]
    for secret in (code, "hush", browser.cookies["pratique"]):
        assert secret not in logged
    told = [json.loads(line) for line in logged.splitlines()]
    answered = [one for one in told if one["what"] == "answered"]
    assert [(one["path"], one["status"]) for one in answered[:2]] == [("/sign-in/once", 303), ("/sign-in/once", 403)]
    assert {"time", "level", "request", "address", "person", "method", "milliseconds"} <= set(answered[0])
    assert answered[2]["how"] == "link"
