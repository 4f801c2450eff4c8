"""Names that are somebody's own: `@corp/*`, `com.corp:*`, or with a type of package `pkg:pypi/corp-*`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from scanner.model.ecosystem import full_name
from scanner.model.purl import Purl


def is_internal(patterns: Collection[str], names: Iterable[str], purl: Purl | None) -> bool:
    """Whether a package is meant, by one of its names or as a package URL, as people write it: `pkg:npm/@corp/x`."""
    if not patterns:
        return False
    known = {name.casefold() for name in names}
    if purl is not None:
        known |= {str(purl.without_version()).casefold(), f"pkg:{purl.type}/{full_name(purl)}".casefold()}
        known |= {f"pkg:{purl.type}/{purl.namespace}/{purl.name}".casefold()} if purl.namespace else set()
    return any(fnmatchcase(name, pattern.casefold()) for pattern in patterns for name in known)
