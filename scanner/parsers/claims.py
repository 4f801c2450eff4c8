"""What SPDX and syft documents claim about a package, made into the fields of a component.

Spec: https://spdx.github.io/spdx-spec/v2.3/package-information/, https://spdx.github.io/spdx-spec/v3.0.1/model/Software/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from scanner.model.component import Origin
from scanner.model.ecosystem import BY_TYPE
from scanner.model.purl import Purl
from scanner.parsers.sbom import identity

_ROLES = {
    "APPLICATION": "application",
    "FRAMEWORK": "framework",
    "CONTAINER": "container",
    "OPERATINGSYSTEM": "operating-system",
    "DEVICE": "device",
    "FIRMWARE": "firmware",
    "ARCHIVE": "file",
    "FILE": "file",
    "INSTALL": "application",
    # SPDX 3 has these, too.
    "DATA": "data",
    "DEVICEDRIVER": "device-driver",
    "DISKIMAGE": "file",
    "EXECUTABLE": "application",
    "FILESYSTEMIMAGE": "file",
    "MODEL": "machine-learning-model",
    "PLATFORM": "platform",
}
_NOTHING = frozenset(("", "NOASSERTION", "NONE"))
_UNKNOWN_VERSION = _NOTHING | {"UNKNOWN", "N/A"}
_RANGE = re.compile(r"[~^<>=!]|\*\Z|[\[(][^,]*,|.*(?:\|\||\s-\s|,\s*[<>=!~]|\.[*xX]\Z)")
_EXACT = re.compile(r"[0-9v][0-9A-WYZa-wyz.+_~:-]*\Z")
"""Most versions: told at one look that they are no range."""
_JSON_PLAIN = re.compile(r"[ !#-%'-;=?-\[\]-~]+\Z")
"""Text that every JSON writer leaves as it is: printable ASCII without quote, backslash, `&`, `<` and `>`."""
REGISTRY_TYPES = (BY_TYPE.keys() | {"deb", "apk", "rpm"}) - {"generic", "github"}
"""Types of purls whose packages a registry serves, whatever a download location says."""


def text(value: Any) -> str | None:
    """A string that somebody may have written as a number, without halves of characters."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value)


def nothing(value: str | None) -> str | None:
    """`None` for SPDX's ways of saying nothing."""
    if value is None:
        return None
    value = value.strip()
    # Addresses are long, and need not be folded to see that they are none of these words.
    return None if len(value) < 12 and value.upper() in _NOTHING else value


def digest(algorithm: str | None, value: str | None) -> str | None:
    """`sha256:<hex>` out of SPDX's many spellings of an algorithm (`SHA256`, `checksumAlgorithm_sha256`)."""
    if not algorithm or not value or not (value := value.strip()):
        return None
    try:
        bytes.fromhex(value)  # seven times as fast as a pattern
    except ValueError:
        return f"{_algorithm(algorithm)}:{value}"
    return f"{_algorithm(algorithm)}:{value.lower()}"


@lru_cache(maxsize=256)
def _algorithm(name: str) -> str:
    name = name.strip().removeprefix("checksumAlgorithm_").lower().replace("_", "-")
    return "sha" + name[4:] if name.startswith("sha-") else name


def versioned(given: str | None, unpinned: str | None = None) -> tuple[str | None, str | None]:
    """Version and constraint: an exact version is no constraint, a range is no version."""
    if given is not None and _EXACT.match(given):
        return given, None
    if given is None or given.strip().upper() in _UNKNOWN_VERSION:
        return None, unpinned
    given = given.strip()
    return (None, given) if _is_range(given) else (given, None)


def _is_range(text: str) -> bool:
    return not _EXACT.match(text) and _RANGE.match(text) is not None


def chosen(
    purls: Sequence[str], version: str | None, problems: list[tuple[str, bool]]
) -> tuple[Purl | None, list[str]]:
    """The first purl that can be read, and the texts of those that say something else; each is a problem."""
    best: Purl | None = None
    others: list[str] = []
    for claim in purls:
        if claim[:4] != "pkg:" and nothing(claim) is None:
            continue
        purl, complaint = identity(claim, version)
        if complaint is not None:
            problems.append((complaint, False))
            others.append(claim)
        elif purl is not None and best is None:
            best = purl
        elif purl is not None and best is not None and purl != best:
            others.append(claim)
            if (purl.type, purl.namespace, purl.name, purl.version) != (
                best.type, best.namespace, best.name, best.version,
            ):  # fmt: skip
                problems.append((f"it claims to be {claim[:200]!r}, too", False))
    return best, others


def settled(
    purl: Purl | None, version: str | None, constraint: str | None, unpinned: str | None = None
) -> tuple[Purl | None, str | None, str | None]:
    """Purl, version and constraint, each filled from the others; a range in a purl is a constraint."""
    if purl is None or purl.version is None:
        return purl, version, constraint
    if version is None and constraint in (None, unpinned):
        version, constraint = versioned(purl.version, unpinned)
    if constraint is not None or (purl.version != version and _is_range(purl.version)):
        purl = Purl(purl.type, purl.namespace, purl.name, version, purl.qualifiers, purl.subpath)
    return purl, version, constraint


def origin(purl: Purl | None, download: str | None) -> Origin:
    """Where a package comes from: a registry's purl counts more than the address."""
    if download is None or (purl is not None and purl.type in REGISTRY_TYPES):
        return Origin.REGISTRY
    if download.startswith(("git+", "git:", "git@")) or download.partition("#")[0].endswith(".git"):
        return Origin.GIT
    return Origin.URL if "://" in download else Origin.REGISTRY


def role(purpose: str | None) -> str:
    """CycloneDX's word for a package purpose."""
    if purpose is None:
        return "library"
    return _ROLES.get(purpose.rpartition("purpose_")[2].upper().replace("-", "").replace("_", ""), "library")


def needle(claim: str | None, mark: str | None, *, json: bool) -> str:
    """The purl, else the identifier, as it stands in the file."""
    if claim:
        plain = claim.partition("&")[0]  # some writers escape it
        if not json:
            return plain
        if _JSON_PLAIN.match(plain):
            return f'"{plain}"' if len(plain) == len(claim) else f'"{plain}'
    if not json or not mark:
        return mark or ""
    return f'"{mark}"' if _JSON_PLAIN.match(mark) else ""
