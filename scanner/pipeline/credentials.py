"""Keys to other people's servers: from the environment, or the keyring where that library is installed.

Never from the command line (others see it), never into a file of ours, a log or an error.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from importlib import import_module
from urllib.parse import urlsplit

from scanner.display import address
from scanner.errors import UsageError

LISTERS: Mapping[str, tuple[str, ...]] = {
    "github": ("GITHUB_TOKEN", "GH_TOKEN"),
    "gitlab": ("GITLAB_TOKEN",),
    "dependency-track": ("DEPENDENCY_TRACK_API_KEY",),
    "s3": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
}
"""Where the keys of those that list targets are; the first that is set counts, but a bucket wants both."""
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


def taxii(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Headers for a TAXII server: PRATIQUE_TAXII_TOKEN, or PRATIQUE_TAXII_USER with PRATIQUE_TAXII_PASSWORD.

    In the keyring the token, or the user's password, is filed under service `pratique` and `token@HOST` or `USER@HOST`.
    """
    host = _host(url)
    user = environ.get("PRATIQUE_TAXII_USER", "")
    if user:
        password = environ.get("PRATIQUE_TAXII_PASSWORD") or _kept(f"{user}@{host}")
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        return _guarded(url, f"Basic {pair}")
    token = environ.get("PRATIQUE_TAXII_TOKEN") or _kept(f"token@{host}")
    return _guarded(url, f"Bearer {token}") if token else {}


def misp(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Headers for a MISP feed: PRATIQUE_MISP_KEY, or `misp@HOST` in the keyring."""
    key = environ.get("PRATIQUE_MISP_KEY") or _kept(f"misp@{_host(url)}")
    return _guarded(url, key) if key else {}


def lister(kind: str, url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Headers for whoever lists targets: the token of `LISTERS`, where the environment has one."""
    encrypted(url)
    token = next((environ[name] for name in LISTERS[kind] if environ.get(name)), "")
    if not token:
        return {}
    if kind == "dependency-track":
        return {"X-Api-Key": _guarded(url, token)["Authorization"]}
    return _guarded(url, f"Bearer {token}")


def encrypted(url: str) -> None:
    """Raises `UsageError` where anybody on the way could read what we ask, and answer."""
    if _host(url) not in _LOCAL and urlsplit(url).scheme.lower() != "https":
        raise UsageError("what comes over plain http is anybody's word", where=address(url), hint="use https")


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if host is None or parts.scheme.lower() not in ("http", "https"):
        raise UsageError("not an http or https address", where=address(url))
    if "@" in parts.netloc:
        raise UsageError(
            "a key in an address is seen by others",
            where=address(url),
            hint="keys come from the environment: the page of the command says from which variable",
        )
    return host


def _guarded(url: str, secret: str) -> dict[str, str]:
    if urlsplit(url).scheme.lower() != "https" and _host(url) not in _LOCAL:
        raise UsageError("a key is not sent over plain http", where=address(url), hint="use https, or unset the key")
    if not secret.isascii() or not secret.isprintable():
        raise UsageError("the key holds what no header may", where=address(url))
    return {"Authorization": secret}


def _kept(name: str) -> str:
    try:
        kept = import_module("keyring").get_password("pratique", name)
    except Exception:  # not installed; and back ends raise what they like: without one there is no key
        return ""
    return kept if isinstance(kept, str) else ""
