"""How often somebody may ask: each address, each person; and signing in much more seldom.

Counted in this process's memory: two servers allow twice as much. Tokens cannot be guessed either way (256 bits); this
keeps one client from taking the others' room, and the audit log from being filled with refusals.
"""

from __future__ import annotations

import ipaddress
import time

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
