"""Order, equality and ranges of versions, ecosystem by ecosystem.

Ecosystems are named as the OSV schema names them, suffix or not: `Debian:12` is `Debian`. Each scheme is a module with
a function `key`, imported when it is first asked for.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from scanner.versions.scheme import Key, Scheme, UncomparableError

if TYPE_CHECKING:
    from scanner.versions.constraints import Constraint as Constraint

__all__ = ["SCHEMES", "Key", "Scheme", "UncomparableError", "compare", "constraint", "equal", "scheme"]

SCHEMES: dict[str, tuple[str, ...]] = {
    "semver": (
        "Bitnami",
        "Chrome",
        "ConanCenter",
        "GHC",
        "GitHub Actions",
        "Hex",
        "Julia",
        "Kubernetes",
        "OpenVSX",
        "SwiftURL",
        "Terraform",
        "VSCode",
        "crates.io",
        "npm",
    ),
    "golang": ("Go",),
    "pub": ("Pub",),
    # conda's own order agrees with PEP 440 on everything that PEP 440 allows but local versions.
    "pep440": ("PyPI", "conda"),
    "maven": ("Maven",),
    "rubygems": ("RubyGems", "CocoaPods"),
    "packagist": ("Packagist",),
    "nuget": ("NuGet",),
    "debian": ("Debian", "Ubuntu", "Echo"),
    "alpine": ("Alpine", "Wolfi", "Chainguard", "MinimOS", "Alpaquita", "BellSoft Hardened Containers"),
    "rpm": (
        "AlmaLinux",
        "Amazon Linux",
        "Azure Linux",
        "Fedora",
        "Mageia",
        "Photon OS",
        "Red Hat",
        "Rocky Linux",
        "SUSE",
        "openEuler",
        "openSUSE",
    ),
    "numeric": ("Bioconductor", "CRAN", "Hackage"),
    "opam": ("opam",),
}
"""Module of this package → the ecosystems that it orders."""

_MODULES = {ecosystem: module for module, ecosystems in SCHEMES.items() for ecosystem in ecosystems}


def scheme(ecosystem: str) -> Scheme | None:
    """The order of an ecosystem's versions; `None` where none is known."""
    module = _MODULES.get(ecosystem.partition(":")[0])
    return None if module is None else _load(module)


@cache
def _load(module: str) -> Scheme:
    return Scheme(module, import_module(f"scanner.versions.{module}").key)


def compare(ecosystem: str, a: str, b: str) -> int:
    """-1, 0 or 1 for any two strings. Raises `UncomparableError` where the ecosystem has no known order."""
    found = scheme(ecosystem)
    if found is None:
        raise UncomparableError(f"no order is known for versions of {ecosystem!r}")
    return found.compare(a, b)


def equal(ecosystem: str, a: str, b: str) -> bool:
    """Whether two spellings mean one version; where no order is known, whether they are the same text."""
    if a == b:
        return True
    found = scheme(ecosystem)
    return found is not None and found.key(a) == found.key(b)


def constraint(ecosystem: str, text: str) -> Constraint:
    """What a requirement admits, in the ecosystem's own syntax. Raises `InputError` where it cannot be understood."""
    # Imported here: who only compares needs none of the syntaxes.
    from scanner.versions.constraints import constraint as parse

    return parse(ecosystem, text)
