"""What a changed lockfile says of an artefact's bytes: nothing any more, something else, or something weaker."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.matching.tampering.sign import Change, Sign, World
from scanner.model.comparison import Step
from scanner.model.component import Component, Origin
from scanner.model.digest import by_algorithm
from scanner.model.ecosystem import ONE_ARTEFACT
from scanner.model.finding import Severity

_STRENGTH = {"md5": 1, "sha1": 2, "sha224": 3, "sha256": 3, "sha384": 4, "sha512": 5, "h1": 3, "blake2b": 5}


def check(change: Change, _: World) -> Iterator[Sign]:
    """Look at one component that was added or changed."""
    now = change.now
    if now is None or now.version is None or now.origin is not Origin.REGISTRY:
        return
    if change.of.step is Step.REDIGESTED:
        yield _other(change, now)
        return
    was = change.of.before
    if not now.digests:
        yield from _missing(change, was)
    elif was is not None and 0 < _strength(now) < _strength(was):
        yield Sign(
            "weaker-digest", Severity.MEDIUM, "is held to a weaker digest than before",
            f"{_algorithm(was)} became {_algorithm(now)}",
            "Write the lockfile anew with a current client.",
        )  # fmt: skip


def _other(change: Change, now: Component) -> Sign:
    was = by_algorithm(() if change.of.before is None else change.of.before.digests)
    kept = all(digests <= by_algorithm(now.digests).get(algorithm, digests) for algorithm, digests in was.items())
    if kept and now.purl is not None and now.purl.type not in ONE_ARTEFACT:
        return Sign(
            "further-digest", Severity.MEDIUM, "accepts further files, under the same version",
            "a release may gain files after it was made, from whoever can publish it",
            "Who published the file, and when? Compare it with what was there: pratique scan --base … --deep.",
        )  # fmt: skip
    return Sign(
        "other-digest", Severity.HIGH, "has another digest, and the same version",
        "a registry serves one artefact for one version: either the old or the new one is not it",
        "Compare both with what the registry publishes: pratique scan --base … --deep. Do not merge it before.",
    )  # fmt: skip


def _missing(change: Change, was: Component | None) -> Iterator[Sign]:
    had = was is not None and bool(was.digests)
    neighbours = change.neighbours()
    with_digest = sum(bool(one.digests) for one in neighbours)
    # Of a format that writes some digests and leaves out others (links, bundled ones), most neighbours have none.
    if had or (was is None and with_digest * 10 >= len(neighbours) * 9 and with_digest > 0):
        beside = f"{with_digest} of its {len(neighbours)} neighbours have one"
        yield Sign(
            "missing-digest", Severity.HIGH, "has no digest",
            f"it had one before; {beside}" if had else beside,
            "Without one the client takes whatever it is served. Let the client write the lockfile anew.",
        )  # fmt: skip


def _algorithm(component: Component) -> str:
    return max(by_algorithm(component.digests), key=lambda name: _STRENGTH.get(name, 0))


def _strength(component: Component) -> int:
    return max((_STRENGTH.get(name, 0) for name in by_algorithm(component.digests)), default=0)
