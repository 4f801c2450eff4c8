"""From a purl to the (ecosystem, name) that advisories are filed under, normalised on both sides.

Ecosystem names are those of the OSV schema, https://ossf.github.io/osv-schema/#defined-ecosystems.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from scanner.model.purl import Purl

_PEP503 = re.compile(r"[-_.]+")


class Identity(msgspec.Struct, frozen=True, gc=False, order=True):
    """The key that components, advisories and indicators meet on."""

    ecosystem: str
    """OSV ecosystem, with its suffix where the purl gives one: "npm", "Debian:12"."""
    name: str
    """Normalised by `normalise_name`."""

    @property
    def family(self) -> str:
        """The ecosystem without suffix."""
        return self.ecosystem.partition(":")[0]


# purl type → OSV ecosystem, for the types whose ecosystem does not depend on a distribution.
BY_TYPE: dict[str, str] = {
    "npm": "npm",
    "pypi": "PyPI",
    "golang": "Go",
    "cargo": "crates.io",
    "gem": "RubyGems",
    "composer": "Packagist",
    "nuget": "NuGet",
    "maven": "Maven",
    "pub": "Pub",
    "hex": "Hex",
    "swift": "SwiftURL",
    "hackage": "Hackage",
    "cran": "CRAN",
    "bioconductor": "Bioconductor",
    "conan": "ConanCenter",
    "julia": "Julia",
    "opam": "opam",
    "githubactions": "GitHub Actions",
    "vscode-extension": "VSCode",
    "bitnami": "Bitnami",
}
# namespace of a deb, apk or rpm purl → OSV ecosystem.
_DISTRIBUTIONS: dict[str, str] = {
    "debian": "Debian",
    "ubuntu": "Ubuntu",
    "alpine": "Alpine",
    "wolfi": "Wolfi",
    "chainguard": "Chainguard",
    "redhat": "Red Hat",
    "rhel": "Red Hat",
    "rocky": "Rocky Linux",
    "almalinux": "AlmaLinux",
    "opensuse": "openSUSE",
    "suse": "SUSE",
    "mageia": "Mageia",
    "openeuler": "openEuler",
    "fedora": "Fedora",
    "amazon": "Amazon Linux",
    "amzn": "Amazon Linux",
    "photon": "Photon OS",
}

ECOSYSTEMS = frozenset(BY_TYPE.values()) | frozenset(_DISTRIBUTIONS.values())
"""Every ecosystem, without suffix, to which some purl leads."""


_OURS: dict[str, str] = {
    "cocoapods": "CocoaPods",
    "conda": "conda",
    "docker": "container",
    "oci": "container",
    "terraform": "Terraform",
    "generic": "generic",
    "github": "github",
    "chrome-extension": "Chrome",
}
"""Ecosystems of ours, for which OSV has no name: only indicators are filed under them."""


def slug(ecosystem: str) -> str:
    """The ecosystem as a file name: "GitHub Actions" → "github-actions"; "" where nothing is left of it."""
    return re.sub(r"[^a-z0-9.]+", "-", ecosystem.lower()).strip("-.")[:100]


# What stands between namespace and name where it is no slash; "" where the namespace is no part of the name.
_SEPARATORS = {"maven": ":", "vscode-extension": ".", "deb": "", "apk": "", "rpm": ""}


def full_name(purl: Purl) -> str:
    """The name as the ecosystem's own tools write it: `@scope/name`, `group:artifact`, `vendor/name`."""
    separator = _SEPARATORS.get(purl.type, "/")
    return f"{purl.namespace}{separator}{purl.name}" if purl.namespace and separator else purl.name


@lru_cache(maxsize=65536)
def normalise_name(ecosystem: str, name: str) -> str:
    """Fold what the ecosystem itself does not tell apart, and what purls cannot.

    PyPI by PEP 503. npm by case: old names in capitals exist, but purls are written in lower case; who must tell
    `JSONStream` from `jsonstream` compares the original spelling after the hit.
    """
    family = ecosystem.partition(":")[0]
    if family == "PyPI":
        return _PEP503.sub("-", name).lower()
    if family == "SwiftURL":
        return name.removeprefix("https://").removeprefix("http://").removesuffix(".git").rstrip("/").lower()
    return name.lower()


ONE_ARTEFACT = frozenset(("npm", "maven", "cargo", "gem", "nuget", "golang", "composer", "pub", "hex"))
"""Package types whose registry serves one file for one version (of one classifier), for good."""


def identity(purl: Purl) -> Identity | None:
    """Where advisories on this package would be filed; `None` when its type or distribution is not known."""
    type_ = purl.type
    if type_ == "npm":  # most of what there is, by the ten thousand
        return Identity("npm", (f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name).lower())
    if type_ in ("deb", "apk", "rpm"):
        return _distribution(purl)
    ecosystem = BY_TYPE.get(type_) or _OURS.get(type_)
    if ecosystem is None:
        return None
    return Identity(ecosystem, normalise_name(ecosystem, full_name(purl)))


def _distribution(purl: Purl) -> Identity | None:
    distro = purl.qualifier("distro") or ""
    vendor, _, release = distro.partition("-")
    name = _DISTRIBUTIONS.get((purl.namespace or vendor).lower()) or _DISTRIBUTIONS.get(vendor.lower())
    if name is None:
        return None
    if vendor[:1].isdigit():  # `distro=11` beside a namespace
        release = distro
    suffix = ""
    if name == "Debian" and release:
        suffix = ":" + release.partition(".")[0]
    elif name == "Alpine" and release:
        suffix = ":v" + ".".join(release.removeprefix("v").split(".")[:2])
    elif name in ("Ubuntu", "Rocky Linux", "AlmaLinux") and release:
        suffix = ":" + (release if name == "Ubuntu" else release.partition(".")[0])
    # Debian's and Alpine's records are on source packages; a binary one names its source as upstream.
    package = (purl.qualifier("upstream") or purl.name).partition("@")[0]
    return Identity(name + suffix, normalise_name(name, package))
