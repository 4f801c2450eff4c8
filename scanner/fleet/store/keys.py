"""How what a component says of itself becomes keys that a database can seek.

Nothing here is ever shown: a hit is told from the component's body.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from scanner.model import digest as digests

_LONGEST = 1000
"""Bytes of a key: a page of PostgreSQL's index takes no more than 2,700."""
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{40,}")
_COMMITS = frozenset((40, 64))
"""Digits of SHA-1 and SHA-256."""
AHEAD = timedelta(hours=25)
"""Nobody writes a time further ahead than that but by a clock that is wrong: such a time holds nobody up."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stamp(time: datetime) -> int:
    """A time as the store keeps it: microseconds since 1970, UTC."""
    return (time - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The time that `stamp` made a number of."""
    return _EPOCH + timedelta(microseconds=microseconds)


def moment_or_none(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else moment(microseconds)


def text(value: str) -> str:
    """Text that both databases take: PostgreSQL has no NUL, and half of a surrogate pair is no text at all."""
    if value.isascii() and "\0" not in value:
        return value
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def bounded(value: str) -> str:
    """Text that an index takes: what is too long keeps its beginning, and the digest of all of it."""
    clean = text(value)
    if len(clean) <= _LONGEST and clean.isascii():
        return clean
    raw = clean.encode("utf-8")
    if len(raw) <= _LONGEST:
        return clean
    return f"{raw[: _LONGEST - 40].decode('utf-8', 'ignore')}…{blake2b(raw, digest_size=16).hexdigest()}"


def literally(part: str) -> str:
    """For `like … escape '!'`: a part of a text that is meant as it is written."""
    return part.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def ident(body: bytes) -> bytes:
    """What tells one component from another: all that is said of it."""
    return blake2b(body, digest_size=16).digest()


def digest_mark(digest: str) -> bytes | None:
    """The first 16 bytes of a digest, in whatever spelling; `None` where it is none that a list could name."""
    if digest.startswith("sha512-") and len(digest) == 95:  # as nearly all lockfiles write it
        try:
            return binascii.a2b_base64(digest[7:31])[:16]
        except binascii.Error:
            return None
    spelled = digests.hexadecimal(digest)
    return None if spelled is None else bytes.fromhex(spelled.partition(":")[2][:32])


def commit_mark(commit: str) -> bytes:
    """The first 16 bytes of a commit's id in hexadecimal."""
    return bytes.fromhex(commit[:32])


def commits(value: str) -> set[str]:
    """Whole ids of commits that stand in an address or a version."""
    return {found.lower() for found in _HEXADECIMAL.findall(value) if len(found) in _COMMITS}


def place(address: str) -> str:
    """An address without scheme, user, fragment and `.git`, lower-case, its host turned round: `com.example.cdn/a/b`.

    `https://host/owner/name`, `git@host:owner/name.git` or `host/owner/name`: they are one place.
    """
    whole = address.strip().partition("#")[0].lower()
    rest = whole.partition("://")[2] or whole
    authority, _, path = rest.partition("/")
    authority = authority.rpartition("@")[2]
    if authority.startswith("["):  # IPv6
        host, _, port = authority[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = authority.partition(":")
        host = _turned(host)
        if port and not port.isdigit():  # `host:owner/name`, as git writes it
            path, port = f"{port}/{path}", ""
    tail = path.rstrip("/").removesuffix(".git")
    return _cut(f"{host}{':' if port else ''}{port}{'/' if tail else ''}{tail}")


@lru_cache(maxsize=4096)
def _turned(host: str) -> str:
    """Lockfiles repeat one host by the thousand."""
    return host if re.fullmatch("[0-9.]+", host) else ".".join(reversed(host.split(".")))


def below(place_: str, *, host: bool) -> Iterator[tuple[str, str]]:
    """The ranges [low, high) of places that are this one or lie in it; of a host, its subdomains too."""
    yield place_, place_ + "\x01"
    # A name that goes on (`evil.example` and `evil.exampleshop`) is another one: hence a range for each mark.
    for mark in "/:." if host else "/?":
        yield place_ + mark, place_ + chr(ord(mark) + 1)


def _cut(value: str) -> str:
    if len(value) <= _LONGEST and value.isascii() and "\0" not in value:
        return value
    raw = text(value).encode("utf-8")
    return raw[:_LONGEST].decode("utf-8", "ignore")
