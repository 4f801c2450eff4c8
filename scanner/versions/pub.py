"""Dart: SemVer in which build metadata counts: https://github.com/dart-lang/pub_semver"""

from __future__ import annotations

from scanner.versions import semver
from scanner.versions.scheme import Key


def key(version: str) -> Key:
    build = version.strip().partition("+")[2]
    order = semver.key(version)
    if not order[0]:
        return order
    # A release ends in 1 where a prerelease has its identifiers: fill up, so that the builds meet.
    stage = order if len(order) == 4 else (*order, ())
    return (*stage, semver.identifiers(build) if build else ())
