"""The processes that look at targets: one way of doing it, for a night's scan and for a worker that never ends.

A member leases the target; whoever owns the crew renews the lease, so that also a member that is busy in a long
regular expression keeps it, and ends a member that does not listen when its time is over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import NamedTuple

import msgspec

from scanner.errors import PratiqueError
from scanner.fleet.store import Store, StoreError, open_store
from scanner.fleet.store.values import Lease
from scanner.pipeline.fleet import leasing
from scanner.pipeline.fleet.looking import Did, Looked, Settings, look
from scanner.pipeline.fleet.pool import Closable, Died, Pool

_GRACE = 30.0
"""Seconds beyond a target's time in which its process ends by itself."""


class Job(NamedTuple):
    target: int
    intelligence: str
    """The name of what is known."""


class Crew:
    """At most `jobs` looks at once. Keep no store open beside it: who is forked would share the connection."""

    def __init__(
        self, where: str, settings: Settings, *, jobs: int, others: Callable[[], Sequence[Closable]] = tuple
    ) -> None:
        """`others`: ends of further pipes of this process."""
        self._where, self._settings = where, settings
        self.pool: Pool[Job, Lease, Looked] = Pool(self._work, count=jobs, others=others)
        self._renewed = time.monotonic()
        self._late: set[int] = set()
        """Targets whose process we have ended."""

    @property
    def free(self) -> int:
        return self.pool.free

    def looking(self) -> dict[int, float]:
        """Each target that somebody looks at → its seconds until now."""
        return {job.target: seconds for job, seconds in self.pool.busy().items()}

    def give(self, job: Job) -> None:
        """Look at a target, where one of the crew is `free`, and nobody of it is looking at it already."""
        self.pool.give(job)

    def wait(self, seconds: float, also: Iterable[Connection] = ()) -> list[Looked]:
        """Looks that have ended by now; waits for one so long, or until `also` can be read."""
        began = self.pool.busy()
        at = time.monotonic()
        ended = [
            msgspec.structs.replace(
                self._died(job.target, result) if isinstance(result, Died) else result,
                seconds=began[job] + time.monotonic() - at,
            )
            for job, result in self.pool.wait(seconds, also)
        ]
        self._keep()
        return ended

    def close(self) -> None:
        """Looks that have not ended are broken off, and their targets given back."""
        self.pool.close()

    @contextmanager
    def _work(self) -> Iterator[Callable[[Job, Callable[[Lease], None]], Looked]]:
        """A member's: it opens the store when it first needs it, so that a store out of reach is no target's fault."""
        store: Store | None = None

        def do(job: Job, tell: Callable[[Lease], None]) -> Looked:
            nonlocal store
            try:
                store = open_store(self._where) if store is None else store
            except StoreError as error:
                return _nobody(job.target, str(error))
            return look(store, job.target, msgspec.structs.replace(self._settings, intelligence=job.intelligence), tell)

        try:
            yield do
        finally:
            if store is not None:
                store.close()

    def _keep(self) -> None:
        """Renew what is held for long, and end who holds it for too long."""
        every = leasing.RENEWED.total_seconds()
        if time.monotonic() < self._renewed + every:
            return
        self._renewed = time.monotonic()
        busy = self.pool.busy()
        for job, seconds in busy.items():
            if seconds > self._settings.seconds + _GRACE:
                self._late.add(job.target)
                self.pool.kill(job)
        leases = [held for job, held in self.pool.notes.items() if busy[job] > every / 2]
        if leases:
            try:
                with open_store(self._where) as store:
                    leasing.renew(store, leases, now=self._settings.now())
            except StoreError:
                return  # out of reach: the next time, or they run out

    def _died(self, id_: int, how: Died) -> Looked:
        status = how.status or 0
        why = "the process that looked at it ended early"
        if id_ in self._late:
            self._late.discard(id_)
            why = f"it took longer than {self._settings.seconds:g} seconds (--timeout), and its process did not listen"
        elif status < 0:
            why = f"the process that looked at it was ended by signal {-status}"
        try:
            with open_store(self._where) as store:
                target = store.target(id_)
                now = self._settings.now()
                held = leasing.take(store, target, now=now)
                if held is not None:
                    leasing.failed(store, target, held, why, now=now, died=True)
        except PratiqueError as error:  # out of reach, or removed meanwhile
            return msgspec.structs.replace(_nobody(id_, f"{why}; {error}"), died=True)
        return Looked(target=id_, address=target.address, did=Did.FAILED, why=why, died=True)


def _nobody(id_: int, why: str) -> Looked:
    return Looked(target=id_, address=f"target {id_}", did=Did.FAILED, why=why)
