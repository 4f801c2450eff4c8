"""Digests of artefacts as lockfiles, SBOMs and registries write them, and whether bytes have them.

Subresource integrity: https://www.w3.org/TR/sri-2/
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable

_DIGEST = r"(?is)(md5|sha-?(?:1|256|384|512))[-:](.+)"
_H1 = re.compile(r"h1:[A-Za-z0-9+/]{43}=\Z")
_SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}


def hexadecimal(digest: str) -> str | None:
    """`sha512-<base64>` or `<algorithm>:<hex or base64>` → `<algorithm>:<lower-case hex>`; `None` for others."""
    spelled = re.match(_DIGEST, digest)
    if spelled is None:
        return None
    algorithm = spelled[1].lower().replace("-", "")
    value = spelled[2].partition("?")[0].strip()
    if len(value) == 2 * _SIZES[algorithm]:
        try:
            return f"{algorithm}:{bytes.fromhex(value).hex()}"
        except ValueError:
            return None
    import base64  # a plain lock needs none of it

    try:
        return f"{algorithm}:{base64.b64decode(value + '=' * (-len(value) % 4), validate=True).hex()}"
    except (binascii.Error, ValueError):
        return None


def by_algorithm(digests: Iterable[str]) -> dict[str, set[str]]:
    """Algorithm → digests, spelled alike: of one version a source may name several files. What we do not know stays."""
    found: dict[str, set[str]] = {}
    for digest in digests:
        key = hexadecimal(digest) or digest
        found.setdefault(re.split("[-:]", key, maxsplit=1)[0].lower(), set()).add(key)
    return found


def strongest(digests: Iterable[str]) -> tuple[str, frozenset[str]] | None:
    """Of all digests those of the strongest algorithm → (algorithm, each as `algorithm:hex`); `None` without any.

    Several of one algorithm are alternatives: a lockfile lists every file of a release. A weaker one never outvotes a
    stronger: whoever can forge SHA-1 must not get past SHA-512.
    """
    by: dict[str, set[str]] = {}
    for digest in digests:
        found = hexadecimal(digest)
        if found is not None:
            algorithm = found.partition(":")[0]
            if len(found) == len(algorithm) + 1 + 2 * _SIZES[algorithm]:
                by.setdefault(algorithm, set()).add(found)
    if not by:
        return None
    best = max(by, key=_SIZES.__getitem__)
    return best, frozenset(by[best])


def deciding(digests: Iterable[str]) -> tuple[str, ...]:
    """Those that decide whether an artefact is the one meant, as keys: Go's `h1:…` of a module, else the strongest."""
    given = tuple(digests)
    own = tuple(sorted(digest for digest in given if _H1.match(digest)))
    best = None if own else strongest(given)
    return own if best is None else tuple(sorted(best[1]))


def of(data: bytes | memoryview, algorithm: str) -> str:
    """`algorithm:hex` of the bytes."""
    return f"{algorithm}:{hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()}"
