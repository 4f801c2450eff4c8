"""A registry on this machine, as a dictionary, and a person whose clients are configured for it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scanner.pipeline.registry_door import Door
from scanner.pipeline.releases import Releases
from tests.servers import Answer, Question, answering


class World:
    """What the registry serves, by path; and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self.home = folder / "home"
        self.home.mkdir(parents=True, exist_ok=True)
        self.cache = folder / "cache"
        self.environ: dict[str, str] = {"HOME": str(self.home), "PATH": "", "XDG_CONFIG_DIRS": str(folder / "none")}
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, Answer] = {}
        self.asked: list[Question] = []
        self.now = 1_796_000_000.0

    def json(self, path: str, value: Any) -> None:
        """Serve a document; `{url}` in it becomes the server's address."""
        self.files[path] = json.dumps(value).replace("{url}", self.url).encode()

    def configure(self, path: str, text: str) -> None:
        """Write one of the person's files, `{url}` filled in; `{place}` is the address without scheme."""
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("{url}", self.url).replace("{place}", self.url.removeprefix("http:")))

    def paths(self) -> list[str]:
        return [question.path for question in self.asked]

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        if question.path in self.answers:
            return self.answers[question.path]
        data = self.files.get(question.path)
        if data is None:
            return 404, {}, b""
        etag = f'"{hashlib.sha256(data).hexdigest()[:8]}"'
        if question.headers.get("if-none-match") == etag:
            return 304, {"ETag": etag, "Content-Length": "0"}, b""
        return 200, {"ETag": etag}, data

    def releases(self, *folders: Path, online: bool = True) -> Releases:
        door = Door(
            self.cache / "registries",
            online=online,
            clock=lambda: self.now,
            timeout=(20, 20),
            backoff=0.01,
        )
        return Releases(
            folders=folders, cache=self.cache, online=online, environ=self.environ, home=self.home, door=door
        )


@contextmanager
def world(folder: Path) -> Iterator[World]:
    made = World(folder)
    with answering(made.answer) as url:
        made.url = url
        yield made


def tgz(files: Mapping[str, bytes]) -> bytes:
    """A compressed tar, the same for the same files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip, the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def sha(algorithm: str, data: bytes) -> str:
    return hashlib.new(algorithm, data).hexdigest()
