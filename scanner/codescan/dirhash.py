"""Go's `h1:` hash of a module: of the names and contents of its files, whether they lie in a zip or in a folder.

Spec: golang.org/x/mod/sumdb/dirhash, Hash1; https://go.dev/ref/mod#go-sum-files
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator

from scanner.errors import InputError
from scanner.model.tree import Tree
from scanner.shape import zip_members

_MOST_MEMBERS = 500_000
_MOST_UNFOLDED = 1 << 30
_PIECE = 1 << 20


def hash1(files: Iterable[tuple[str, str]]) -> str:
    """`h1:…` of (name, SHA-256 of the content in hex). Raises `InputError` for names that have no such hash."""
    total = hashlib.sha256()
    last = None
    # Go orders by bytes.
    for name, digest in sorted(files, key=lambda file: file[0].encode("utf-8", "surrogateescape")):
        if "\n" in name:
            raise InputError("a name with a line break", where=name)
        if name == last:
            raise InputError("two files of one name", where=name)
        last = name
        total.update(f"{digest}  {name}\n".encode("utf-8", "surrogateescape"))
    return "h1:" + base64.b64encode(total.digest()).decode()


def of_zip(data: bytes) -> str:
    """`h1:…` of a module's zip, in which every name begins with `module@version/`. Raises `InputError`."""
    view = memoryview(data)
    allowance = zip_members.Allowance(_MOST_MEMBERS, _MOST_UNFOLDED)

    def files() -> Iterator[tuple[str, str]]:
        for member in zip_members.directory(view, allowance):
            content = hashlib.sha256()
            for piece in zip_members.pieces(view, member, allowance, size=_PIECE):
                content.update(piece)
            yield member.name, content.hexdigest()

    return hash1(files())


def of_tree(tree: Tree, folder: str, name: str) -> str:
    """`h1:…` of the module that lies in `folder` of a tree ("" for its root); `name` is `module@version`.

    `go mod vendor` leaves out tests and packages that nobody imports: only a whole copy has the hash of its module.
    Raises `InputError` as reading does; links have no content and are left out, as Go leaves them out of zips.
    """
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    return hash1(
        (f"{name}/{path[len(prefix) :]}", hashlib.sha256(tree.read(path)).hexdigest())
        for path, entry in tree.entries.items()
        if path.startswith(prefix) and entry.link is None
    )
