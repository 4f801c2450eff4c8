"""What proves to an S3-like store who asks: Signature Version 4, for questions without a body.

Spec: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html. Written here because botocore takes
32 MB for it, and requests-aws4auth 1.4 signs `a//b` and `a/./b` as `a/b`: keys that a bucket may hold.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

_NOTHING = hashlib.sha256(b"").hexdigest()
_DEFAULT_PORTS = {"https": 443, "http": 80}


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """Never shown, never stored."""

    id: str
    secret: str
    session: str = ""
    region: str

    def __repr__(self) -> str:
        return "Keys(…)"


def headers(url: str, keys: Keys, *, now: datetime) -> dict[str, str]:
    """The headers that sign a GET of `url`, whose path and query are percent-encoded already."""
    parts = urlsplit(url)
    time = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{time[:8]}/{keys.region}/s3/aws4_request"
    signed = {"host": _host(url), "x-amz-content-sha256": _NOTHING, "x-amz-date": time}
    if keys.session:
        signed["x-amz-security-token"] = keys.session
    names = ";".join(sorted(signed))
    query = "&".join(sorted(one if "=" in one else f"{one}=" for one in parts.query.split("&") if one))
    lines = [f"{name}:{signed[name]}" for name in sorted(signed)]
    request = "\n".join(("GET", parts.path or "/", query, *lines, "", names, _NOTHING))
    text = "\n".join(("AWS4-HMAC-SHA256", time, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = b"AWS4" + keys.secret.encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    signature = _mac(key, text).hex()
    del signed["host"]  # whoever sends it writes that
    credential = f"Credential={keys.id}/{scope}"
    return signed | {"Authorization": f"AWS4-HMAC-SHA256 {credential},SignedHeaders={names},Signature={signature}"}


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _host(url: str) -> str:
    """As a client names it: without the port that goes without saying."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return host.removesuffix(f":{parts.port}") if parts.port == _DEFAULT_PORTS.get(parts.scheme) else host
