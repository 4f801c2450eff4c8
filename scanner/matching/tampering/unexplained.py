"""A lockfile that says more than its manifest explains."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.matching.tampering.sign import Change, Sign, World
from scanner.model.comparison import Step
from scanner.model.finding import Severity


def check(change: Change, world: World) -> Iterator[Sign]:
    """Look at one component that was added: does anything in the lock ask for it?"""
    now, reading = change.now, change.after
    if change.of.step is not Step.ADDED or now is None or not now.ref or now.version is None or reading is None:
        return
    reached = world.reached(reading)
    # Of a graph that leads nowhere (a lock without its manifest) nothing can be said.
    if reading.graph is not None and len(reached) > len(reading.graph.roots) and now.ref not in reached:
        yield Sign(
            "unexplained", Severity.MEDIUM, "is in the lockfile, and nothing in it asks for it",
            "a client installs it all the same",
            "Let the client write the lockfile anew from the manifest: does the entry stay?",
        )  # fmt: skip
