"""Sigstore bundles, verified by `sigstore` and `pypi-attestations`, which only this and `intoto_entry` know.

Opens no connection.

Spec: Sigstore client specification; in-toto Statement v0.1 and v1; Fulcio, docs/oid-info.md

What the libraries prove: certificate chain up to the trust root and its certificate log, at the time at which the entry
was logged; the entry's inclusion in the transparency log; the signature over the statement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import msgspec

from scanner.errors import InputError, UsageError
from scanner.model.attestation import AttestationKind
from scanner.registries import intoto_entry
from scanner.registries.attestations import Held
from scanner.shape import json_text

if TYPE_CHECKING:
    from sigstore.models import Bundle, TrustedRoot
    from sigstore.verify import Verifier

MISSING = "pip install 'pratique[attest]'"
ISSUERS = {
    "https://token.actions.githubusercontent.com": "github.com",
    "https://gitlab.com": "gitlab.com",
}
"""Who may vouch for a builder → the forge on which the repository must then lie."""
_FULCIO = "1.3.6.1.4.1.57264.1"
_TUF = "https://tuf-repo-cdn.sigstore.dev"
_BUNDLE = "application/vnd.dev.sigstore.bundle"
_PAYLOAD = "application/vnd.in-toto+json"
_STATEMENTS = ("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1")
_MOST_ROOT = 1 << 20
_MOST_TOLD = 160


class NotInstalledError(Exception):
    """The extra `attest` is not installed."""


class UnjudgedError(Exception):
    """Of a kind that the libraries do not verify: nothing is said against it."""


class BrokenError(Exception):
    """It does not hold."""


class Root(NamedTuple):
    """What is trusted: certificate authorities and logs."""

    verifier: Verifier
    name: str
    """For people: where it is from, and its digest."""


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the certificate names. Spec: Fulcio, docs/oid-info.md"""

    issuer: str
    repository: str
    commit: str | None = None
    ref: str | None = None
    workflow: str = ""
    """`repository/path@ref`"""
    builder: str | None = None


class Subject(msgspec.Struct, frozen=True):
    """What a statement is about."""

    name: str
    digest: dict[str, str] = {}


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What was signed."""

    type: str = msgspec.field(name="_type")
    subject: list[Subject]
    predicate_type: str = msgspec.field(name="predicateType")
    predicate: Any = None


class _Peeked(msgspec.Struct):
    """Outside of what is signed: only to tell what is not verified from what does not hold."""

    media_type: str = msgspec.field(default="", name="mediaType")
    material: Any = msgspec.field(default=None, name="verificationMaterial")
    pep740: Any = msgspec.field(default=None, name="verification_material")


def root(path: Path | None = None) -> Root:
    """The trust root in a file, else the one that travels with the library.

    Raises `NotInstalledError`, and `UsageError` for a file that is none.
    """
    try:
        import pypi_attestations  # noqa: F401 — asked for here, so that what is missing is told once
        from sigstore.models import TrustedRoot
    except ImportError as error:
        raise NotInstalledError(MISSING) from error
    if path is not None:
        return _root(TrustedRoot, path, str(path))
    # Not `Verifier.production(offline=True)`: it writes a cache in the user's home, and trusts what lies there.
    own = resources.files("sigstore") / "_store" / quote(_TUF, safe="") / "trusted_root.json"
    with resources.as_file(own) as file:
        return _root(TrustedRoot, file, f"that of sigstore {metadata.version('sigstore')}")


def _root(kind: type[TrustedRoot], path: Path, name: str) -> Root:
    from sigstore.verify import Verifier

    make: Callable[..., Verifier] = intoto_entry.verifier if intoto_entry.supported() else Verifier
    try:
        data = path.read_bytes()
        if len(data) > _MOST_ROOT:
            raise ValueError(f"{len(data):,} bytes are too many")
        verifier = make(trusted_root=kind.from_file(str(path)))
    except Exception as error:  # whatever the library's own parsers raise
        raise UsageError(
            f"no trust root: {_told(error)}", where=path, hint="name a trusted_root.json of Sigstore: --trust-root FILE"
        ) from error
    return Root(verifier, f"{name} (sha256 {hashlib.sha256(data).hexdigest()[:16]})")


def verified(root: Root, held: Held) -> tuple[Statement, Signer]:
    """The statement, and whom its certificate names. Raises `BrokenError`, `UnjudgedError`."""
    from pypi_attestations import Attestation
    from sigstore.models import Bundle
    from sigstore.verify import policy

    _judgeable(held, {one.value for one in Bundle.BundleType})
    known = policy.AnyOf([policy.OIDCIssuerV2(issuer) for issuer in ISSUERS])
    try:
        if held.kind is AttestationKind.PEP740:
            attestation = Attestation.model_validate_json(held.document)
            bundle: Bundle = attestation.to_bundle()
        else:
            bundle = Bundle.from_json(held.document)
            attestation = Attestation.from_bundle(bundle)
        claims = attestation.certificate_claims
    except Exception as error:  # hostile bytes: the libraries' parsers raise what they like
        raise BrokenError(f"it cannot be read: {_told(error)}") from error
    try:
        kind, payload = root.verifier.verify_dsse(bundle, known)
    except Exception as error:  # as above, of what is reached only while verifying
        raise BrokenError(f"the signature or its log entry does not hold: {_told(error)}") from error
    if kind != _PAYLOAD:
        raise BrokenError(f"a statement of another kind was signed: {kind[:_MOST_TOLD]}")
    return _statement(payload), _signer(claims)


def _judgeable(held: Held, formats: set[str]) -> None:
    """Raises `UnjudgedError` for what the libraries are known not to verify."""
    try:
        seen: _Peeked = json_text.typed(held.document, _Peeked, where="")
    except InputError as error:
        raise BrokenError(f"it cannot be read: {error.what}") from error
    if seen.media_type.startswith(_BUNDLE) and seen.media_type not in formats:
        raise UnjudgedError(f"its format is not known to the library: {seen.media_type[:_MOST_TOLD]}")
    material = seen.pep740 if held.kind is AttestationKind.PEP740 else seen.material
    material = material if isinstance(material, dict) else {}
    if "publicKey" in material:
        raise UnjudgedError("it is signed with a key and not by an identity, and the key is not known here")
    entries = material.get("tlogEntries") or material.get("transparency_entries")
    for entry in entries if isinstance(entries, list) else ():
        version = entry.get("kindVersion") if isinstance(entry, dict) else None
        if isinstance(version, dict) and version.get("kind") == "intoto" and not intoto_entry.supported():
            raise UnjudgedError(
                "its log entry is of the older kind intoto, which this version of the library does not verify"
            )


def _statement(payload: bytes) -> Statement:
    try:
        statement: Statement = json_text.typed(payload, Statement, where="statement")
    except InputError as error:
        raise BrokenError(f"what was signed is no statement: {error.what}") from error
    if statement.type not in _STATEMENTS:
        raise BrokenError(f"what was signed is no statement: {statement.type[:_MOST_TOLD]}")
    return statement


def _signer(claims: dict[str, str]) -> Signer:
    def claim(number: int) -> str | None:
        return claims.get(f"{_FULCIO}.{number}")

    repository = claim(12)
    if repository is None:
        raise BrokenError("the certificate names no source repository")
    return Signer(
        issuer=claim(8) or "",
        repository=repository,
        commit=claim(13),
        ref=claim(14),
        workflow=claim(18) or "",
        builder=claim(11),
    )


def _told(error: Exception) -> str:
    """The beginning of what a library says, on one line."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= _MOST_TOLD else f"{words[:_MOST_TOLD]}…"
