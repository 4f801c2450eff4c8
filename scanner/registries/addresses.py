"""May the address that a registry gives for an artefact be followed?

It is another's word, and often an uploader's: it must not lead to this machine's files, into the network behind it, or
make us send a key that somebody wrote into it.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from scanner.display import address
from scanner.errors import InputError


def checked(url: str, base: str) -> str:
    """The address, when the registry at `base` may send us there. Raises `InputError`."""
    try:
        parts = urlsplit(url)
        name, scheme, _ = parts.hostname, parts.scheme.lower(), parts.port
    except ValueError:
        name, scheme = None, ""
    if not name or scheme not in ("http", "https"):
        raise _refused("is not http or https", url)
    if "@" in parts.netloc:
        raise _refused("carries a user or a key", url)
    own = urlsplit(base)
    same = name.lower() == (own.hostname or "").lower()
    if own.scheme.lower() == "https" and scheme == "http":
        if same:
            # A mirror behind a proxy that ends TLS does not know how it is reached.
            return f"{own.scheme}://{own.netloc}{parts.path}{f'?{parts.query}' if parts.query else ''}"
        raise _refused("leads from https down to http", url)
    if not same and _inside(name):
        raise _refused("leads into this machine's own network", url)
    return url


def _inside(name: str) -> bool:
    """Whether it names a place that only this machine sees; names that must be looked up are not."""
    if name.lower() == "localhost" or name.lower().endswith(".localhost"):
        return True
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        # `2130706433` and `0x7f.1` are numbers to whoever connects, and no host of a registry's.
        return name.rpartition(".")[2][:1].isdigit()


def _refused(why: str, url: str) -> InputError:
    return InputError(
        f"the registry gives an address that {why}",
        where=address(url),
        hint="nothing was fetched; tell who runs the registry",
    )
