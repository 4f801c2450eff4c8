"""What a worker counts, for Prometheus."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from scanner.pipeline.fleet.looking import Did
from scanner.pipeline.fleet.workers.messages import Chored, Done, Reconciled, State

_DONE, _FAILED = "done", "failed"
_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600, float("inf"))


class Metrics:
    """One worker's counts since it began."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library gives it no types
        self._registry = CollectorRegistry()

        def gauge(name: str, says: str) -> Gauge:
            return Gauge(f"pratique_worker_{name}", says, registry=self._registry)

        def counter(name: str, says: str) -> Counter:
            made = Counter(name, says, ["did"], registry=self._registry)
            for did in (_DONE, _FAILED):
                made.labels(did)
            return made

        self._looks = Counter("pratique_worker_looks", "Looks that ended, by how", ["did"], registry=self._registry)
        for did in Did:
            self._looks.labels(did.value)
        self._seconds = Histogram(
            "pratique_worker_look_seconds", "Seconds of a look", buckets=_BUCKETS, registry=self._registry
        )
        self._aside = Counter(
            "pratique_worker_put_aside", "Targets let alone for killing who looks at them", registry=self._registry
        )
        self._listings = counter("pratique_worker_listings", "Organisations and drop folders asked, by how it went")
        self._messages = counter("pratique_worker_messages", "Messages to people, by how it went")
        self._exposed = Counter(
            "pratique_worker_exposed",
            "Targets that were hit before that was known",
            registry=self._registry,
        )
        self._not_matched = Counter(
            "pratique_worker_not_matched", "Times that the past could not be asked", registry=self._registry
        )
        self._looking = gauge("looking", "Looks going on")
        self._given = gauge("waiting", "Targets that wait inside of this worker")
        self._died = gauge("processes_died", "Processes that ended in the middle of a look, since the worker began")
        self._due = gauge("due", "Targets due when the store was last asked, at most the backlog")
        self._reconciled = gauge("reconciled_timestamp_seconds", "When this worker last asked the store what is due")
        self.queued = gauge("queued", "Jobs that wait in the queue of all workers")
        self.behind = gauge("behind", "1 while other workers have newer intelligence, and this one waits for it")
        self.beat = gauge("queue_timestamp_seconds", "When this worker last reached the queue")

    def ended(self, done: Done) -> None:
        if done.looked is not None:
            self._looks.labels(done.looked.did.value).inc()
            self._seconds.observe(done.looked.seconds)

    def state(self, state: State) -> None:
        self._looking.set(state.looking)
        self._given.set(state.waiting)
        self._died.set(state.died)

    def reconciled(self, found: Reconciled) -> None:
        self._due.set(found.due)
        self._aside.inc(found.aside)
        self._reconciled.set(found.at.timestamp())

    def chored(self, did: Chored) -> None:
        self._listings.labels(_DONE).inc(did.listed)
        self._listings.labels(_FAILED).inc(did.not_listed)
        self._messages.labels(_DONE).inc(did.told)
        self._messages.labels(_FAILED).inc(did.not_told)
        self._exposed.inc(did.exposed)
        self._not_matched.inc(did.not_matched)

    def reached(self) -> None:
        self.beat.set(time.time())

    def text(self) -> bytes:
        return generate_latest(self._registry)
