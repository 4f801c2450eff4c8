"""What the Go readers share: module paths as purls, and `go.sum`.

Spec: https://go.dev/ref/mod (module paths, versions, go.sum files)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.model.component import Problem
from scanner.model.purl import Purl
from scanner.shape import encoding

_VERSION = re.compile(r"v[0-9]+(?:\.[0-9]+)*(?:[-+.][0-9A-Za-z.+-]*)?\Z")


class Sum(NamedTuple):
    """The zip hashes of one module version in `go.sum`."""

    path: str
    version: str
    hashes: tuple[str, ...]
    line: int


def purl(path: str, version: str | None) -> Purl | None:
    """The module's purl. A major suffix (`/v2`) is a part of the path and stays; purls fold case, paths do not."""
    namespace, _, name = path.strip("/").lower().rpartition("/")
    return Purl("golang", namespace or None, name, version) if name else None


def is_version(text: str) -> bool:
    """Whether it is a version (pseudo-versions too), not a branch or a query such as `latest`."""
    return _VERSION.match(text) is not None


def is_local(path: str) -> bool:
    """Whether a replacement is a folder: then, and only then, it begins with a dot or a root."""
    return path.startswith(("./", "../", "/", ".\\", "..\\")) or path in (".", "..") or path[1:3] in (":\\", ":/")


def read_sums(data: bytes, *, where: str) -> Iterator[Sum | Problem]:
    """Yield what `go.sum` says of zips, in order; lines on a `go.mod` alone say nothing about what ships."""
    sums: dict[tuple[str, str], Sum] = {}
    for number, line in enumerate(encoding.text(data, where=where).split("\n"), 1):
        fields = line.split()
        if not fields:
            continue
        if len(fields) != 3:
            yield Problem(where=where, what="not a line of go.sum: module, version, hash", line=number)
            continue
        path, version, digest = fields
        if version.endswith("/go.mod"):
            continue
        known = sums.get((path, version))
        if known is None:
            sums[path, version] = Sum(path, version, (digest,), number)
        elif digest not in known.hashes:
            # Two hashes for one version: the tool accepts either, so both count.
            sums[path, version] = known._replace(hashes=(*known.hashes, digest))
    yield from sums.values()
