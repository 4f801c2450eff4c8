"""Where a registry serves the attestations of a release, and how they are taken apart into bundles.

Spec: npm/registry, "registry signatures and provenance" (`dist.attestations`); PEP 740 and PyPI's Integrity API.
What a document says of itself outside of the signed text is the registry's word: it decides which part of it to verify,
never the outcome.
"""

from __future__ import annotations

from typing import Any

import msgspec

from scanner.display import address
from scanner.errors import InputError
from scanner.model.attestation import AttestationKind
from scanner.registries.release import Ask, Release, joined, words
from scanner.shape import json_text

TYPES = frozenset(("npm", "pypi"))
"""Types of purl whose registries hold attestations."""
PROVENANCE = "https://slsa.dev/provenance/"
MOST_BYTES = 4 << 20
"""Real documents have 10 to 40 kB."""
MOST = 16
_PEP740 = "application/vnd.pypi.integrity.v1+json"


class Publisher(msgspec.Struct, frozen=True, kw_only=True):
    """Who uploaded, as a Python index knows them: unsigned, and compared with what is signed."""

    kind: str = ""
    repository: str = ""
    workflow: str = ""
    """File of the workflow below the forge's usual folder, or its path."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One attestation as it lies there."""

    kind: AttestationKind
    document: bytes
    """JSON: a Sigstore bundle, of PEP 740 an attestation."""
    publisher: Publisher | None = None


class _Npm(msgspec.Struct):
    attestations: list[_NpmOne]


class _NpmOne(msgspec.Struct):
    bundle: msgspec.Raw
    predicate: Any = msgspec.field(default=None, name="predicateType")


class _Pep740(msgspec.Struct):
    bundles: list[_PepBundle] = msgspec.field(name="attestation_bundles")


class _PepBundle(msgspec.Struct):
    attestations: list[msgspec.Raw]
    publisher: dict[str, Any] = {}


def held(ask: Ask, base: str, type_: str, release: Release) -> tuple[Held, ...]:
    """The attestations of a release whose registry says that it has one; () where it serves none all the same.

    Raises `InputError` where they are not where we may ask, or make no sense, `EngineError` where the registry fails.
    """
    if release.attestation is None:
        raise InputError("the registry says that there is one, and not where", where=address(release.url))
    url = joined(base, release.attestation)
    where = address(url)
    if _server(url) != _server(base):
        raise InputError("it lies on another server than the registry's, which is not asked", where=where)
    data = ask(url, accept=_PEP740 if type_ == "pypi" else "application/json")
    if data is None:
        return ()
    if len(data) > MOST_BYTES:
        raise InputError(f"{len(data):,} bytes, and {MOST_BYTES:,} are read", where=where)
    found = tuple(_npm(data, where) if type_ == "npm" else _pypi(data, where))
    if len(found) > MOST:
        raise InputError(f"{len(found)} attestations, and {MOST} are verified", where=where)
    return found


def _npm(data: bytes, where: str) -> list[Held]:
    document: _Npm = json_text.typed(data, _Npm, where=where)
    return [
        Held(
            kind=AttestationKind.NPM_PROVENANCE
            if (words(one.predicate) or "").startswith(PROVENANCE)
            else AttestationKind.NPM_PUBLISH,
            document=bytes(one.bundle),
        )
        for one in document.attestations
    ]


def _pypi(data: bytes, where: str) -> list[Held]:
    document: _Pep740 = json_text.typed(data, _Pep740, where=where)
    return [
        Held(kind=AttestationKind.PEP740, document=bytes(one), publisher=_publisher(bundle.publisher))
        for bundle in document.bundles
        for one in bundle.attestations
    ]


def _publisher(told: dict[str, Any]) -> Publisher:
    return Publisher(
        kind=words(told.get("kind")) or "",
        repository=words(told.get("repository")) or "",
        workflow=words(told.get("workflow")) or words(told.get("workflow_filepath")) or "",
    )


def _server(url: str) -> str:
    """Host and port. The scheme is judged where it is asked: a mirror behind a proxy that ends TLS names the other."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2].lower()
