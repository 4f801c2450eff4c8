"""One release → what its registry answers, down to the attestation of the file that is meant."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import msgspec

from scanner.errors import EngineError, PratiqueError, UsageError
from scanner.matching.released import compared
from scanner.model.digest import hexadecimal
from scanner.model.purl import Purl
from scanner.model.released import DigestState, ReleaseAnswer, ReleaseState
from scanner.pipeline import attested
from scanner.pipeline.attested import Attested
from scanner.pipeline.releases import ReleaseFacts, Releases, meant
from scanner.registries import hosts, protocols
from scanner.registries.attestations import TYPES
from scanner.registries.clients.registry import Registry
from scanner.registries.release import Ask, Missing, Release

_IN_A_ROW = 5
"""Failures after which a registry is left alone: each was tried several times, as patiently as it asked for."""

_NOTHING = "nothing"
"""Of answers from a time when there was nothing installed to verify by."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A release to ask for."""

    purl: Purl
    """Spelled as its registry wants it, with no qualifier but those that choose a file."""
    digests: tuple[str, ...]
    """Those that an SBOM claims."""
    registries: tuple[Registry, ...]

    @property
    def asked_at(self) -> str:
        """By what the answer is kept: the addresses, which hold no keys."""
        return " ".join(one.url for one in self.registries)


class Asking:
    """Asks for releases, one after the other or in several threads."""

    def __init__(self, releases: Releases, trust_root: Path | None) -> None:
        """Raises `UsageError` for a trust root that is none."""
        self._releases = releases
        self._attested = Attested(trust_root)
        self.trust = _trust(trust_root)
        if trust_root is not None and self.trust:
            self._attested.root()
        self._failed: dict[str, int] = {}
        self._lock = threading.Lock()

    def answer(self, wanted: Wanted) -> ReleaseAnswer:
        """Ask. Raises what `Releases.fetched` raises, and `EngineError` for a registry that is left alone."""
        place = wanted.asked_at
        with self._lock:
            failed = self._failed.get(place, 0)
        if failed >= _IN_A_ROW:
            raise EngineError(
                f"the registry failed {_IN_A_ROW} times in a row, and was left alone",
                hint="run it again later: what was answered is kept",
            )
        try:
            found = self._answer(wanted)
        except EngineError as error:
            with self._lock:
                self._failed[place] = self._failed.get(place, 0) + 1 if _overall(error) else 0
            raise
        with self._lock:
            self._failed[place] = 0
        return found

    def holds(self, wanted: Wanted, answer: ReleaseAnswer) -> bool:
        """Whether a kept answer answers this too: its attestation by the same trust root, and of the file meant."""
        if not answer.judged_by:
            return True
        if answer.judged_by != (self.trust or _NOTHING):
            return False
        return (
            compared(wanted.digests, answer.judged) is DigestState.SAME
            or compared(wanted.digests, answer.digests) is not DigestState.SAME
        )

    def _answer(self, wanted: Wanted) -> ReleaseAnswer:
        purl = wanted.purl
        registry, found = self._releases.told(purl, wanted.registries)
        host = hosts.host(registry.url)
        if isinstance(found, Missing):
            return ReleaseAnswer(state=found.state, registry=host, note=found.what)
        ask = self._releases.ask(registry)
        facts, note = _facts(ask, registry, purl, found)
        files = (found, *found.others)
        told = (facts, *(file.facts for file in files))
        dates = [one.published for one in told if one.published is not None and not one.taken_in]
        digests = dict.fromkeys(hexadecimal(digest) or digest for file in files for digest in file.digests)
        answer = ReleaseAnswer(
            state=ReleaseState.PRESENT,
            registry=host,
            note=note,
            digests=tuple(digests),
            published=min(dates, default=None),
            withdrawn=facts.withdrawn,
            repository=facts.repository,
            maintainers=facts.maintainers,
            publisher=facts.publisher,
            attested=facts.attested,
        )
        return self._judged(ask, registry, purl, found, wanted.digests, answer)

    def _judged(
        self, ask: Ask, registry: Registry, purl: Purl, found: Release, own: Sequence[str], answer: ReleaseAnswer
    ) -> ReleaseAnswer:
        if purl.type not in TYPES:
            return answer
        file = meant(found, own)
        attestation = self._attested.of(ask, registry.url, purl, file)
        verified = bool(file.facts.attested)
        return msgspec.structs.replace(
            answer,
            attestation=attestation,
            earlier=attested.earlier(ask, registry.url, purl, found),
            judged=tuple(hexadecimal(digest) or digest for digest in file.digests) if verified else (),
            judged_by=self.trust or _NOTHING if verified else "",
        )


def _facts(ask: Ask, registry: Registry, purl: Purl, found: Release) -> tuple[ReleaseFacts, str]:
    """What surrounds the version, and what could not be asked of that: mirrors seldom have all of it."""
    facts = attested.together(found)
    if purl.type in protocols.FURTHER:
        try:
            more = protocols.speaker(purl.type).facts(ask, registry.url, purl)
        except UsageError:
            raise
        except PratiqueError as error:
            return facts, f"what surrounds it could not be asked: {error.what}"
        if more is not None:
            facts = msgspec.structs.replace(more, attested=facts.attested)
    return facts, ""


def _overall(error: EngineError) -> bool:
    """Whether it is the registry that fails: a refusal may be of the one package."""
    return not error.what.startswith("the server answers 4") or error.what.endswith("429")


def _trust(path: Path | None) -> str:
    """What attestations would be verified by, without loading the libraries; "" where they are not installed."""
    if find_spec("sigstore") is None or find_spec("pypi_attestations") is None:
        return ""
    own = f"sigstore {metadata.version('sigstore')}"
    if path is None:
        return own
    import hashlib

    try:
        return f"{own}, {hashlib.sha256(path.read_bytes()).hexdigest()}"
    except OSError as error:
        raise UsageError(f"it cannot be read: {error.strerror}", where=path) from error
