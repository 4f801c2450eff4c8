"""Small snapshots for tests of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from scanner.fleet.store import Store
from scanner.fleet.store.values import Covered, Held, Lease, Recorded, Snapshot
from scanner.model.component import Component, Location
from scanner.model.finding import Claim, Finding, FindingClass, Severity, State
from tests import factories
from tests.factories import NOW

DAY = timedelta(days=1)


def component(purl: str, **fields: Any) -> Component:
    return factories.component(purl, **({"ref": ""} | fields))


def held(path: str, *components: Component, content: bytes | None = None, reader: str = "npm/1") -> Held:
    """A source whose content is as its components are."""
    digest = hashlib.sha256(repr(components).encode()).digest() if content is None else content
    return Held(path=path, content=digest, reader=reader, components=components)


def finding(id_: str, path: str = "package-lock.json", **fields: Any) -> Finding:
    bad = component("pkg:npm/evil@1.0.0", location=Location(path))
    defaults: dict[str, Any] = {
        "id": id_,
        "class_": FindingClass.COMPROMISE,
        "state": State.CERTAIN,
        "severity": Severity.CRITICAL,
        "title": f"evil {id_}",
        "reason": "this very version is bad",
        "component": bad,
        "claims": (Claim(feed="mine", record="example"),),
    }
    return Finding(**(defaults | fields))


def snapshot(number: int, *sources: Held, findings: Iterable[Finding] = (), **fields: Any) -> Snapshot:
    """The snapshot of day `number`."""
    defaults: dict[str, Any] = {
        "revision": f"{number:040x}",
        "taken": NOW + number * DAY,
        "tool": "1.0",
        "intelligence": "monday",
        "sources": sources,
        "findings": tuple(findings),
        "coverage": Covered(complete=True, read=3, checked=3),
    }
    return Snapshot(**(defaults | fields))


def lease(store: Store, target: int, worker: str = "me") -> Lease:
    """The lease, whoever had it before."""
    found = store.lease(target, worker, until=NOW + 1000 * DAY, now=NOW + 2000 * DAY)
    assert found is not None
    return found


def recorded(store: Store, target: int, *snapshots: Snapshot) -> list[Recorded]:
    held_ = lease(store, target)
    return [store.record(held_, one) for one in snapshots]
