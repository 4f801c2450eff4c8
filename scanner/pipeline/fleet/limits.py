"""A limit on the time that one target may take, whatever it is spent on."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfTimeError(BaseException):
    """The time of a target is over. No `Exception`: whoever guards against a reader's bugs must not keep it."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise `OutOfTimeError` in the body after so many seconds. In a process's main thread only."""

    def over(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # signal's signature
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, over)
    # Again and again: what is raised inside of a destructor is lost.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def since(began: float) -> float:
    """Seconds since `time.monotonic()` said `began`."""
    return time.monotonic() - began
