"""A named archive → the sources among its members, and how the search of files is to take it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from scanner import shape
from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.targets import walk

MOST_HELD = 256 << 20
"""Bytes of sources inside one archive that are held in memory, so that each finds those beside it."""

ReadSource = Callable[[str, Callable[[], bytes], Callable[[str], bytes | None]], Reading | None]


def kind(path: Path) -> str | None:
    """Of which kind this archive is; `None` for what is none, or cannot be opened."""
    try:
        # In pieces: an archive may be larger than what is read whole.
        head = next(walk.pieces(path.resolve(), "", 512))
    except InputError:
        return None
    # Every archive has a zero byte or one beyond ASCII there: a plain lockfile goes without the archives' readers.
    if head.isascii() and b"\0" not in head:
        return None
    from scanner.targets import members

    of = members.kind(head, path.name)
    return None if of is None or members.begins_otherwise(head, of) else of


def sources(path: Path, of: str, *, wanted: Callable[[str], bool], read: ReadSource) -> Iterator[Reading | Problem]:
    """Read every member that a reader may want; what an archive lost is a `Problem`, as in a search."""
    from scanner.targets import members

    name, root = path.as_posix(), path.resolve()
    held: dict[str, bytes] = {}
    total = 0
    size = root.stat().st_size
    for item in members.unfold(name, of, partial(walk.mapped, root, ""), walk.pieces(root, "", size), size):
        if isinstance(item, Problem):
            yield item
        elif wanted(item.path):
            try:
                data = _whole(item.pieces, item.path, MOST_HELD - total)
            except InputError as error:
                yield Problem(where=item.path, what=error.what, hint=error.hint)
                continue
            total += len(data)
            held[item.path] = data
    for inside in held:
        reading = read(inside, partial(held.__getitem__, inside), held.get)
        if reading is not None:
            yield reading


def _whole(pieces: Iterable[bytes], where: str, most: int) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > min(most, shape.MAX_BYTES):
            raise InputError(
                "too much to be read inside an archive", where=where, hint="unpack it, and scan the folder"
            )
    return bytes(data)


def roots(paths: Sequence[Path], inventory: Inventory) -> list[tuple[Path, str]]:
    """What of the targets has files to search, each with what its paths begin with in the report.

    Folders and archives; a packed SBOM or lockfile is a source and not searched, as an unpacked one is not.
    """
    several = len(paths) > 1
    read = {reading.path for reading in inventory.readings if reading.status is not ReadStatus.FAILED}
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            found.append((path, f"{path.as_posix().rstrip('/')}/" if several else ""))
        elif path.is_file() and (of := kind(path)) is not None:
            from scanner.shape import inflate  # it is no plain file: `kind` has imported it

            if of not in inflate.KINDS or path.as_posix() not in read:
                found.append((path.resolve(), path.as_posix()))
    return found
