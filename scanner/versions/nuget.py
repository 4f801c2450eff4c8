"""NuGet: four numbers, then a SemVer prerelease whose case does not count.

Spec: https://learn.microsoft.com/nuget/concepts/package-versioning
"""

from __future__ import annotations

from scanner.versions import semver
from scanner.versions.scheme import Key


def key(version: str) -> Key:
    return semver.key(version.lower())
