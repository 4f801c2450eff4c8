"""Real git repositories, built quickly and always with the same ids."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

DAY = 86_400
EPOCH = 1_774_000_000
"""2026-03-20T09:46:40Z: the first commit of a test's repository; each further one is a day younger."""


class Git:
    """One repository under construction."""

    def __init__(self, root: Path, *words: str) -> None:
        self.root = root
        self.time = EPOCH
        root.mkdir(parents=True, exist_ok=True)
        self("init", "--quiet", "--initial-branch=main", *words)

    def __call__(self, *words: str, feed: bytes | None = None) -> str:
        date = f"@{self.time} +0000"
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *words],
            cwd=self.root,
            env={
                "PATH": os.environ["PATH"],
                "HOME": "/nonexistent",
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "Ada",
                "GIT_AUTHOR_EMAIL": "ada@example.invalid",
                "GIT_COMMITTER_NAME": "Ada",
                "GIT_COMMITTER_EMAIL": "ada@example.invalid",
                "GIT_AUTHOR_DATE": date,
                "GIT_COMMITTER_DATE": date,
            },
            input=feed,
            stdin=None if feed is not None else subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (words, done.stderr.decode(errors="replace"))
        return done.stdout.decode(errors="replace").strip()

    def commit(self, message: str, **files: str | None) -> str:
        """A commit, a day after the one before, with these files (`None` deletes); `__` in a name stands for `/`."""
        return self.commit_files(message, {name.replace("__", "/"): text for name, text in files.items()})

    def commit_files(self, message: str, files: dict[str, str | bytes | None]) -> str:
        self.time += DAY
        for name, content in files.items():
            path = self.root / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        self("add", "--all")
        self("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head()

    def merge(self, *branches: str, message: str = "merge") -> str:
        self.time += DAY
        self("merge", "--quiet", "--no-ff", "--no-edit", "--message", message, *branches)
        return self.head()

    def head(self) -> str:
        return self("rev-parse", "HEAD")
