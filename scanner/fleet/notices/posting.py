"""What all channels share: where they may send to, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import msgspec

from scanner.display import line
from scanner.errors import PratiqueError, UsageError
from scanner.fleet.notices.settings import Secret, Table
from scanner.outgoing import Sender

REACH = ("allow_private", "allow_http", "certificates")
"""Keys that every channel has."""


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Where a channel may send to."""

    private: bool = False
    plain: bool = False
    """Without TLS."""
    certificates: str | None = None
    """File of authorities, instead of everybody's."""


class How(msgspec.Struct, frozen=True, kw_only=True):
    """What sending needs from outside."""

    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    timeout: tuple[float, float] = (10.0, 30.0)
    backoff: float = 0.5


def reach(table: Table) -> Reach:
    return Reach(
        private=table.flag("allow_private"),
        plain=table.flag("allow_http"),
        certificates=table.text("certificates", "") or None,
    )


@contextmanager
def sender(reach: Reach, how: How) -> Iterator[Sender]:
    with Sender(
        private=reach.private,
        plain=reach.plain,
        certificates=reach.certificates,
        timeout=how.timeout,
        backoff=how.backoff,
    ) as found:
        yield found


def value(secret: Secret, how: How) -> str:
    """A secret that stands in one line. Raises `UsageError`, and never with the secret in it."""
    found = secret.value(how.environ)
    if not found.isprintable():
        raise UsageError("the secret is no line of text", where=secret.env or secret.file)
    return found


def short(text: str, limit: int) -> str:
    """One printable line of at most so many characters, with nothing escaped for any medium yet."""
    return line(text, limit=limit)


def told(error: PratiqueError) -> str:
    """An error as the store keeps it: what and what to do; where it was sent to may be a secret."""
    return line(error.what if error.hint is None else f"{error.what} ({error.hint})", limit=500)


def fitting(size: Callable[[int], int], most: int, items: int) -> int:
    """The largest number of items, up to `items`, with which a message is no larger than `most`."""
    while items and size(items) > most:
        items = items * 3 // 4 if items > 4 else items - 1
    return items
