"""`--pristine FOLDER`: artefacts of whatever name, found by digest.

Each file is hashed once, with the algorithm that somebody asks for; what came out is kept by path, size and time. That
is where to look and no proof: who takes a file hashes what was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from scanner.codescan import dirhash
from scanner.errors import InputError, UsageError
from scanner.model import digest as digests
from scanner.model.component import Problem
from scanner.pipeline import cache_folder
from scanner.targets import walk

_Known = dict[str, dict[str, str]]
"""`path\\0size\\0time` → algorithm → `algorithm:hex`."""
_decoder = msgspec.msgpack.Decoder(_Known)


class PristineFolders:
    """Several folders as one index."""

    def __init__(self, folders: Sequence[Path], cache: Path) -> None:
        self._folders = [folder.resolve() for folder in folders]
        for folder in self._folders:
            if not folder.is_dir():
                raise UsageError("there is no such folder", where=folder, hint="--pristine FOLDER")
        self._file = cache / "pristine"
        self._usable = bool(folders) and cache_folder.prepare(cache)
        self._known: _Known | None = None
        self._indexes: dict[str, dict[str, Path]] = {}

    def find(self, digest: str, problems: list[Problem]) -> Path | None:
        """The file with that digest: `algorithm:hex`, or Go's `h1:…`."""
        algorithm = digest.partition(":")[0]
        if algorithm not in self._indexes:
            self._indexes[algorithm] = self._index(algorithm, problems)
        return self._indexes[algorithm].get(digest)

    def named(self, names: Sequence[str]) -> Path | None:
        """The first file, anywhere in the folders, that is called so."""
        for wanted in names:
            for path in self._files([]):
                if path.name == wanted:
                    return path
        return None

    def _files(self, problems: list[Problem]) -> Iterator[Path]:
        for folder in self._folders:
            for item in walk.walk(folder, wanted=lambda _: False):
                if isinstance(item, Problem):
                    problems.append(item)
                else:
                    yield folder / item.path

    def _index(self, algorithm: str, problems: list[Problem]) -> dict[str, Path]:
        if self._known is None:
            self._known = self._load()
        found: dict[str, Path] = {}
        new = False
        for path in self._files(problems):
            if algorithm == "h1" and path.suffix != ".zip":
                continue
            try:
                status = path.stat()
                key = f"{path}\0{status.st_size}\0{status.st_mtime_ns}"
                entry = self._known.setdefault(key, {})
                if algorithm not in entry:
                    entry[algorithm] = _digest(path, algorithm)
                    new = True
            except OSError as error:
                # Harmless: nothing of the target is lost, a release may merely not be known.
                problems.append(Problem(where=str(path), what=f"cannot be read: {error.strerror}", harmless=True))
                continue
            except InputError as error:
                problems.append(Problem(where=str(path), what=error.what, hint=error.hint, harmless=True))
                continue
            if entry[algorithm]:
                found.setdefault(entry[algorithm], path)
        if new and self._usable:
            cache_folder.write(self._file, msgspec.msgpack.encode(self._known))
        return found

    def _load(self) -> _Known:
        try:
            return _decoder.decode(self._file.read_bytes()) if self._usable else {}
        except (OSError, msgspec.MsgspecError):
            return {}


def _digest(path: Path, algorithm: str) -> str:
    data = walk.read(path, "")
    if algorithm != "h1":
        return digests.of(data, algorithm)
    try:
        return dirhash.of_zip(data)
    except InputError:  # some other zip
        return ""
