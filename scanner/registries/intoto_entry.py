"""Bundles whose log entry is of the older kind `intoto` 0.0.2, as npm's are; `sigstore` itself takes `dsse` only.

Everything is the library's but two steps: that the time at which such an entry was logged counts, which the log signed
as it signs that of any entry; and that the entry is about this envelope, which each kind says in its own way.

Spec: Rekor, pkg/types/intoto/v0.0.2; Sigstore client specification, "Transparency log"
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from sigstore.models import Bundle, TrustedRoot
    from sigstore.verify import Verifier

KIND = ("intoto", "0.0.2")
_NEEDED = ("_establish_time", "_verify_common_signing_cert", "_verify_timestamp_authority")
"""Of the library's verifier, and not promised to stay."""


class _Body(msgspec.Struct):
    kind: str
    version: str = msgspec.field(name="apiVersion")
    spec: _Spec


class _Spec(msgspec.Struct):
    content: _Content


class _Content(msgspec.Struct):
    envelope: _Envelope
    payload_hash: _Hash = msgspec.field(name="payloadHash")


class _Envelope(msgspec.Struct):
    signatures: list[_Signature]
    payload_type: str = msgspec.field(name="payloadType")


class _Signature(msgspec.Struct):
    sig: bytes
    public_key: bytes = msgspec.field(name="publicKey")


class _Hash(msgspec.Struct):
    algorithm: str
    value: str


def supported() -> bool:
    """Whether the library that is installed has the steps that are taken from it."""
    from sigstore import dsse
    from sigstore.verify import Verifier

    return hasattr(dsse, "_verify") and all(hasattr(Verifier, name) for name in _NEEDED)


def verifier(trusted_root: TrustedRoot) -> Verifier:
    """The library's verifier, which knows this kind of entry as well."""
    from datetime import UTC, datetime

    from sigstore import dsse
    from sigstore.errors import VerificationError
    from sigstore.verify import Verifier
    from sigstore.verify.policy import VerificationPolicy

    class WithIntoto(Verifier):
        def _establish_time(self, bundle: Bundle) -> list[Any]:
            if not _is(bundle):
                return super()._establish_time(bundle)
            from sigstore._internal.timestamp import TimestampSource, TimestampVerificationResult

            entry = bundle.log_entry._inner
            times: list[Any] = list(self._verify_timestamp_authority(bundle))
            if entry.integrated_time and entry.inclusion_promise:  # the promise is verified with the entry
                when = datetime.fromtimestamp(entry.integrated_time, UTC)
                times.append(TimestampVerificationResult(source=TimestampSource.TRANSPARENCY_SERVICE, time=when))
            return times

        def verify_dsse(self, bundle: Bundle, policy: VerificationPolicy) -> tuple[str, bytes]:
            envelope = bundle._dsse_envelope
            if envelope is None or not _is(bundle):
                return super().verify_dsse(bundle, policy)
            self._verify_common_signing_cert(bundle, policy)
            key: Any = bundle.signing_certificate.public_key()
            dsse._verify(key, envelope)
            if not _about(bundle, envelope):
                raise VerificationError("the log entry is of another envelope")
            return envelope._inner.payload_type, envelope._inner.payload

    return WithIntoto(trusted_root=trusted_root)


def _is(bundle: Bundle) -> bool:
    kind = bundle.log_entry._inner.kind_version
    return (kind.kind, kind.version) == KIND


def _about(bundle: Bundle, envelope: Any) -> bool:
    """Whether the entry has the envelope's payload, its only signature, and the certificate that made it."""
    from cryptography.x509 import load_pem_x509_certificate

    body = msgspec.json.decode(bundle.log_entry._inner.canonicalized_body, type=_Body)
    content = body.spec.content
    payload = hashlib.sha256(envelope._inner.payload).hexdigest()
    if (body.kind, body.version) != KIND or (content.payload_hash.algorithm, content.payload_hash.value) != (
        "sha256", payload,
    ):  # fmt: skip
        return False
    if len(content.envelope.signatures) != 1 or content.envelope.payload_type != envelope._inner.payload_type:
        return False
    signature = content.envelope.signatures[0]
    # What the entry has in Base64 is itself the Base64 of the signature.
    same = base64.b64decode(signature.sig, validate=True) == envelope.signature
    return same and load_pem_x509_certificate(signature.public_key) == bundle.signing_certificate
