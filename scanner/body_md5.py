"""The MD5 by which a bucket's server says what a body should be: it shows damage on the way, and proves nothing else.

Header: https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path


def published(headers: Mapping[str, str]) -> bytes | None:
    """What the server says that it is; `None` where it does not say."""
    for part in headers.get("X-Goog-Hash", "").split(","):
        name, _, value = part.strip().partition("=")
        if name == "md5":
            try:
                return base64.b64decode(value, validate=True)
            except ValueError:
                return None
    return None


def of_pieces(pieces: list[bytes]) -> bytes:
    """Of what came into memory."""
    digest = hashlib.md5(usedforsecurity=False)
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def of_file(path: Path, flush: Callable[[], object]) -> bytes:
    """Of what came into a file, once `flush` has written the last of it."""
    flush()
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).digest()
