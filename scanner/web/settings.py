"""What the server is told when it starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """Who says who somebody is: an OpenID Connect provider."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    roles: Mapping[str, str]
    """Value of the claim → role. `*` stands for everybody whom the provider lets in."""
    claim: str = "groups"
    """Of the ID token; a dot leads into it where there is none of the whole name (`realm_access.roles`)."""
    name: str = "email"
    """The claim by which people are known here. An e-mail address must be verified."""
    scopes: str = "openid email profile"

    @property
    def called(self) -> str:
        """What people know the provider by."""
        return urlsplit(self.issuer).hostname or self.issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    store: str
    """A file, or postgresql://…"""
    intel_directory: Path
    """Where the intelligence database lies: pages say how old its feeds are."""
    host: str = "127.0.0.1"
    port: int = 8740
    public_url: str | None = None
    """How browsers reach it, where that is not `http://host:port`: scheme, host and port, no path."""
    tls: bool = False
    """It speaks TLS itself."""
    proxied: bool = False
    """A trusted proxy is in front, and says from where a request came."""
    oidc: Oidc | None = None
    link: str | None = field(default=None, repr=False)
    """The code of the one-time link by which the only user of this machine signs in."""
    idle: timedelta = timedelta(hours=2)
    """A session that nobody uses ends."""
    longest: timedelta = timedelta(hours=12)
    """Every session ends."""
    largest: int = 256_000
    """Bytes of a request's body: what anybody may send."""
    lists: int = 8_000_000
    """Bytes of a list of indicators."""
    sboms: int = 64_000_000
    """Bytes of an SBOM, with the one before it."""
    requests: int = 600
    """Requests of one person in a minute."""
    sign_ins: int = 10
    """Tries to sign in from one address in a minute."""
    connections: int = 16
    """Connections to the store at any time."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def url(self) -> str:
        """Scheme, host and port, as browsers say them: an `Origin`."""
        if self.public_url is not None:
            return self.public_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    @property
    def exposed(self) -> bool:
        """Others than the people of this machine may reach it."""
        return self.proxied or self.host not in LOOPBACK or urlsplit(self.url).hostname not in LOOPBACK

    @property
    def secure(self) -> bool:
        """Browsers reach it through TLS."""
        return self.url.startswith("https://")

    @property
    def origins(self) -> frozenset[str]:
        """What browsers may call us: the address above, and where that is this machine, its other names."""
        if self.public_url is not None or self.host not in LOOPBACK:
            return frozenset({self.url.lower()})
        scheme = "https" if self.tls else "http"
        return frozenset(f"{scheme}://{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]"))

    @property
    def hosts(self) -> frozenset[str]:
        """The `Host` headers that are answered."""
        return frozenset(urlsplit(one).netloc.lower() for one in self.origins)
