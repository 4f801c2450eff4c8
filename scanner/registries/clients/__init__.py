"""Which registries this person's own clients are configured for: address, credentials, certificates.

Read from the configuration of user and machine and from the environment, never from the scanned tree: whoever wrote
that must not say whom we ask, or hand our keys to. Where the client is not configured, its default is what
`packageurl.contrib.purl2url` knows. A credential belongs to the place that it is configured for, and is sent nowhere
else.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from scanner.errors import InputError
from scanner.model.purl import Purl
from scanner.registries.clients.registry import Registry

_CLIENTS = {
    "npm": "npm",
    "pypi": "python",
    "cargo": "cargo",
    "gem": "ruby",
    "golang": "go",
    "maven": "maven",
    "nuget": "nuget",
    "composer": "composer",
}
"""purl type → module of this package. Imported when asked for: the libraries behind purl2url are not free."""
TYPES = tuple(_CLIENTS)


def registries(purl: Purl, environ: Mapping[str, str], home: Path) -> tuple[Registry, ...]:
    """The registries that the client would ask for the package, in its order.

    Raises `InputError` for a type that has no client here, and `UsageError` for a configuration that cannot be used.
    """
    module = _CLIENTS.get(purl.type)
    if module is None:
        raise InputError(
            f"releases of type {purl.type!r} cannot be fetched",
            where=purl,
            hint=f"types that can: {', '.join(TYPES)}; else download it and name the file",
        )
    client: Any = import_module(f"{__name__}.{module}")
    found: tuple[Registry, ...] = client.registries(purl, environ, home)
    return found
