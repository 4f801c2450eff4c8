"""A machine, or a mounted image of one: its homes, its paths, its variables. Nothing is executed and no link leads out.

Links are resolved as the machine itself would: an absolute one begins at the image's root, not at ours. On Windows case
does not matter, also when its disk is mounted elsewhere.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem

_MOST_LINKS = 40
_MOST_MATCHES = 20_000
_VARIABLE = re.compile(r"%([A-Za-z_()0-9]+)%")
_NO_PEOPLE = frozenset(("all users", "default", "default user", "defaultuser0", "public", "shared", ".localized"))


class Platform(StrEnum):
    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"


# What Windows' variables stand for; those of a person begin with `~`.
_WINDOWS = {
    "userprofile": ("~",),
    "homepath": ("~",),
    "appdata": ("~/AppData/Roaming",),
    "localappdata": ("~/AppData/Local",),
    "temp": ("~/AppData/Local/Temp", "/Windows/Temp"),
    "tmp": ("~/AppData/Local/Temp", "/Windows/Temp"),
    "programdata": ("/ProgramData",),
    "allusersprofile": ("/ProgramData",),
    "programfiles": ("/Program Files", "/Program Files (x86)"),
    "programfiles(x86)": ("/Program Files (x86)",),
    "commonprogramfiles": ("/Program Files/Common Files",),
    "public": ("/Users/Public",),
    "systemroot": ("/Windows",),
    "windir": ("/Windows",),
    "systemdrive": ("",),
    "homedrive": ("",),
}
_TEMPORARY = {
    Platform.LINUX: ("/tmp", "/var/tmp", "/dev/shm"),  # noqa: S108  # looked into, never written
    Platform.MACOS: ("/private/tmp", "/private/var/tmp", "/private/var/folders/*/*/T"),
    Platform.WINDOWS: ("~/AppData/Local/Temp", "/Windows/Temp"),
}


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """One machine. Paths are relative to its root, with `/`."""

    root: Path
    platform: Platform
    homes: tuple[str, ...]
    environ: Mapping[str, str] = {}
    """Of the person who runs us, on the machine itself; empty for an image."""
    problems: tuple[Problem, ...] = ()
    """Homes that cannot be looked into."""

    def find(self, pattern: str) -> list[str]:
        """Every existing file or folder that the pattern names, each once, as the place where it really lies.

        `~` is each home, `%APPDATA%` and its like are Windows', `$NAME` is the environment's, `*` any name.
        Raises `InputError` for what may not be looked at.
        """
        found: dict[str, None] = {}
        for path in self._expanded(pattern):
            for place in self._matches("", [part for part in path.split("/") if part]):
                found.setdefault(place)
                if len(found) >= _MOST_MATCHES:
                    raise InputError(f"more than {_MOST_MATCHES} places", where=pattern)
        return list(found)

    def look(self, path: str) -> list[str]:
        """The places that a path as a report writes it may mean on this machine: what of them is there."""
        return self.find(path.replace("*", "[*]"))

    def temporary(self) -> tuple[str, ...]:
        """Folders in which anybody may leave things."""
        return _TEMPORARY[self.platform]

    def full(self, path: str) -> Path:
        """Where to open a path that `find` gave."""
        return self.root / path

    def _expanded(self, pattern: str) -> Iterator[str]:
        text = pattern.replace("\\", "/")
        if text[1:3] == ":/":  # a drive of Windows
            if self.platform is not Platform.WINDOWS:
                return
            text = text[2:]
        if text.startswith("$"):
            name, slash, rest = text[1:].partition("/")
            if name.upper() in ("HOME", "USERPROFILE"):
                text = f"~{slash}{rest}"
            elif name.upper() in ("TMPDIR", "TEMP", "TMP"):
                for folder in self.temporary():
                    yield from self._expanded(f"{folder}{slash}{rest}")
                return
            else:
                value = self.environ.get(name)
                if value:
                    yield f"{value}{slash}{rest}"
                return
        if variable := _VARIABLE.match(text):
            meant = _WINDOWS.get(variable[1].lower(), ()) if self.platform is Platform.WINDOWS else ()
            for place in meant:
                yield from self._expanded(place + text[variable.end() :])
            return
        if text == "~" or text.startswith("~/"):
            for home in self.homes:
                yield home + text[1:]
        elif text.startswith("/"):
            yield text

    def _matches(self, folder: str, parts: list[str]) -> Iterator[str]:
        """Existing places below `folder` by the rest of a pattern."""
        if not parts:
            yield folder
            return
        part, rest = parts[0], parts[1:]
        if part == "[*]" or "*" not in part or "[*]" in part:
            place = self.resolve(f"{folder}/{part.replace('[*]', '*')}")
            if place is not None and (not rest or self.full(place).is_dir()):
                yield from self._matches(place, rest)
            return
        for name in self.names(folder):
            if fnmatchcase(self._folded(name), self._folded(part)):
                place = self.resolve(f"{folder}/{name}")
                if place is not None and (not rest or self.full(place).is_dir()):
                    yield from self._matches(place, rest)

    def names(self, folder: str) -> list[str]:
        """The names in a folder, in order; none where it is no folder. Raises `InputError`."""
        try:
            return sorted(os.listdir(self.full(folder)))  # noqa: PTH208  # names only
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise InputError(f"cannot be opened: {error.strerror}", where=f"/{folder}") from error

    def resolve(self, path: str) -> str | None:
        """Where a path really lies on the machine; `None` where there is nothing. Raises `InputError`."""
        done: list[str] = []
        waiting = [part for part in reversed(path.split("/")) if part]
        links = 0
        while waiting:
            part = waiting.pop()
            if part == ".":
                continue
            if part == "..":
                del done[-1:]
                continue
            name = self._spelled("/".join(done), part)
            if name is None:
                return None
            full = "/".join([*done, name])
            try:
                status = os.lstat(self.full(full))
                linked = stat.S_ISLNK(status.st_mode)
                target = os.readlink(self.full(full)) if linked else None  # noqa: PTH115  # text, not a path of ours
            except (FileNotFoundError, NotADirectoryError, ValueError):
                return None
            except OSError as error:
                raise InputError(f"cannot be looked at: {error.strerror}", where=f"/{full}") from error
            if target is None:
                done.append(name)
                continue
            links += 1
            if links > _MOST_LINKS:
                return None
            if target.startswith("/"):
                done = []
            waiting.extend(part for part in reversed(target.split("/")) if part)
        return "/".join(done)

    def _spelled(self, folder: str, name: str) -> str | None:
        if self.platform is not Platform.WINDOWS or os.path.lexists(self.full(f"{folder}/{name}" if folder else name)):
            return name
        return next((one for one in self.names(folder) if one.casefold() == name.casefold()), None)

    def _folded(self, text: str) -> str:
        return text.casefold() if self.platform is Platform.WINDOWS else text


def open_host(root: Path, environ: Mapping[str, str], home: Path) -> Host:
    """The machine whose root lies at `root`; `environ` and `home` count where that is the one we run on."""
    live = root.resolve() == Path("/")
    bare = Host(root=root, platform=_platform(root, live), homes=(), environ=environ if live else {})
    candidates = [home.as_posix()] if live else []
    match bare.platform:
        case Platform.WINDOWS:
            candidates += bare.find("/Users/*")
        case Platform.MACOS:
            candidates += [*bare.find("/Users/*"), *bare.find("/private/var/root"), *bare.find("/var/root")]
        case Platform.LINUX:
            candidates += [*bare.find("/home/*"), *bare.find("/root"), *_accounts(bare)]
    homes: dict[str, None] = {}
    problems: list[Problem] = []
    for candidate in candidates:
        if candidate.rpartition("/")[2].casefold() in _NO_PEOPLE:
            continue
        try:
            place = bare.resolve(candidate)
            if not place or not bare.full(place).is_dir() or place in homes:
                continue
            bare.names(place)
        except InputError as error:
            hint = "run it as that person, or as root"
            problems.append(Problem(where=f"/{candidate.lstrip('/')}", what=f"a home that {error.what}", hint=hint))
            continue
        homes[place] = None
    return msgspec.structs.replace(bare, homes=tuple(homes), problems=tuple(dict.fromkeys(problems)))


def _platform(root: Path, live: bool) -> Platform:
    if live:
        return {"darwin": Platform.MACOS, "win32": Platform.WINDOWS}.get(sys.platform, Platform.LINUX)
    if any((root / name).is_dir() for name in ("Windows", "WINDOWS", "windows", "ProgramData")):
        return Platform.WINDOWS
    if (root / "System" / "Library").is_dir() or ((root / "Library").is_dir() and (root / "Users").is_dir()):
        return Platform.MACOS
    return Platform.LINUX


def _accounts(host: Host) -> Iterator[str]:
    """Homes of people in `/etc/passwd` that lie elsewhere."""
    place = host.resolve("/etc/passwd")
    if place is None or not host.full(place).is_file():
        return
    with host.full(place).open(encoding="utf-8", errors="replace") as file:
        for line in file.read(4_000_000).splitlines():
            fields = line.split(":")
            person = len(fields) == 7 and fields[2].isdigit() and (int(fields[2]) >= 1000 or fields[2] == "0")
            if person and fields[5] not in ("/", "/nonexistent", ""):
                yield fields[5]
