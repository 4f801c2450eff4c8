"""A night's work: many targets by a pool of processes, each with a store of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from scanner.fleet.store import open_store
from scanner.pipeline.fleet import leasing, pool
from scanner.pipeline.fleet.looking import Did, Looked, Settings, look


def scan(ids: Sequence[int], where: str, settings: Settings, *, jobs: int) -> Iterator[Looked]:
    """Look at every target; results come as they are done. Open no store in this process meanwhile: it would be shared.

    A target that kills the process that looks at it is told, and noted as failed; the others are looked at by another.
    """

    @contextmanager
    def work() -> Iterator[Callable[[int], Looked]]:
        with open_store(where) as store:
            yield lambda id_: look(store, id_, settings)

    opened: Callable[[], AbstractContextManager[Callable[[int], Looked]]] = work
    for id_, result in pool.run(ids, opened, count=jobs):
        yield _died(id_, where, settings, result) if isinstance(result, pool.Died) else result


def _died(id_: int, where: str, settings: Settings, how: pool.Died) -> Looked:
    status = how.status or 0
    why = f"the process that looked at it was ended by signal {-status}" if status < 0 else "its process ended early"
    with open_store(where) as store:
        target = store.target(id_)
        held = leasing.take(store, target, now=settings.now(), seconds=settings.seconds)
        if held is not None:
            leasing.failed(store, target, held, why, now=settings.now())
    return Looked(target=id_, address=target.address, did=Did.FAILED, why=why)


def status(looked: Sequence[Looked]) -> int:
    """As of one scan: 1 where the gate closes on any target, else 3 where something could not be looked at."""
    found = {one.status for one in looked}
    return 1 if 1 in found else 3 if 3 in found else 0
