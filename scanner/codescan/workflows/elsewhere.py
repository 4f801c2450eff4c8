"""The same for GitLab and CircleCI, where it is the same: configuration that is fetched, and orbs of others.

Spec: https://docs.gitlab.com/ci/yaml/#includeremote and https://circleci.com/docs/orbs/use/orb-intro/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.codescan.workflows.facts import Fact, short
from scanner.model.signal import Confidence, Provenance

_EXACT = re.compile(r"\d+\.\d+\.\d+\Z")


def trusted(document: Mapping[str, Any]) -> Iterator[str]:
    """The addresses and owners of orbs that a configuration trusts."""
    yield from (address for address, _ in _remotes(document))
    yield from (orb.partition("/")[0] for orb in _orbs(document))


def facts(document: Mapping[str, Any], known: frozenset[str]) -> Iterator[Fact]:
    """Yield what is fetched from addresses and owners that nothing here trusted."""
    for address, pinned in _remotes(document):
        if address not in known:
            plain = address.lower().startswith("http:")
            confidence = Confidence.LOW if pinned else Confidence.HIGH if plain else Confidence.MEDIUM
            said = f"takes its jobs from {short(address)}" + (" without encryption" if plain else "")
            yield Fact("new-remote-include", Provenance.NEW_ACTION, confidence, said, address)
    for orb in _orbs(document):
        owner, _, version = orb.partition("/")[0], *orb.partition("@")[1:]
        if owner != "circleci" and owner not in known:
            fixed = _EXACT.match(version) is not None
            said = f"runs the orb {short(orb)}; nothing here used anything of {short(owner)}"
            yield Fact("new-orb", Provenance.NEW_ACTION, Confidence.LOW if fixed else Confidence.MEDIUM, said, orb)


def _remotes(document: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """(address, whether a digest holds it) of what GitLab fetches."""
    include = document.get("include")
    for item in include if isinstance(include, list) else [include]:
        address = item.get("remote") if isinstance(item, dict) else item
        if isinstance(address, str) and re.match(r"https?://", address, re.IGNORECASE):
            yield address, isinstance(item, dict) and "integrity" in item


def _orbs(document: Mapping[str, Any]) -> Iterator[str]:
    orbs = document.get("orbs")
    if isinstance(orbs, dict):
        yield from (orb for orb in orbs.values() if isinstance(orb, str) and "/" in orb)
