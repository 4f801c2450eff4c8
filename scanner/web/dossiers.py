"""An SBOM that somebody sends → its dossier, made by a process of its own with limits, and kept nowhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from scanner.errors import EngineError, InputError
from scanner.web import dossier_process

_SECONDS = 120
_PATIENCE = 20
"""Seconds that one waits for those before it."""
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


class Sent(NamedTuple):
    """A file as it was sent."""

    name: str
    data: IO[bytes]

    @property
    def plain(self) -> str:
        """Its name, which says what format it is and is shown, without anything that a folder could stumble over."""
        return _ODD.sub("-", Path(self.name).name)[-120:].lstrip(".-") or "sbom"


class Desk:
    """Judges a few at a time: each may take two gigabytes. Few wait: each holds a thread and a connection."""

    def __init__(self, *, most: int = 2, waiting: int = 4) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._inside = threading.BoundedSemaphore(most + waiting)

    def judge(self, sbom: Sent, *, previous: Sent | None, product: str, intel: Path, format_: str) -> bytes:
        """The dossier. Raises `InputError` where it is no SBOM or too much, `EngineError` where too many wait."""
        with (
            self.place(),
            tempfile.TemporaryDirectory(prefix="pratique-audit-") as folder,
        ):
            here = Path(folder)
            wished = dossier_process.Wished(
                sbom=_put(sbom, here, "now"),
                previous="" if previous is None else _put(previous, here, "before"),
                product=product.strip(),
                intel=str(intel.absolute()),
                format=format_,
            )
            _run(wished, here)
            return (here / dossier_process.DOSSIER).read_bytes()

    @contextmanager
    def place(self) -> Iterator[None]:
        """One's turn. Raises `EngineError` where too many wait, or it does not come."""
        with _held(self._inside, patience=0), _held(self._places, patience=_PATIENCE):
            yield


@contextmanager
def _held(places: threading.Semaphore, *, patience: int) -> Iterator[None]:
    if not places.acquire(timeout=patience):
        raise EngineError("others are being judged", hint="try again in a minute")
    try:
        yield
    finally:
        places.release()


def _put(sent: Sent, here: Path, folder: str) -> str:
    (here / folder).mkdir()
    sent.data.seek(0)
    with (here / folder / sent.plain).open("wb") as out:
        shutil.copyfileobj(sent.data, out)
    return f"{folder}/{sent.plain}"


def _run(wished: dossier_process.Wished, here: Path) -> None:
    command = [sys.executable, "-m", dossier_process.__name__]
    try:
        done = subprocess.run(  # noqa: S603  # our own module; what was sent is read from files
            command, input=dossier_process.written(wished), cwd=here, timeout=_SECONDS, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"it took longer than {_SECONDS} seconds", hint="run pratique audit on the file") from error
    if done.returncode == dossier_process.REFUSED:
        raise InputError(done.stdout.decode("utf-8", "replace"))
    if done.returncode:
        raise InputError(
            "judging it took more memory or time than it may here, or failed", hint="run pratique audit on the file"
        )
