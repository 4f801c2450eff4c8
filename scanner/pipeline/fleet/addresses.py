"""What a target's address stands for: a repository behind a URL, one on this disk, a folder, an SBOM.

Forms of URLs: https://git-scm.com/docs/git-fetch#_git_urls. An address with a password in it is refused: the store is
read by many, and git has its own places for secrets.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from scanner.display import address as shown
from scanner.errors import InputError, UsageError
from scanner.targets import git_layout

GIT, REMOTE, FOLDER, SBOM, DROP = "git", "git-url", "folder", "sbom", "drop"
"""Kinds of targets. A drop is an SBOM that a service has: only a listing adds one."""
FETCHED = ("https", "ssh")
"""Schemes over which repositories are fetched."""
_SCP = re.compile(r"(?:[\w.+-]+@)?[A-Za-z0-9][\w.-]*:(?!//|:)[^\0-\x1f]+\Z")
_MOST_LINES = 1_000_000


class Address(NamedTuple):
    text: str
    """As the store keeps it: paths are absolute."""
    kind: str


def understood(text: str) -> Address:
    """Raises `UsageError` for what is neither there nor an address of a repository."""
    scheme, mark, _ = _split(text)
    if mark and scheme == "file":
        # On this disk: read where it lies, through the quarantine. To serve it, git would obey its configuration.
        return _on_disk(Path(unquote(urlsplit(text).path)))
    if mark:
        return _url(text, scheme.lower())
    if not Path(text).exists() and _SCP.match(text):
        return Address(text, REMOTE)
    return _on_disk(Path(text))


def remote(text: str) -> Address:
    """The same of a repository behind a URL alone: nothing on this disk is looked at, whatever the text says.

    Raises `UsageError`.
    """
    scheme, mark, _ = _split(text)
    if mark:
        return _url(text, scheme.lower())
    if not _SCP.match(text):
        raise UsageError("that is no address of a repository", where=shown(text), hint="https://, ssh:// or host:path")
    return Address(text, REMOTE)


def lines(path: Path) -> list[str]:
    """The addresses of a list: one a line, `#` begins a comment. Raises `UsageError`."""
    try:
        text = git_layout.read_small(path, 64 * 1024 * 1024).decode("utf-8")
    except (InputError, UnicodeDecodeError) as error:
        raise UsageError("no list of addresses", where=path, hint=str(error)) from error
    found = [line for one in text.splitlines() if (line := one.strip()) and not line.startswith("#")]
    if len(found) > _MOST_LINES:
        raise UsageError(f"more than {_MOST_LINES:,} addresses", where=path, hint="give several lists")
    return found


def _split(text: str) -> tuple[str, str, str]:
    if any(ord(letter) < 32 for letter in text):
        raise UsageError("control characters in an address", where=text)
    return text.partition("://")


def _url(text: str, scheme: str) -> Address:
    if scheme not in FETCHED:
        hint = f"{', '.join(FETCHED)}, file, host:path, or a path"
        raise UsageError(f"{scheme}:// is not fetched from", where=shown(text), hint=hint)
    try:
        parts = urlsplit(text)
        secret, host = parts.password, parts.hostname or ""
    except ValueError as error:
        raise UsageError("that is no address", where=shown(text)) from error
    if secret is not None:
        raise UsageError(
            "a password in an address", where=shown(text), hint="leave it to git: a credential helper, or an ssh key"
        )
    if not host or host.startswith("-"):
        raise UsageError("it names no host", where=shown(text))
    return Address(text, REMOTE)


def _on_disk(path: Path) -> Address:
    path = path.absolute()
    if path.is_file():
        return Address(str(path), SBOM)
    if not path.is_dir():
        raise UsageError("there is no such file or folder, and it is no address of a repository", where=path)
    return Address(str(path), GIT if _is_repository(path) else FOLDER)


def _is_repository(path: Path) -> bool:
    """Whether it is one itself; a folder in one is a folder: SBOMs are dropped there that nobody commits."""
    if os.path.lexists(path / ".git"):
        return True
    try:
        return git_layout.find(path).git == path.resolve()
    except InputError:
        return False
