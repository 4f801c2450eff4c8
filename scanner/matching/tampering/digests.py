"""What a changed lockfile says of an artefact's bytes: nothing any more, something else, or something weaker."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.matching.tampering.sign import Change, Sign, World
from scanner.model.comparison import Step
from scanner.model.component import Component, Origin
from scanner.model.finding import Severity

_STRENGTH = {"md5": 1, "sha1": 2, "sha224": 3, "sha256": 3, "sha384": 4, "sha512": 5, "h1": 3, "blake2b": 5}


def check(change: Change, _: World) -> Iterator[Sign]:
    """Look at one component that was added or changed."""
    now = change.now
    if now is None or now.version is None or now.origin is not Origin.REGISTRY:
        return
    if change.of.step is Step.REDIGESTED:
        yield Sign(
            "other-digest", Severity.HIGH, "has another digest, and the same version",
            "a registry serves one artefact for one version: either the old or the new one is not it",
            "Compare both with what the registry publishes: pratique scan --base … --deep. Do not merge it before.",
        )  # fmt: skip
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
    return max((_name(digest) for digest in component.digests), key=lambda name: _STRENGTH.get(name, 0))


def _strength(component: Component) -> int:
    return max((_STRENGTH.get(_name(digest), 0) for digest in component.digests), default=0)


def _name(digest: str) -> str:
    cut = min((at for at in (digest.find("-"), digest.find(":")) if at > 0), default=len(digest))
    return digest[:cut].lower()
