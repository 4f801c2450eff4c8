"""git, run where nothing of the target reaches it: an empty bare repository of ours that borrows the target's objects.

The target's configuration, hooks, attributes, remotes, replaced refs and grafts are never seen; our environment holds
no HOME, no proxy, no credentials. Measured against hostile repositories: docs/history.md names them. Whatever git
answers comes with a limit on time, since an object may be a pipe that nobody writes to.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

from scanner.errors import EngineError, InputError
from scanner.targets.git_layout import Layout, is_id

PATIENCE = 120.0
"""Seconds that git may stay silent."""
_CHUNK = 1 << 16
_MOST_RECORD = 1 << 20
# Commit graphs and multi-pack indices are the target's claims on its own objects: a wrong one hides commits.
_CONFIG = """
[core]
	commitGraph = false
	multiPackIndex = false
	fsmonitor = false
	hooksPath = /nowhere
	attributesFile = /nowhere
	bigFileThreshold = 64m
[protocol]
	allow = never
[gc]
	auto = 0
"""


class Quarantine:
    """A temporary repository around the target's objects; removed when the context ends."""

    def __init__(self, layout: Layout) -> None:
        self._git = find_git(layout.root)
        self._scratch = tempfile.TemporaryDirectory(prefix="pratique-git-")
        self._folder = Path(self._scratch.name)
        self._running: list[Process] = []
        try:
            self._prepare(layout)
        except BaseException:
            self.close()
            raise

    def _prepare(self, layout: Layout) -> None:
        home = self._folder / "repository"
        (self._folder / "empty").touch()
        algorithm = ["--object-format=sha256"] if layout.sha256 else []
        made = subprocess.run(  # noqa: S603  # our own words
            [self._git, "init", "--quiet", "--bare", "--template=", *algorithm, str(home)],
            env=self._environment(),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        if made.returncode:
            raise EngineError(f"git init failed: {_last(made.stderr)}", where=self._git, hint="git 2.29 or newer")
        with (home / "config").open("a") as config:
            config.write(_CONFIG)
        objects = str(layout.objects)
        if "\n" in objects:
            raise InputError("a line break in its path", where=layout.root, hint="move the repository")
        # Quoted as C does, else a name that begins with `"` would be read as such: git-check-ref, alternates.
        quoted = '"' + objects.replace("\\", "\\\\").replace('"', '\\"') + '"'
        (home / "objects" / "info").mkdir(exist_ok=True)
        (home / "objects" / "info" / "alternates").write_bytes(os.fsencode(quoted) + b"\n")
        if layout.shallow:
            (home / "shallow").write_text("".join(f"{id_}\n" for id_ in layout.shallow))

    def _environment(self) -> dict[str, str]:
        """Everything that git is told, whatever our own environment holds."""
        return {
            "PATH": str(Path(self._git).parent),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            # An empty file of ours rather than /dev/null, which a careless root may have turned into a file.
            "GIT_CONFIG_GLOBAL": str(self._folder / "empty"),
            "GIT_CONFIG_SYSTEM": str(self._folder / "empty"),
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_CEILING_DIRECTORIES": str(self._folder),
        }

    def run(self, *words: str, ids: Iterable[str] | None = None) -> Process:
        """Start `git WORDS` with object ids, and nothing else, on its standard input.

        Ids of `None` keep the input open: the process answers what is asked of it later.
        """
        fed: int | None = subprocess.PIPE
        with contextlib.ExitStack() as files:
            if ids is not None:
                # Through a file: a pipe that we fill while git waits for us to empty the other one stands still.
                file = files.enter_context(tempfile.TemporaryFile(dir=self._folder))
                file.writelines(f"{_checked(line)}\n".encode("ascii") for line in ids)
                file.seek(0)
                fed = file.fileno()
            complaints = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  # closed with the process
            started = subprocess.Popen(  # noqa: S603  # our own words, and ids from a file
                [self._git, f"--git-dir={self._folder / 'repository'}", "--literal-pathspecs", *words],
                env=self._environment(),
                cwd=self._folder,
                stdin=fed,
                stdout=subprocess.PIPE,
                stderr=complaints,
                bufsize=0,
            )
        process = Process(started, complaints)
        self._running.append(process)
        return process

    def close(self) -> None:
        for process in self._running:
            process.close()
        self._running.clear()
        self._scratch.cleanup()

    def __enter__(self) -> Quarantine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Process:
    """One running git, read with a limit on its silence."""

    def __init__(self, process: subprocess.Popen[bytes], complaints: object) -> None:
        self._process = process
        self._complaints = complaints
        assert process.stdout is not None
        self._out = process.stdout.fileno()
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._out, selectors.EVENT_READ)
        self._buffer = bytearray()
        self._closed = False

    def ask(self, id_: str) -> None:
        """Write one object id to its standard input."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{_checked(id_)}\n".encode("ascii"))
        except BrokenPipeError as error:
            raise self._failed() from error

    def record(self, end: bytes, *, fine: Sequence[int] = (0,)) -> bytes | None:
        """Everything before the next `end`; `None` when git has finished with a `fine` exit status."""
        begin = 0
        while (found := self._buffer.find(end, begin)) < 0:
            begin = max(0, len(self._buffer) - len(end) + 1)
            if begin > _MOST_RECORD:
                raise InputError(f"a line of more than {_MOST_RECORD} bytes")
            if not self._fill():
                self.finish(fine)
                return None
        record = bytes(self._buffer[:found])
        del self._buffer[: found + len(end)]
        return record

    def records(self, end: bytes) -> Iterator[bytes]:
        """All records until git has finished, many at a time."""
        while self._fill():
            *whole, rest = self._buffer.split(end)
            if len(rest) > _MOST_RECORD:
                raise InputError(f"a line of more than {_MOST_RECORD} bytes")
            self._buffer = bytearray(rest)
            yield from map(bytes, whole)
        self.finish()

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        while len(self._buffer) < count:
            if not self._fill(min(max(_CHUNK, count - len(self._buffer)), 1 << 20)):
                raise self._failed()
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _fill(self, most: int = _CHUNK) -> bool:
        if not self._ready.select(PATIENCE):
            self.close()
            raise EngineError(
                f"git gave no answer for {PATIENCE:.0f} seconds", hint="is something among its objects no file?"
            )
        chunk = os.read(self._out, most)
        self._buffer += chunk
        return bool(chunk)

    def finish(self, fine: Sequence[int] = (0,)) -> None:
        """Wait for the end. Raises `InputError` with git's own words where it failed."""
        try:
            code = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.close()
            raise EngineError("git does not end") from None
        if code not in fine:
            raise self._failed()
        self.close()

    def _failed(self) -> InputError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        said = self.complaints()
        self.close()
        return InputError(f"git cannot read it: {said or 'it ended without a word'}", hint="git fsck says what is lost")

    def complaints(self) -> str:
        """The last line that it wrote to its standard error."""
        file = self._complaints
        try:
            file.seek(0)  # type: ignore[attr-defined]  # a temporary file, of which there is no public type
            return _last(file.read(_MOST_RECORD))  # type: ignore[attr-defined]
        except ValueError:  # closed
            return ""

    def close(self) -> None:
        """End it, if it still runs."""
        if self._closed:
            return
        self._closed = True
        self._ready.close()
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()
        self._complaints.close()  # type: ignore[attr-defined]

    @property
    def closed(self) -> bool:
        return self._closed


def _checked(line: str) -> str:
    """Ids only, whatever happens above: this is the one place where text of the target could become words for git."""
    for word in line.split(" "):
        if not (is_id(word) or (word[:1] == "^" and is_id(word[1:]))):
            raise InputError(f"{line[:100]!r} is no object id")
    return line


def find_git(root: Path) -> str:
    """The user's own git: never one that lies in the target, however PATH is written."""
    found = shutil.which("git", path=_absolute(os.environ.get("PATH", os.defpath)))
    if found is None:
        raise EngineError("git is not installed", hint="install git: --history reads the objects of a repository by it")
    if Path(found).resolve().is_relative_to(root.resolve()):
        raise EngineError(
            "the only git found lies in the target", where=found, hint="put the system's git first in PATH"
        )
    return found


def _absolute(path: str) -> str:
    return os.pathsep.join(entry for entry in path.split(os.pathsep) if os.path.isabs(entry))  # noqa: PTH117  # strings


def _last(output: bytes) -> str:
    lines: Sequence[str] = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else ""
