"""Who may look at a target: one process at a time, and a dead one no longer.

A lease is short, and renewed while somebody looks: whoever is gone, with its whole machine, is replaced in a minute.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from scanner.fleet.store import StaleLeaseError, Store, StoreError
from scanner.fleet.store.values import Lease, Target

LENGTH = timedelta(seconds=40)
RENEWED = timedelta(seconds=10)
"""Every so often, while somebody looks."""
_AGAIN = timedelta(minutes=15)
_LONGEST = timedelta(hours=24)


def take(store: Store, target: Target, *, now: datetime) -> Lease | None:
    """The lease, also from a process of this machine that died with it; `None` while somebody has it."""
    until = now + LENGTH
    worker = f"{os.uname().nodename}:{os.getpid()}"
    if target.leased is not None and target.leased > now and is_dead(target.worker):
        # Of two who find it dead the first makes the lease longer, and the second comes too late.
        return store.lease(target.id, worker, until=max(until, target.leased + RENEWED), now=target.leased)
    return store.lease(target.id, worker, until=until, now=now)


def renew(store: Store, leases: Iterable[Lease], *, now: datetime) -> None:
    """Hold them for longer. What somebody else has by now is theirs: whoever looks in vain will hear of it."""
    for held in leases:
        with suppress(StaleLeaseError):
            store.renew(held, until=now + LENGTH)


def failed(
    store: Store, target: Target, held: Lease, why: str, *, now: datetime, died: bool = False
) -> timedelta | None:
    """Count it, and let the target alone for a time that doubles with every failure in a row; how long.

    `died`: whoever looked is gone. It may have been the target's doing: the second time in a row it has to wait, too.
    `None` where somebody else has the target by now, or the store is out of reach.
    """
    wait = _deaths(target.failures) if died else _doubled(target.failures)
    with suppress(StoreError):
        store.failed(held, why, again=now + wait)
        return wait
    return None


def lost(store: Store, target: Target, *, now: datetime) -> timedelta | None:
    """Note that whoever held it never came back; how long it is let alone. `None` where somebody has it.

    A target that kills the whole machine that looks at it would else be handed from one to the next at full speed.
    """
    held = take(store, target, now=now)
    if held is None:
        return None
    return failed(store, target, held, f"{target.worker} was gone in the middle of it", now=now, died=True)


def _doubled(before: int) -> timedelta:
    return min(_AGAIN * (1 << min(before, 10)), _LONGEST)


def _deaths(before: int) -> timedelta:
    return (timedelta(), timedelta(minutes=1))[before] if before < 2 else _doubled(before - 2)


def is_dead(worker: str | None) -> bool:
    """Whether a process of this machine, `host:number`, is gone; of another machine nobody can tell."""
    host, _, process = (worker or "").rpartition(":")
    if host != os.uname().nodename or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
        # In a container there may be nobody to bury it: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return state[:1] in (["Z"], ["X"])
