"""Repositories behind a URL: the commit of their default branch, and a shallow copy of it without a checkout.

A copy is a bare repository of ours. git runs with our own configuration for everything that could start a program
(hooks, monitors, maintenance, submodules), over https and ssh alone, and never asks on a terminal; the user's own
configuration counts, for that is where credentials are. Blobs stay on the server where it can filter, and those that a
reader wants are fetched by id: https://git-scm.com/docs/partial-clone. Everything is then read through the quarantine.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from scanner.errors import EngineError, InputError
from scanner.pipeline import cache_folder
from scanner.targets import git_layout
from scanner.targets.git_process import find_git

_TIP = "refs/pratique/tip"
_POLL = 0.05
_MOST_WORDS = 64 * 1024
_MOST_SAID = 16 * 1024 * 1024
"""Bytes that git, and the server through it, may say before both are ended: they go to a file."""
_MOST_MEMORY = 2 * 1024**3
"""Bytes for each process of git: a server may name refs without end, and a small pack may hold a huge object."""
_REFUSED = ("not our ref", "unadvertised object")
"""What git says where a server gives only what its refs lead to."""
_PASSED = (
    "HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT",
    "GIT_ASKPASS", "SSH_ASKPASS", "http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy", "NO_PROXY",
    "GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN",  # for a credential helper of the user's that reads them
    "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "TMPDIR",
)  # fmt: skip
_SETTINGS = (
    "core.hooksPath=/nowhere", "core.fsmonitor=false", "core.attributesFile=/nowhere", "gc.auto=0",
    "maintenance.auto=false", "submodule.recurse=false", "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false", "fetch.uriProtocols=", "transfer.bundleURI=false", "remote.origin.promisor=true",
    "remote.origin.tagOpt=--no-tags", "remote.origin.partialclonefilter=blob:none", "fetch.negotiationAlgorithm=noop",
)  # fmt: skip


class Remote:
    """One repository elsewhere, and the folder of its copy."""

    def __init__(self, url: str, copies: Path, environ: Mapping[str, str], *, most_bytes: int) -> None:
        self._url = url
        self.folder = copies / hashlib.sha256(url.encode()).hexdigest()[:40]
        self._environ = environ
        self._most = most_bytes
        self._git = find_git(self.folder)

    def head(self) -> str:
        """The commit at which the default branch is. Raises `InputError` where nobody answers, or it has none."""
        answer = self._run("ls-remote", "--quiet", "--exit-code", self._url, "HEAD", here=None)
        id_ = answer.split(b"\t", 1)[0].decode("ascii", "replace")
        if not git_layout.is_id(id_):
            raise InputError("it has no default branch", where=self._url)
        return id_

    @contextlib.contextmanager
    def copy(self) -> Iterator[Path]:
        """Fetch the default branch's commit and its trees, and keep the copy in place for the body."""
        if not cache_folder.prepare(self.folder.parent):
            raise EngineError("it cannot be made, or others may write to it", where=self.folder.parent)
        with _locked(self.folder):
            if not (self.folder / "HEAD").is_file():
                self._run("init", "--quiet", "--bare", "--template=", str(self.folder), here=None)
            try:
                self._fetch("--depth=1", "--filter=blob:none", "--force", f"HEAD:{_TIP}")
                yield self.folder
            except InputError:
                # Half a pack, or too much of it: the next look begins anew.
                shutil.rmtree(self.folder, ignore_errors=True)
                raise

    def blobs(self, ids: Collection[str]) -> None:
        """Fetch these objects into the copy; all of the commit where the server gives none by their ids."""
        asked = "".join(f"{id_}\n" for id_ in sorted(ids) if git_layout.is_id(id_))
        if not asked:
            return
        try:
            self._fetch("--filter=blob:none", "--stdin", fed=asked)
        except InputError as error:
            if not any(words in error.what for words in _REFUSED):
                raise
            self._fetch("--depth=1", "--no-filter", "--refetch", "--force", f"HEAD:{_TIP}")

    def _fetch(self, *words: str, fed: str = "") -> None:
        options = [word for word in words if word.startswith("--")]
        rest = [word for word in words if not word.startswith("--")]
        fetch = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--refmap=")
        self._run(*fetch, *options, "origin", *rest, here=self.folder, fed=fed)

    def _run(self, *words: str, here: Path | None, fed: str = "") -> bytes:
        """Run git to its end: in a session of its own, so that it finds no terminal and ends with all it started."""
        settings = [word for one in (*_SETTINGS, f"remote.origin.url={self._url}") for word in ("-c", one)]
        place = [] if here is None else [f"--git-dir={here}"]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as asked:
            asked.write(fed.encode("ascii"))
            asked.seek(0)
            process = subprocess.Popen(  # noqa: S603  # our own words, and an address that was looked at
                [self._git, *settings, *place, *words],
                stdin=asked, stdout=out, stderr=said, env=self._surroundings(), cwd="/", start_new_session=True,
            )  # fmt: skip
            try:
                _bound(process.pid)
                while process.poll() is None:
                    if any(os.fstat(one.fileno()).st_size > _MOST_SAID for one in (out, said)):
                        raise InputError("its server says more than anybody reads", where=self._url)
                    if here is not None and _size(here) > self._most:
                        raise InputError(
                            f"more than {self._most // 1_000_000} MB to fetch", where=self._url, hint="--target-size MB"
                        )
                    time.sleep(_POLL)
            finally:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            said.seek(0)
            out.seek(0)
            if process.returncode:
                told = said.read(_MOST_WORDS).decode("utf-8", "replace").strip().splitlines()
                words_ = next((one for one in told if one.startswith(("fatal:", "error:"))), told[-1] if told else "")
                raise InputError(
                    f"git {words[0]}: {words_[:300] or 'no answer'}", where=self._url, hint="try: git ls-remote ADDRESS"
                )
            return out.read(_MOST_WORDS)

    def _surroundings(self) -> dict[str, str]:
        passed = {name: self._environ[name] for name in _PASSED if name in self._environ}
        return passed | {
            "PATH": self._environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "GIT_ALLOW_PROTOCOL": "https:ssh",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "SSH_ASKPASS_REQUIRE": "never",
        }


def _bound(process: int) -> None:
    if sys.platform == "linux":  # elsewhere nobody can say so of another process
        with contextlib.suppress(ProcessLookupError, PermissionError):
            resource.prlimit(process, resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))


def tip(folder: Path) -> str:
    """The commit that was fetched into a copy."""
    return git_layout.read_small(folder / _TIP, 4096).decode("ascii", "replace").strip()


def prune(copies: Path, *, most_bytes: int) -> None:
    """Delete the copies that were used longest ago until the rest takes what it may. Those in use stay."""
    found = []
    with contextlib.suppress(OSError):
        found = [(entry.stat().st_mtime, Path(entry.path)) for entry in os.scandir(copies) if entry.is_dir()]
    sizes = {path: _size(path) for _, path in found}
    total = sum(sizes.values())
    for _, path in sorted(found):
        if total <= most_bytes:
            return
        with contextlib.suppress(BlockingIOError), _locked(path, wait=False):
            shutil.rmtree(path, ignore_errors=True)
            total -= sizes[path]


@contextlib.contextmanager
def _locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Nobody else fetches into the copy, or deletes it, meanwhile."""
    with (folder.parent / f"{folder.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        if wait and folder.is_dir():
            os.utime(folder)
        yield


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118  # many times a second
    return total
