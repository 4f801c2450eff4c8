"""A Sigstore of our own: certificate authority, certificate log, transparency log, and whoever signs with them.

What it makes is verified by the real libraries, against the trust root that it writes. Keys live as long as the test.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

GITHUB = "https://token.actions.githubusercontent.com"
WHEN = datetime(2026, 11, 1, 12, tzinfo=UTC)
PAYLOAD = "application/vnd.in-toto+json"
_SCTS = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def _utf8(text: str) -> bytes:
    """DER of a UTF8String."""
    data = text.encode()
    size = bytes([len(data)]) if len(data) < 128 else bytes([0x81, len(data)])
    return b"\x0c" + size + data


class Sigstore:
    def __init__(self) -> None:
        self.authority, self.ct, self.log = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority.invalid")])
        self._name = name
        self.root = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.authority.public_key())
            .serial_number(1)
            .not_valid_before(WHEN - timedelta(days=900))
            .not_valid_after(WHEN + timedelta(days=900))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.authority.public_key()), critical=False)
            .sign(self.authority, hashes.SHA256())
        )

    def trust_root(self) -> bytes:
        valid = {"start": "2020-01-01T00:00:00Z"}

        def log(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
            return {
                "baseUrl": "https://log.invalid",
                "hashAlgorithm": "SHA2_256",
                "publicKey": {
                    "rawBytes": b64(_der(key)),
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "validFor": valid,
                },
                "logId": {"keyId": b64(hashlib.sha256(_der(key)).digest())},
            }

        return json.dumps(
            {
                "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                "tlogs": [log(self.log)],
                "certificateAuthorities": [
                    {
                        "subject": {"organization": "test", "commonName": "authority.invalid"},
                        "uri": "https://authority.invalid",
                        "certChain": {"certificates": [{"rawBytes": b64(self.root.public_bytes(Encoding.DER))}]},
                        "validFor": valid,
                    }
                ],
                "ctlogs": [log(self.ct)],
                "timestampAuthorities": [],
            }
        ).encode()

    def certificate(
        self, key: ec.EllipticCurvePrivateKey, repository: str, *, issuer: str, workflow: str, commit: str
    ) -> x509.Certificate:
        """As Fulcio makes them, good for ten minutes, with the certificate log's receipt in it."""
        place = f"{repository}/.github/workflows/{workflow}@refs/heads/main"
        claims = {
            8: issuer,
            9: place,
            11: "github-hosted",
            12: repository,
            13: commit,
            14: "refs/heads/main",
            18: place,
        }
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(WHEN)
            .not_valid_after(WHEN + timedelta(minutes=10))
            .add_extension(_usage(certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.public_key()), critical=False
            )
            .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(place)]), critical=True)
        )
        for number, text in claims.items():
            oid = ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{number}")
            builder = builder.add_extension(x509.UnrecognizedExtension(oid, _utf8(text)), critical=False)
        # RFC 6962, 3.2: the log signs what will be signed, without its own receipt.
        draft = builder.sign(self.authority, hashes.SHA256()).tbs_certificate_bytes
        stamp = int(WHEN.timestamp() * 1000)
        issuer_id = hashlib.sha256(_der(self.authority)).digest()
        entry = issuer_id + struct.pack("!I", len(draft))[1:] + draft
        signature = _sign(self.ct, struct.pack("!BBQH", 0, 0, stamp, 1) + entry + b"\0\0")
        sct = b"\0" + hashlib.sha256(_der(self.ct)).digest() + struct.pack("!Q", stamp) + b"\0\0"
        sct += b"\x04\x03" + struct.pack("!H", len(signature)) + signature
        listed = struct.pack("!H", len(sct) + 2) + struct.pack("!H", len(sct)) + sct
        octets = b"\x04" + (bytes([len(listed)]) if len(listed) < 128 else bytes([0x81, len(listed)])) + listed
        return builder.add_extension(x509.UnrecognizedExtension(_SCTS, octets), critical=False).sign(
            self.authority, hashes.SHA256()
        )

    def bundle(
        self,
        statement: dict[str, Any],
        *,
        repository: str,
        issuer: str = GITHUB,
        workflow: str = "release.yml",
        commit: str = "c" * 40,
        kind: str = "dsse",
        logged: datetime = WHEN + timedelta(minutes=1),
    ) -> dict[str, Any]:
        """A statement, signed and logged."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.certificate(key, repository, issuer=issuer, workflow=workflow, commit=commit)
        payload = json.dumps(statement).encode()
        signature = _sign(key, f"DSSEv1 {len(PAYLOAD)} {PAYLOAD} {len(payload)} ".encode() + payload)
        body = _canonical(_body(kind, payload, signature, certificate))
        return {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {
                "certificate": {"rawBytes": b64(certificate.public_bytes(Encoding.DER))},
                "tlogEntries": [self._entry(kind, body, int(logged.timestamp()))],
            },
            "dsseEnvelope": {
                "payload": b64(payload),
                "payloadType": PAYLOAD,
                "signatures": [{"sig": b64(signature)}],
            },
        }

    def _entry(self, kind: str, body: bytes, at: int) -> dict[str, Any]:
        """The only entry of its log: its leaf is the root of the tree."""
        log_id = hashlib.sha256(_der(self.log)).digest()
        promise = {"body": b64(body), "integratedTime": at, "logID": log_id.hex(), "logIndex": 0}
        leaf = hashlib.sha256(b"\0" + body).digest()
        note = f"log.invalid - 1\n1\n{b64(leaf)}\n"
        signed = b64(log_id[:4] + _sign(self.log, note.encode()))
        return {
            "logIndex": "0",
            "logId": {"keyId": b64(log_id)},
            "kindVersion": {"kind": kind, "version": "0.0.1" if kind == "dsse" else "0.0.2"},
            "integratedTime": str(at),
            "inclusionPromise": {"signedEntryTimestamp": b64(_sign(self.log, _canonical(promise)))},
            "inclusionProof": {
                "logIndex": "0",
                "rootHash": b64(leaf),
                "treeSize": "1",
                "hashes": [],
                "checkpoint": {"envelope": f"{note}\n\u2014 log.invalid {signed}\n"},
            },
            "canonicalizedBody": b64(body),
        }


def _body(kind: str, payload: bytes, signature: bytes, certificate: x509.Certificate) -> dict[str, Any]:
    pem = b64(certificate.public_bytes(Encoding.PEM))
    digest = {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()}
    if kind == "dsse":
        signatures = [{"signature": b64(signature), "verifier": pem}]
        spec: dict[str, Any] = {"envelopeHash": digest, "payloadHash": digest, "signatures": signatures}
        return {"apiVersion": "0.0.1", "kind": "dsse", "spec": spec}
    twice = b64(b64(signature).encode())
    envelope = {"payloadType": PAYLOAD, "signatures": [{"publicKey": pem, "sig": twice}]}
    return {
        "apiVersion": "0.0.2",
        "kind": kind,
        "spec": {"content": {"envelope": envelope, "hash": digest, "payloadHash": digest}},
    }


def _canonical(value: Any) -> bytes:
    """RFC 8785, of values as plain as these."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def provenance(name: str, digest: dict[str, str], repository: str, *, commit: str = "c" * 40) -> dict[str, Any]:
    """A statement as npm's client makes them."""
    workflow = {"ref": "refs/heads/main", "repository": repository, "path": ".github/workflows/release.yml"}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": digest}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "externalParameters": {"workflow": workflow},
                "resolvedDependencies": [{"digest": {"gitCommit": commit}}],
            }
        },
    }


def npm_document(*bundles: dict[str, Any]) -> dict[str, Any]:
    return {"attestations": [{"predicateType": "https://slsa.dev/provenance/v1", "bundle": one} for one in bundles]}


def pep740(bundle: dict[str, Any], repository: str, *, workflow: str = "release.yml", kind: str = "GitHub") -> Any:
    """The provenance object that an index serves for one file."""
    envelope = bundle["dsseEnvelope"]
    material = bundle["verificationMaterial"]
    attestation = {
        "version": 1,
        "verification_material": {
            "certificate": material["certificate"]["rawBytes"],
            "transparency_entries": material["tlogEntries"],
        },
        "envelope": {"statement": envelope["payload"], "signature": envelope["signatures"][0]["sig"]},
    }
    publisher = {"kind": kind, "repository": repository, "workflow": workflow}
    return cast("Any", {"version": 1, "attestation_bundles": [{"publisher": publisher, "attestations": [attestation]}]})
