"""What somebody delivered, a file, an archive, a folder or an image → every file in it, opened one after the other.

Nothing is extracted, no link is followed, no device opened. Of an image each layer is unfolded, and what a later one
hides or replaces is left out, as whoever runs the image sees it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.targets import members, oci_layout, walk
from scanner.targets.oci_layout import Blob, Image

_HEAD = 512


class Opened(msgspec.Struct, frozen=True):
    """One file."""

    path: str
    """As people see it; members of archives behind `!/`."""
    pieces: Iterable[bytes]
    """Its bytes, to be taken before the next file is asked for. Raises `InputError`."""
    given: bool = False
    """The artefact itself."""
    blob: str = ""
    """The digest that the file is called after, in an image."""


class Layer(msgspec.Struct, frozen=True):
    """From here on, files lie over those of the layers before, in the file system whose root is `root`."""

    root: str
    first: bool


Item = Opened | Layer | Problem


def opened(root: Path, name: str) -> Iterator[Item]:
    """Yield every file of an artefact, called `name`."""
    blobs = oci_layout.blobs(root)
    if blobs is not None:
        yield from _image(name, blobs)
    elif root.is_dir():
        for item in walk.walk(root, wanted=lambda path: (root / path).is_symlink() or not (root / path).is_dir()):
            if isinstance(item, Problem):
                yield msgspec.structs.replace(item, where=f"{name}/{item.where}")
            else:
                yield from _file(f"{name}/{item.path}", oci_layout.of_file(root, item.path, item.size))
    else:
        yield from _file(name, oci_layout.of_file(root, "", root.stat().st_size), given=True)


def _file(path: str, blob: Blob, *, given: bool = False) -> Iterator[Item]:
    """A file, then what it holds where it is an archive."""
    try:
        head = next(iter(blob.pieces()), b"")[:_HEAD]
    except InputError as error:
        yield Problem(where=path, what=error.what, hint=error.hint)
        return
    yield Opened(path, blob.pieces(), given)
    yield from _inside(path, head, blob)


def _inside(path: str, head: bytes, blob: Blob) -> Iterator[Item]:
    of = members.kind(head, path)
    if of is None:
        if (strange := members.unreadable(head)) is not None:
            yield members.cannot_unfold(path, strange)
        return
    for item in members.unfold(path, of, blob.whole, blob.pieces(), blob.size):
        if isinstance(item, Problem):
            yield item
            continue
        inside, strays = _plain(item.path)
        if strays:
            hint = "what unpacks it carelessly writes beside its folder: do not"
            yield Problem(where=item.path, what="a name in an archive that leads out of it", hint=hint)
        yield Opened(inside, item.pieces)


def _plain(path: str) -> tuple[str, bool]:
    """A member's path with each name as tools write it, and whether one of them leads out of its archive."""
    archive, *names = path.split("!/")
    strays = False
    told = [archive]
    for name in names:
        strays = strays or name.startswith("/") or ".." in name.split("/")
        told.append(posixpath.normpath(name).lstrip("/"))
    return "!/".join(told), strays


def _image(name: str, blobs: dict[str, Blob]) -> Iterator[Item]:
    """The blobs themselves, then the file system of each image, layer by layer."""
    images: list[Image] = []
    for found in oci_layout.images(blobs):
        if isinstance(found, Problem):
            yield msgspec.structs.replace(found, where=f"{name}!/{found.where}")
        else:
            images.append(found)
    layers = {path for image in images for path in image.layers}
    for path, blob in blobs.items():
        digest = oci_layout.called(path)
        yield Opened(f"{name}!/{path}", blob.pieces(), given=path in layers, blob=digest)
        if path not in layers:
            head = next(iter(blob.pieces()), b"")[:_HEAD]
            yield from _inside(f"{name}!/{path}", head, blob)
    for image in images:
        root = name if len(images) == 1 else f"{name}!/{image.digest.partition(':')[2][:12]}"
        for number, path in enumerate(image.layers):
            yield Layer(f"{root}!/", number == 0)
            yield from _layer(name, root, path, blobs[path])


def _layer(name: str, root: str, path: str, blob: Blob) -> Iterator[Item]:
    where = f"{name}!/{path}"
    head = next(iter(blob.pieces()), b"")[:_HEAD]
    for item in _inside(where, head, blob):
        if isinstance(item, Opened):
            yield Opened(root + item.path[len(where) :], item.pieces)
        else:
            yield item


def whiteout(path: str, root: str) -> tuple[str, bool] | None:
    """What a file of a layer hides in those below it: (path, whether only what lies in that folder).

    Spec: https://github.com/opencontainers/image-spec/blob/main/layer.md, "Whiteouts".
    """
    inside = path[len(root) :]
    folder, _, file = inside.rpartition("/")
    if not file.startswith(".wh.") or "!/" in inside:
        return None
    base = f"{root}{folder}/" if folder else root
    return (base, True) if file == ".wh..wh..opq" else (base + file[4:], False)
