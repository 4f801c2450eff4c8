"""How often somebody may ask: each address, each person; and signing in much more seldom.

Counted in this process's memory: two servers allow twice as much. Tokens cannot be guessed either way (256 bits); this
keeps one client from taking the others' room, and the audit log from being filled with refusals.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_BUCKETS = {"address": 2, "person": 1}
"""Times what one person may: several share an address."""


class TooOftenError(HTTPException):
    """429, and when to ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, "that was asked too often", headers={"Retry-After": str(seconds)})


class Limits:
    """What was asked lately."""

    def __init__(self, *, requests: int, sign_ins: int) -> None:
        """How many a minute."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._items: dict[str, RateLimitItem] = {
            bucket: RateLimitItemPerMinute(requests * times) for bucket, times in _BUCKETS.items()
        }
        self._items["sign-in"] = RateLimitItemPerMinute(sign_ins)

    def count(self, bucket: str, whose: str) -> None:
        """One more. Raises `TooOftenError`."""
        item = self._items[bucket]
        if not self._limiter.hit(item, bucket, whose):
            raise self._too_often(item, bucket, whose)

    def _too_often(self, item: RateLimitItem, bucket: str, whose: str) -> TooOftenError:
        reset = self._limiter.get_window_stats(item, bucket, whose).reset_time
        return TooOftenError(max(1, round(reset - time.time())))


class Turns:
    """Long answers on their way: each holds a connection to the store until its reader has taken all of it.

    However slowly somebody reads, half of the connections are left for pages.
    """

    def __init__(self, connections: int, *, each: int = 2) -> None:
        """`each`: how many one person may have."""
        self._most = max(connections // 2, 1)
        self._each = each
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one(self, whose: str) -> Iterator[None]:
        """Raises 429."""
        with self._lock:
            if self._taken[whose] >= self._each or self._taken.total() >= self._most:
                headers = {"Retry-After": "10"}
                raise HTTPException(429, "exports are on their way: wait until one of them is done", headers=headers)
            self._taken[whose] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[whose] -= 1
                if not self._taken[whose]:
                    del self._taken[whose]


def network(address: str) -> str:
    """Whose an address is: of IPv6 everybody has 2^64."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv6Address):
        if read.ipv4_mapped is not None:
            return str(read.ipv4_mapped)
        return str(ipaddress.ip_network((int(read) >> 64 << 64, 64)))
    return str(read)
