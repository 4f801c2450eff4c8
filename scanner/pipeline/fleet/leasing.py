"""Who may look at a target: one process at a time, and a dead one no longer."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from scanner.fleet.store import Store, StoreError
from scanner.fleet.store.values import Lease, Target

_GRACE = timedelta(minutes=2)
"""Beyond a target's time: for the store."""
_AGAIN = timedelta(minutes=15)
_LONGEST = timedelta(hours=24)


def take(store: Store, target: Target, *, now: datetime, seconds: float) -> Lease | None:
    """The lease, also from a process of this machine that died with it; `None` while somebody has it."""
    until = now + timedelta(seconds=seconds) + _GRACE
    worker = f"{os.uname().nodename}:{os.getpid()}"
    if target.leased is not None and target.leased > now and _is_dead(target.worker):
        # Of two who find it dead the first makes the lease longer, and the second comes too late.
        return store.lease(target.id, worker, until=max(until, target.leased + _GRACE), now=target.leased)
    return store.lease(target.id, worker, until=until, now=now)


def failed(store: Store, target: Target, held: Lease, why: str, *, now: datetime) -> None:
    """Count it, and let `--due` leave the target alone for a time that doubles with every failure in a row."""
    wait = min(_AGAIN * 2 ** min(target.failures, 10), _LONGEST)
    with suppress(StoreError):
        store.failed(held, why, again=now + wait)


def _is_dead(worker: str | None) -> bool:
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
