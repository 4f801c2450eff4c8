"""A PostgreSQL of the test session's own: installed binaries, a scratch folder, a scratch port, an ordinary user."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_FOLDERS = "/usr/lib/postgresql"


def binaries() -> Path | None:
    """The folder of `initdb` and `postgres`; `None` where they are not installed."""
    candidates = [Path(found).resolve().parent for found in (shutil.which("initdb"), shutil.which("pg_ctl")) if found]
    candidates += sorted(Path(_FOLDERS).glob("*/bin"), reverse=True)
    return next((one for one in candidates if (one / "initdb").is_file() and (one / "postgres").is_file()), None)


def user() -> str | None:
    """Who may run it where we are root, which PostgreSQL refuses to be; "" where we are not."""
    if os.geteuid() != 0:
        return ""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


class Server:
    """One server, which can be stopped, killed and started again."""

    def __init__(self, folder: Path, found: Path, name: str, *, durable: bool = False) -> None:
        """`durable`: it would outlive a power cut, as a real one; a crash of its own it always does."""
        self._bin, self._user = found, name
        self._data, self._durable = folder / "data", durable
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._reused = False
        if name:
            account = pwd.getpwnam(name)
            os.chown(folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", str(self._data), "-U", "pratique", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        self.start()

    def start(self) -> None:
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self._data}"]
        options += [
            "-c",
            "shared_buffers=256MB",
            "-c",
            f"fsync={'on' if self._durable else 'off'}",
            "-c",
            "max_wal_size=4GB",
        ]
        command = [str(self._bin / "postgres"), "-D", str(self._data), "-p", str(self.port), *options]
        with (self._data.parent / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", user=self._user or None)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            if (
                subprocess.run([self._bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode
                == 0
            ):
                return
            time.sleep(0.05)
        raise RuntimeError((self._data.parent / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is a fast stop; SIGKILL of the postmaster alone leaves its children, hence SIGQUIT for a crash."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(30)

    def kill(self) -> None:
        """`kill -9` of all of it: what a crash of the machine leaves, but for what the kernel had still to write."""
        assert self._process is not None
        children = list(self._children())
        self._process.kill()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._process.wait(30)

    def _children(self) -> Iterator[int]:
        assert self._process is not None
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if int(stat.read_text().rpartition(")")[2].split()[1]) == self._process.pid:
                    yield int(stat.parent.name)

    def cpu(self) -> float:
        """Seconds of CPU that its processes have taken, those that serve connections among them."""
        assert self._process is not None
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == self._process.pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def database(self) -> str:
        """The address of a new, empty schema: a tenth of the time of a database of its own."""
        import psycopg

        name = f"fleet_{secrets.token_hex(6)}"
        address = f"postgresql://pratique@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"create schema {name}")
        return f"{address}?options=-csearch_path%3D{name}"

    def emptied(self) -> str:
        """The address of a store that holds nothing, made once: its tables take a tenth of a second of CPU to create.

        Whoever is connected to it still is thrown out. For tests that leave the tables as they found them.
        """
        import psycopg

        server = f"postgresql://pratique@127.0.0.1:{self.port}"
        if not self._reused:
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute("create database emptied")
            self._reused = True
        with psycopg.connect(f"{server}/emptied", autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
            tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
            counted = connection.execute("select sequencename from pg_sequences where schemaname = 'public'").fetchall()
            statements = [f"delete from {one}" + " where key <> 'version'" * (one == "meta") for (one,) in tables]
            statements += [f"alter sequence {one} restart" for (one,) in counted]
            connection.execute(";".join(statements))
        return f"{server}/emptied"

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str | Path] = [self._bin / program, *arguments]
        done = subprocess.run(command, cwd="/", user=self._user or None, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode())


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def scratch() -> Path:
    """A folder that the other user can reach: those that pytest makes are closed to all but their owner."""
    return Path(tempfile.mkdtemp(prefix="pratique-postgres-"))
