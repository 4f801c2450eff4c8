"""Secrets that we give out: tokens, cookies, codes. 256 random bits each; what is kept of them is their digest."""

from __future__ import annotations

import getpass
import hashlib
import os
import secrets

PREFIX = "pratique_"
"""By which people, and programs that look for secrets where none belong, know a token."""


def new() -> str:
    """A token. It is shown once."""
    return PREFIX + fresh()


def fresh() -> str:
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def user() -> str:
    """Who runs this process: whoever has no token, and needs none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as in containers
        return f"uid {os.getuid()}"
