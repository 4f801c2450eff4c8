"""Where targets come from: organisations of GitHub, groups of GitLab, Dependency-Track, buckets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from scanner.fleet.listings import dependency_track, github, gitlab, s3
from scanner.fleet.listings.asking import Service
from scanner.fleet.listings.values import Entry, Place
from scanner.model.component import Problem


class Listing(Protocol):
    NAME: str

    def listed(self, service: Service, place: Place) -> Iterator[Entry | Problem]: ...


LISTINGS: tuple[Listing, ...] = (github, gitlab, dependency_track, s3)


def by_name(name: str) -> Listing:
    """Raises `LookupError` where there is none of that name."""
    return {one.NAME: one for one in LISTINGS}[name]
