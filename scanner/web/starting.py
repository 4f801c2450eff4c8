"""Whether the server may start as it is told to: no strangers get in, no secret travels in the clear."""

from __future__ import annotations

from urllib.parse import urlsplit

from scanner.errors import UsageError
from scanner.web import settings as settings_
from scanner.web.settings import Settings


def checked(settings: Settings, *, tokens: bool) -> None:
    """Raise `UsageError`. `tokens`: somebody has one."""
    if settings.public_url is not None:
        _address(settings.public_url)
    if settings.proxied and settings.public_url is None:
        raise UsageError("a proxy is in front", where="--behind-proxy", hint="--public-url https://fleet.corp.example")
    if not settings.exposed:
        return
    if not tokens and settings.oidc is None:
        raise UsageError(
            "others could reach it, and nobody could be told apart: there is no token, and no provider",
            where=f"--host {settings.host}",
            hint="pratique fleet token add NAME --role admin, or --oidc-issuer",
        )
    if settings.public_url is None:
        raise UsageError(
            "it answers under its own name only, and that is not said",
            where=f"--host {settings.host}",
            hint="--public-url https://fleet.corp.example",
        )
    if not settings.secure and urlsplit(settings.url).hostname not in settings_.LOOPBACK:
        raise UsageError(
            "tokens and cookies would travel in the clear",
            where=f"--public-url {settings.public_url}",
            hint="https: --tls-cert and --tls-key, or a proxy in front that speaks TLS (--behind-proxy)",
        )


def _address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise UsageError(
            "that is no address of a server", where=f"--public-url {url}", hint="https://fleet.corp.example"
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UsageError("it has a server for itself: no path", where=f"--public-url {url}")
