"""What one worker does for all: whoever takes it has it, until the end or until its while is over."""

from __future__ import annotations

from datetime import timedelta

from scanner.fleet.store import Store
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def test_one_has_it_and_says_when_it_is_next(store: Store) -> None:
    def take(after: int, length: int = 5) -> int | None:
        now = NOW + after * MINUTE
        return store.take_chore("tell", until=now + length * MINUTE, now=now)

    first = take(0)
    assert first is not None
    assert take(1) is None
    assert store.take_chore("list", until=NOW + MINUTE, now=NOW) is not None  # another one is nobody's
    second = take(5)  # whoever had it died
    assert second not in (None, first)
    store.end_chore("tell", first, again=NOW)  # too late: it is the second one's
    assert take(6) is None
    assert second is not None
    store.end_chore("tell", second, again=NOW + 7 * MINUTE)
    assert take(6) is None
    assert take(7) is not None
