"""An image as files: OCI image layout, as a folder or as a tar of one, which `docker save` and `podman save` write too.

Spec: https://github.com/opencontainers/image-spec: image-layout.md, image-index.md, manifest.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.shape import json_text, tar_members
from scanner.targets import walk

_INDEX = "index.json"
_BLOB = re.compile(r"blobs/(sha256|sha512)/([0-9a-f]{64,128})\Z")
_DIGEST = re.compile(r"(sha256|sha512):([0-9a-f]{64,128})\Z")
_MOST_JSON = 8 << 20
_MOST_MANIFESTS, _MOST_LAYERS, _MOST_BLOBS = 200, 1_000, 100_000


class Blob(NamedTuple):
    """Bytes that may be taken more than once."""

    size: int
    pieces: Callable[[], Iterable[bytes]]
    whole: Callable[[], memoryview]


class Image(NamedTuple):
    """One image of a layout."""

    digest: str
    layers: tuple[str, ...]
    """Paths of the blobs, the lowest first."""


class _Descriptor(msgspec.Struct):
    digest: str = ""
    mediaType: str = ""  # noqa: N815 # as the specification spells it


class _Document(msgspec.Struct):
    manifests: list[_Descriptor] = []
    layers: list[_Descriptor] = []


def of_file(root: Path, path: str, size: int) -> Blob:
    """A file of a folder."""
    return Blob(size, partial(walk.pieces, root, path, size), partial(walk.mapped, root, path))


def blobs(root: Path) -> dict[str, Blob] | None:
    """The files of a layout by path; `None` for anything else."""
    if root.is_dir():
        if not (root / _INDEX).is_file() or not (root / "blobs").is_dir():
            return None
        found = walk.walk(root, wanted=lambda _: False)
        return {file.path: of_file(root, file.path, file.size) for file in found if not isinstance(file, Problem)}
    try:
        head = walk.read(root, "", first=tar_members.BLOCK)
        if not tar_members.looks_like(head):
            return None
        data = walk.mapped(root, "")
        return _of_tar(data)
    except InputError:  # whoever unfolds it says what is wrong
        return None


def _of_tar(data: memoryview) -> dict[str, Blob] | None:
    found: dict[str, Blob] = {}
    pieces = (bytes(data[begin : begin + walk.PIECE]) for begin in range(0, len(data), walk.PIECE))
    for member in tar_members.members(pieces, most=_MOST_BLOBS):
        part = data[member.offset : member.offset + member.size]
        if len(part) != member.size:
            raise InputError("it breaks off")
        found[member.name.removeprefix("./")] = Blob(member.size, partial(_cut, part), partial(_same, part))
    return found if _INDEX in found and any(map(_BLOB.match, found)) else None


def _cut(data: memoryview) -> Iterator[bytes]:
    for begin in range(0, max(len(data), 1), walk.PIECE):
        yield bytes(data[begin : begin + walk.PIECE])


def _same(data: memoryview) -> memoryview:
    return data


def called(path: str) -> str:
    """The digest that a blob is called after; "" for other files."""
    found = _BLOB.match(path)
    return "" if found is None else f"{found[1]}:{found[2]}"


def images(found: dict[str, Blob]) -> Iterator[Image | Problem]:
    """Every image that the index leads to, and what could not be followed."""
    waiting, seen = [_INDEX], set[str]()
    while waiting:
        path = waiting.pop(0)
        if path in seen:  # an index that leads to itself
            continue
        seen.add(path)
        if len(seen) > _MOST_MANIFESTS:
            yield Problem(where=_INDEX, what=f"more than {_MOST_MANIFESTS} manifests")
            return
        blob = found.get(path)
        if blob is None:
            yield Problem(where=path, what="a manifest that the layout names and does not hold")
            continue
        try:
            document = _document(blob, path)
        except InputError as error:
            yield Problem(where=path, what=error.what)
            continue
        waiting += filter(None, (_path(one.digest) for one in document.manifests))
        layers = [_path(one.digest) for one in document.layers if "tar" in one.mediaType or not one.mediaType]
        for missing in (one for one in layers if one not in found):
            yield Problem(where=path, what=f"a layer that the layout names and does not hold: {missing[:200]}")
        held = tuple(one for one in layers if one in found)[:_MOST_LAYERS]
        if held:
            yield Image(called(path), held)


def _path(digest: str) -> str:
    match = _DIGEST.match(digest)
    return "" if match is None else f"blobs/{match[1]}/{match[2]}"


def _document(blob: Blob, where: str) -> _Document:
    if blob.size > _MOST_JSON:
        raise InputError(f"a manifest of {blob.size} bytes", where=where)
    return json_text.typed(b"".join(blob.pieces()), _Document, where=where)
