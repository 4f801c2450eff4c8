"""The address by which a repository is fetched: told by a server, and believed only of that server itself.

A listing is somebody else's data: an address that leads elsewhere would have us, and the user's git with its
credentials, ask whomever the listing names.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scanner.errors import InputError

_SCP = re.compile(r"(?P<user>[\w.-]+@)?(?P<host>[A-Za-z0-9][\w.-]*):(?P<path>[^:].*)")
_SPECIAL = re.compile(r"api\.(github\.com|[\w-]+\.ghe\.com)")
"""API servers whose repositories are at the host without `api.`:
https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/network-details-for-ghecom"""
_LONGEST = 1000


def host_of(api: str) -> str:
    """The host at which the repositories of an API are."""
    host = (urlsplit(api).hostname or "").lower()
    special = _SPECIAL.fullmatch(host)
    return special[1] if special else host


def told(address: str, api: str) -> tuple[str, str]:
    """(the address, "") or ("", why nobody should fetch from it)."""
    try:
        return checked(address, api), ""
    except InputError as error:
        return "", error.what


def checked(address: str, api: str) -> str:
    """The address, `git@host:path` as `ssh://`. Raises `InputError` where nobody should fetch from it."""
    if len(address) > _LONGEST or not address.isprintable() or any(letter.isspace() for letter in address):
        raise InputError("its address holds what no address may")
    short = None if "://" in address else _SCP.fullmatch(address)
    if short is not None:
        address = f"ssh://{short['user'] or ''}{short['host']}/{short['path'].lstrip('/')}"
    try:
        parts = urlsplit(address)
        scheme, host, user, secret = parts.scheme, parts.hostname or "", parts.username or "", parts.password
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError as error:
        raise InputError("its address is none") from error
    if scheme not in ("https", "ssh") or not parts.path.strip("/"):
        raise InputError("its address is not one of https or ssh")
    if secret is not None or (user and scheme == "https") or user.startswith("-"):
        raise InputError("its address holds a name or password")
    if host.lower() != host_of(api):
        raise InputError(f"its address leads to another host than the API's: {host}")
    return address
