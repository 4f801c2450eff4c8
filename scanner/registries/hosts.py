"""Which hosts serve a package type: the public registries, and those that the user's own clients are configured for.

No host is written down in this project. The public ones are known by what `packageurl.contrib.purl2url` gives and, for
further official hosts of a registry (its file servers, the default of another client), by the beginning of their
SHA-256; mirrors are read from the configuration of the person who runs the scan, never from the scanned tree.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from scanner.model.component import Component

_OFFICIAL: dict[str, frozenset[str]] = {
    "npm": frozenset(("0dc11026ac75c015", "70bb4000cd2fab03", "fd0c6a9279196963")),
    "pypi": frozenset(("a4aa2ac280bb8d1a", "c899567ee9068517", "d6d7019ca9fcbf07")),
    "cargo": frozenset(("789e46d79514e280", "3d01f3609be82d98", "eb7e11c7f9ecbcf4")),
    "gem": frozenset(("71741fe2460a6150", "be549aaf28b65cd0")),
    "composer": frozenset(("2c77714df232b07f", "4189e62695dc2b69")),
    "nuget": frozenset(("7117c828d2afa4e2", "fcb9af86680af88f", "f65219c547f9c032")),
    "maven": frozenset(
        ("43c04ed1dabe979b", "317d2d52829b7812", "b18b7bf677c9e874", "f483c1237e51a1fa", "4f247acdba6480ea",
         "b7414beeef75771c", "095fbbaf0076d564")
    ),
    "golang": frozenset(("00a7dc5a0cc38858", "9da5f32d96412512")),
    "pub": frozenset(("75c5f478b8eabe83", "d94bf49392e68d82")),
    "hex": frozenset(("4445b86dcaaff098", "384fe328e9cc3d5c")),
    "hackage": frozenset(("8400b8bd0d6e064d",)),
    "cran": frozenset(
        ("e7fbfb5eb8b891d5", "575e9d5d9ed9a301", "531ef11fc7ff5379", "ab488ee3b611d021", "65677d32ca742f27")
    ),
    "conda": frozenset(("4db460c55b85212e", "15bdb44dafa6843b")),
}  # fmt: skip
_OF_ANY = frozenset().union(*_OFFICIAL.values())
# Source hosts stand in download fields of SBOMs as a project's home: they are no other registry.
_FORGES = frozenset(("github.com", "codeload.github.com", "api.github.com", "gitlab.com", "bitbucket.org"))
_URL = r"https?://[^\s\"']+"


def host(url: str) -> str:
    """The host of an address in lower case, without user and port; "" where there is none."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower()


def official(name: str) -> bool:
    """Whether a host is a public registry's, of whatever type of package."""
    return hashlib.sha256(name.encode()).hexdigest()[:16] in _OF_ANY


def foreign_host(
    environ: Mapping[str, str], home: Path, named: Mapping[str, Sequence[str]] | None = None
) -> Callable[[Component], str | None]:
    """A function that says which unknown host a component was resolved from, or `None`.

    `named`: type of purl → addresses that are fine as well. The user's configuration is read when the first unknown
    host turns up.
    """
    ours = {type_: frozenset(map(host, addresses)) for type_, addresses in (named or {}).items()}

    @cache
    def known(purl_type: str, name: str) -> bool:
        if name in _FORGES or name in ours.get(purl_type, ()):
            return True
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        return digest in _OFFICIAL.get(purl_type, frozenset()) or name in configured(environ, home)

    def foreign(component: Component) -> str | None:
        if component.source_url is None or component.purl is None or component.purl.type not in _OFFICIAL:
            return None
        name = host(component.source_url)
        return None if not name or known(component.purl.type, name) else name

    return foreign


@cache
def _texts(paths: tuple[Path, ...]) -> str:
    texts = []
    for path in paths:
        try:
            texts.append(path.read_text(encoding="utf-8", errors="replace")[:100_000])
        except OSError:
            continue
    return "\n".join(texts)


def configured(environ: Mapping[str, str], home: Path) -> frozenset[str]:
    """Hosts that the clients of this user and machine are told to install from."""
    files = (
        home / ".npmrc",
        home / ".yarnrc.yml",
        home / ".yarnrc",
        home / ".config/pip/pip.conf",
        home / ".pip/pip.conf",
        home / ".config/uv/uv.toml",
        home / ".cargo/config.toml",
        home / ".m2/settings.xml",
        home / ".nuget/NuGet/NuGet.Config",
        Path("/etc/npmrc"),
        Path("/etc/pip.conf"),
    )
    settings = "\n".join(
        value
        for name, value in environ.items()
        if name.upper() in _VARIABLES or (name.upper().startswith("NPM_CONFIG_") and "REGISTRY" in name.upper())
    )
    return frozenset(host(url) for url in re.findall(_URL, f"{_texts(files)}\n{settings}"))


_VARIABLES = frozenset(("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "GOPROXY"))
