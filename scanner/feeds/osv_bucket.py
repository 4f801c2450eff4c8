"""Where OSV records lie: the layout of the public bucket, served over HTTP or copied to a folder.

`ecosystems.txt`, then for each ecosystem `all.zip`, `modified_id.csv` (newest first) and every record as `<ID>.json`.
Spec: https://google.github.io/osv.dev/data/
"""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from scanner.display import address
from scanner.errors import InputError, UsageError
from scanner.net import Client, Outcome, Progress, Reply, Validators

PUBLIC = "https://storage.googleapis.com/osv-vulnerabilities"

MAX_ARCHIVE = 4 * 1024 * 1024 * 1024
MAX_LISTING = 256 * 1024 * 1024
MAX_RECORD = 64 * 1024 * 1024
_MAX_NAMES = 1024 * 1024

ARCHIVE, LISTING, NAMES = "all.zip", "modified_id.csv", "ecosystems.txt"

_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,200}\Z")


class Bucket(Protocol):
    """One copy of the bucket."""

    source: str
    """Where it is, for people and for the record."""

    def ecosystems(self) -> tuple[str, ...] | None:
        """Names of what lies there; `None` where it does not say."""

    def listing(self, ecosystem: str, known: Validators) -> Reply:
        """`modified_id.csv`."""

    def archive(self, ecosystem: str, into: Path, known: Validators, progress: Progress | None) -> tuple[Reply, Path]:
        """`all.zip` as a file: at `into`, or where it lies."""

    def record(self, ecosystem: str, id_: str) -> bytes | None:
        """One record; `None` where it is not served by itself."""


class Folder:
    """A copy on a disk. Size and time of a file stand for its validators."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise UsageError("no such folder", where=root, hint="--from takes a folder or an https address")
        self.root = root
        self.source = str(root.resolve())

    def ecosystems(self) -> tuple[str, ...] | None:
        names = self._read(self.root / NAMES, _MAX_NAMES, Validators())
        if names.outcome is Outcome.NEW:
            return names_in(names.data)
        return tuple(sorted(path.parent.name for path in self.root.glob(f"*/{ARCHIVE}")))

    def listing(self, ecosystem: str, known: Validators) -> Reply:
        return self._read(self._folder(ecosystem) / LISTING, MAX_LISTING, known)

    def archive(self, ecosystem: str, into: Path, known: Validators, progress: Progress | None) -> tuple[Reply, Path]:
        del into, progress  # it is read where it lies
        path = self._folder(ecosystem) / ARCHIVE
        return self._read(path, MAX_ARCHIVE, known, content=False), path

    def record(self, ecosystem: str, id_: str) -> bytes | None:
        if not is_safe_id(id_):
            return None
        reply = self._read(self._folder(ecosystem) / f"{id_}.json", MAX_RECORD, Validators())
        return reply.data if reply.outcome is Outcome.NEW else None

    def _folder(self, ecosystem: str) -> Path:
        if ecosystem in ("", ".", "..") or "/" in ecosystem or os.sep in ecosystem or "\0" in ecosystem:
            raise UsageError(f"{ecosystem!r} is not the name of an ecosystem")
        return self.root / ecosystem

    @staticmethod
    def _read(path: Path, limit: int, known: Validators, *, content: bool = True) -> Reply:
        try:
            status = path.stat()
            if not path.is_file():
                return Reply(outcome=Outcome.ABSENT)
            validators = Validators(etag=f"{status.st_size}-{status.st_mtime_ns}")
            if validators == known:
                return Reply(outcome=Outcome.UNCHANGED, validators=validators)
            if status.st_size > limit:
                raise InputError(f"{status.st_size} bytes", where=path, hint=f"at most {limit} are read")
            return Reply(outcome=Outcome.NEW, data=path.read_bytes() if content else b"", validators=validators)
        except FileNotFoundError:
            return Reply(outcome=Outcome.ABSENT)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=path) from error


class Web:
    """A copy behind an address."""

    def __init__(self, base: str) -> None:
        if not base.lower().startswith(("https://", "http://")):
            raise UsageError("not an http or https address", where=address(base))
        self.base = base.rstrip("/")
        self.source = address(self.base)
        self._clients = threading.local()

    def ecosystems(self) -> tuple[str, ...] | None:
        reply = self._client.fetch(f"{self.base}/{NAMES}", limit=_MAX_NAMES)
        return names_in(reply.data) if reply.outcome is Outcome.NEW else None

    def listing(self, ecosystem: str, known: Validators) -> Reply:
        return self._client.fetch(self._url(ecosystem, LISTING), limit=MAX_LISTING, known=known)

    def archive(self, ecosystem: str, into: Path, known: Validators, progress: Progress | None) -> tuple[Reply, Path]:
        url = self._url(ecosystem, ARCHIVE)
        return self._client.fetch_to(into, url, limit=MAX_ARCHIVE, known=known, progress=progress), into

    def record(self, ecosystem: str, id_: str) -> bytes | None:
        if not is_safe_id(id_):
            return None
        reply = self._client.fetch(self._url(ecosystem, f"{id_}.json"), limit=MAX_RECORD)
        return reply.data if reply.outcome is Outcome.NEW else None

    @property
    def _client(self) -> Client:
        """A client for each thread: records are fetched by several at once."""
        client: Client | None = getattr(self._clients, "client", None)
        if client is None:
            client = self._clients.client = Client()
        return client

    def _url(self, ecosystem: str, name: str) -> str:
        return f"{self.base}/{quote(ecosystem, safe='')}/{quote(name, safe='')}"


def is_safe_id(id_: str) -> bool:
    """Whether a record's id may stand in an address or a file name."""
    return _SAFE_ID.match(id_) is not None


def names_in(data: bytes) -> tuple[str, ...]:
    """Names of a list, one a line."""
    lines = (line.strip() for line in data.decode("utf-8", "replace").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def listed(data: bytes) -> tuple[dict[str, str], int]:
    """`modified_id.csv` as id → time, and how many lines made no sense. The first line of an id counts."""
    found: dict[str, str] = {}
    bad = 0
    for line in data.decode("utf-8", "replace").splitlines():
        time, comma, id_ = line.partition(",")
        if comma and id_ and time[:4].isdigit():
            found.setdefault(id_.strip(), time.strip())
        elif line.strip():
            bad += 1
    return found, bad
