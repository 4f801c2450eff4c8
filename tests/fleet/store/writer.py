"""Records snapshots until it is killed: `python -m tests.fleet.store.writer STORE TARGET FIRST COUNT`."""

from __future__ import annotations

import sys
from datetime import timedelta

from scanner.fleet.store import open_store
from tests.factories import NOW
from tests.fleet.samples import component, finding, held, snapshot


def main(where: str, target: str, first: str, count: str) -> None:
    """Each snapshot is a lock of 300 packages of its number's own, and as many findings as a torn one would show."""
    with open_store(where) as store:
        lease = store.lease(int(target), "writer", until=NOW + timedelta(days=9), now=NOW + timedelta(days=99999))
        assert lease is not None
        for number in range(int(first), int(first) + int(count)):
            packages = [component(f"pkg:npm/p{target}-{number}-{one}@1.0.0") for one in range(300)]
            found = [finding(f"{number}-{one}") for one in range(20)]
            store.record(lease, snapshot(number, held("package-lock.json", *packages), findings=found))
            print(number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
