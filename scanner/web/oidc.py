"""Signing in through an OpenID Connect provider: authorization code, PKCE, state, nonce.

What is between the two halves travels in a signed cookie, so that any of several servers may do the second half.
https://openid.net/specs/openid-connect-core-1_0.html, RFC 7636 (PKCE), RFC 9207 (issuer in the answer)
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oidc.core import CodeIDToken
from itsdangerous import BadData, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from scanner import net
from scanner.errors import EngineError, InputError, UsageError
from scanner.shape import json_text
from scanner.web.access import Role
from scanner.web.settings import LOOPBACK, Oidc

COOKIE = "-oidc"
SECONDS = 600
"""How long somebody may take at the provider."""
_TIMEOUT = 15
_LEEWAY = 60
_PATIENCE = 3.0
"""Seconds that somebody waits while another one asks the provider for its addresses and keys."""
_LARGEST = 1_000_000
_STALE = 3_600.0
"""Seconds after which the provider is asked for its addresses and keys again."""
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Of signatures, by a key that only the provider has: not `none`, and none with a secret that both have."""


class RefusedError(Exception):
    """The provider did not say who it is, or it is nobody whom we know."""

    def __init__(self, what: str, who: str = "-") -> None:
        super().__init__(what)
        self.what = what
        self.who = who


@dataclass(frozen=True, slots=True)
class Known:
    name: str
    role: Role


class _Published(msgspec.Struct, frozen=True):
    """https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata"""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the provider publishes of itself."""

    authorization: str
    token: str
    keys: KeySet
    at: float
    method: str


class Provider:
    """One provider. Asked when somebody first signs in, so that the server starts without it."""

    def __init__(self, settings: Oidc) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._found: _Found | None = None
        key = hmac.new(settings.client_secret.encode(), b"pratique: the cookie of a sign-in", hashlib.sha256).digest()
        self._signer = URLSafeTimedSerializer(key, signer_kwargs={"digest_method": hashlib.sha256})

    def begin(self, callback: str, *, next: str) -> tuple[str, str]:  # noqa: A002
        """(address at the provider, value of the cookie). Raises `EngineError`."""
        found = self._discovered()
        verifier, nonce = generate_token(64), generate_token(32)
        with self._client(found, callback) as client:
            url, state = client.create_authorization_url(
                found.authorization, code_verifier=verifier, nonce=nonce, state=generate_token(32)
            )
        flow = {"state": state, "nonce": nonce, "verifier": verifier, "next": next, "callback": callback}
        return url, str(self._signer.dumps(flow))

    def end(self, answered: Mapping[str, str], cookie: str) -> tuple[Known, str]:
        """(who it is, where to go on). Raises `RefusedError`, and `EngineError` where the provider does not answer."""
        try:
            flow: dict[str, str] = self._signer.loads(cookie, max_age=SECONDS)
        except BadData as error:
            raise RefusedError("that took too long, or began in another browser: sign in again") from error
        if not hmac.compare_digest(flow["state"].encode(), answered.get("state", "").encode()):
            raise RefusedError("the answer belongs to another sign-in: sign in again")
        if answered.get("iss", self._settings.issuer) != self._settings.issuer:
            raise RefusedError("the answer comes from another provider")
        if "code" not in answered:
            raise RefusedError(f"the provider says no: {answered.get('error', 'without a reason')[:100]}")
        found = self._discovered()
        try:
            with self._client(found, flow["callback"]) as client:
                token = client.fetch_token(
                    found.token, grant_type="authorization_code", code=answered["code"],
                    code_verifier=flow["verifier"], timeout=_TIMEOUT,
                )  # fmt: skip
        except OAuthError as error:
            raise RefusedError(f"the provider refuses the code: {str(error.error)[:100]}") from error
        except (requests.RequestException, ValueError) as error:
            raise _away(self._settings.issuer, error) from error
        return self._known(self._claims(found, token, flow["nonce"])), flow["next"]

    def _client(self, found: _Found, callback: str) -> OAuth2Session:
        return OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            scope=self._settings.scopes,
            redirect_uri=callback,
            code_challenge_method="S256",
            token_endpoint_auth_method=found.method,
        )

    def _claims(self, found: _Found, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        raw = token.get("id_token")
        if not isinstance(raw, str):
            raise RefusedError("the provider sent no ID token")
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        try:
            try:
                read = jwt.decode(raw, found.keys, registry=registry)
            except InvalidKeyIdError:  # it has new keys since
                read = jwt.decode(raw, self._discovered(fresh=True).keys, registry=registry)
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                },
                {
                    "nonce": nonce,
                    "client_id": self._settings.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError) as error:
            raise RefusedError(f"the ID token is not good: {str(error)[:200]}") from error
        if claims.get("nonce") != nonce:
            raise RefusedError("the ID token belongs to another sign-in")
        return dict(claims)

    def _known(self, claims: Mapping[str, Any]) -> Known:
        name = claims.get(self._settings.name)
        if not isinstance(name, str) or not name.strip():
            raise RefusedError(f"the provider does not tell {self._settings.name}", str(claims.get("sub", "-")))
        if self._settings.name == "email" and claims.get("email_verified") is not True:
            raise RefusedError("the provider does not say that the e-mail address is verified", name)
        theirs = _values(claims, self._settings.claim)
        roles = [Role.of(role) for value, role in self._settings.roles.items() if value == "*" or value in theirs]
        if not roles:
            raise RefusedError(f"nothing in {self._settings.claim} has a role here", name)
        return Known(name, max(roles))

    def _discovered(self, *, fresh: bool = False) -> _Found:
        # One asks, and few wait: a provider that does not answer is not to hold all threads that pages need.
        if not self._lock.acquire(timeout=_PATIENCE):
            raise _away(self._settings.issuer, TimeoutError("others are waiting for it"))
        try:
            if self._found is None or fresh or time.monotonic() - self._found.at > _STALE:
                self._found = self._discover()
            return self._found
        finally:
            self._lock.release()

    def _discover(self) -> _Found:
        issuer = self._settings.issuer
        where = issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            with net.Client(backoff=0.1) as client:
                told: _Published = json_text.typed(client.fetch(where, limit=_LARGEST).data, _Published, where=where)
                if told.issuer != issuer:
                    raise InputError(f"it calls itself {told.issuer!r}", where=where, hint="--oidc-issuer as it has it")
                for address in (told.authorization_endpoint, told.token_endpoint, told.jwks_uri):
                    trusted(address)
                answer = client.fetch(told.jwks_uri, limit=_LARGEST)
            keys = KeySet.import_key_set(json_text.value(answer.data, where=told.jwks_uri))
        except (InputError, UsageError, JoseError, ValueError, TypeError, KeyError) as error:
            raise _away(issuer, error) from error
        basic = "client_secret_basic" in told.token_endpoint_auth_methods_supported
        method = "client_secret_basic" if basic else "client_secret_post"
        return _Found(told.authorization_endpoint, told.token_endpoint, keys, time.monotonic(), method)


def trusted(address: str) -> None:
    """Raise `UsageError` for an address at which anybody on the way could answer."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise UsageError("that needs https", where=address)


def _away(issuer: str, error: Exception) -> EngineError:
    return EngineError(
        f"the provider does not answer as it should: {str(error)[:200]}", where=issuer, hint="try again in a moment"
    )


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """The words in a claim, be it one or a list."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    return frozenset(one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str))
