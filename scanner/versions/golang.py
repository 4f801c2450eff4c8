"""Go: modules in SemVer with a leading `v`, and the toolchain's releases (`go1.21rc2`), which date its library.

Spec: https://go.dev/ref/mod#versions and https://go.dev/doc/toolchain#version
"""

from __future__ import annotations

import re

from scanner.versions import semver
from scanner.versions.scheme import Key

_TOOLCHAIN = re.compile(r"go([0-9]+(?:\.[0-9]+)*)(?:(alpha|beta|rc)([0-9]+))?(.*)", re.DOTALL)


def key(version: str) -> Key:
    toolchain = _TOOLCHAIN.fullmatch(version)
    if not toolchain:
        return semver.key(version)
    release, stage, count, rest = toolchain.groups()
    # Advisories write go1.21rc2 as 1.21.0-rc.2. What follows is a vendor's mark ("-fips"), not an earlier release.
    return semver.key(
        f"{release}-{stage}.{count}" if stage else release if not rest or rest[0] in "-+ " else version[2:]
    )
