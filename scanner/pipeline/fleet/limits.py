"""What may break off the work on a target, and when: its time is over, or we are asked to leave."""

from __future__ import annotations

import signal
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


@contextmanager
def terminated_later() -> Iterator[None]:
    """While the body runs, SIGTERM waits: what it would break off here stays undone for others to wait for."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def terminated_now() -> Iterator[None]:
    """Inside of `terminated_later`: in this body SIGTERM may come."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
